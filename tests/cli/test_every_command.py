"""Every command with every option, generated from the commands themselves.

A new option without a case in OPTIONS fails the first test.
"""

import json
from pathlib import Path

import click
import pytest
from flask.testing import FlaskCliRunner

from tests.cli.command_lines import (
    ALL_OPTIONS,
    ARGUMENTS,
    CASES,
    OPTIONS,
    command,
    filled,
    is_plain,
    line,
    statuses,
)
from webapp.cli import COMMANDS


@pytest.fixture
def instance(instance: Path) -> Path:
    with (instance / "site.toml").open("a") as file:
        file.write('editors = ["ada"]\nhosts = ["localhost"]\n')
        file.write('contact = "ada@example.org"\n[[sources]]\ndblp = "64/7659"\n')
    return instance


def test_every_option_has_a_case() -> None:
    assert set(OPTIONS) == {(name, option) for name, option, _ in ALL_OPTIONS}
    assert set(ARGUMENTS) == set(COMMANDS)


def test_every_command_and_option_has_help() -> None:
    for name, option, parameter in ALL_OPTIONS:
        assert isinstance(parameter, click.Option)
        assert parameter.help, f"{name} {option}"
    for name in COMMANDS:
        assert command(name).get_short_help_str(200).endswith("."), name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_runs(
    runner: FlaskCliRunner, command_files: dict[str, str], name: str
) -> None:
    result = runner.invoke(args=filled(line(name), command_files))
    assert is_plain(result), result.exception
    assert result.exit_code in statuses(name), result.output


@pytest.mark.parametrize(("name", "option", "value"), CASES)
def test_every_option_works_and_its_json_parses(
    runner: FlaskCliRunner, command_files: dict[str, str], name: str, option: str, value: str | None
) -> None:
    result = runner.invoke(args=filled(line(name, option, value), command_files))
    assert is_plain(result), result.exception
    assert result.exit_code in statuses(name, option, value), result.output
    if option == "--json":
        json.loads(result.stdout)


@pytest.mark.parametrize(
    ("name", "option", "value"),
    [case for case in CASES if (case[0], "--json") in OPTIONS and case[1] != "--json"],
)
def test_json_with_every_other_option_parses(
    runner: FlaskCliRunner, command_files: dict[str, str], name: str, option: str, value: str | None
) -> None:
    result = runner.invoke(args=filled(line(name, option, value, "--json"), command_files))
    assert is_plain(result), result.exception
    assert result.exit_code in (*statuses(name, option, value), 0), result.output
    json.loads(result.stdout)
