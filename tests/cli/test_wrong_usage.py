"""Wrong arguments and files, generated from the parameters of every command."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask.testing import FlaskCliRunner

from tests.cli.command_lines import ALL_OPTIONS, WITHOUT_VALUE, assert_refused, line, parameters
from webapp.cli import COMMANDS


def wrong_arguments() -> Iterator[list[str]]:
    """Yield invalid command lines, derived from the type of each parameter."""
    for name in COMMANDS:
        yield line(name, "--unknown")
        yield line(name, "--hel")
        arguments = parameters(name, click.Argument)
        if any(argument.required for argument in arguments):
            yield [name]
        if not any(argument.nargs == -1 for argument in arguments):
            yield [*line(name), "one", "too", "many"]
        if isinstance(arguments[0].type if arguments else None, click.types.IntParamType):
            yield from ([name, number] for number in ("x", "1.5", "", "0", "-1", "9" * 30))
    for name, option, parameter in ALL_OPTIONS:
        if isinstance(parameter, click.Option) and parameter.is_flag:
            yield line(name, f"{option}=nonsense")
            continue
        if (name, option) not in WITHOUT_VALUE:
            yield line(name, option)
        if not isinstance(parameter.type, click.Path | click.types.StringParamType):
            wrong = ("=nonsense", "=", f"={'9' * 30}", "=-1")
            yield from (line(name, option, value) for value in wrong)


@pytest.mark.parametrize("arguments", list(wrong_arguments()), ids=" ".join)
def test_wrong_arguments_are_refused(
    seed_runner: FlaskCliRunner, seed: Path, arguments: list[str]
) -> None:
    before = (seed / "octavo.db").read_bytes()
    assert_refused(seed_runner.invoke(args=arguments))
    assert (seed / "octavo.db").read_bytes() == before


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["--app", "x", "check"]])
def test_a_wrong_command_is_refused(seed_runner: FlaskCliRunner, arguments: list[str]) -> None:
    assert_refused(seed_runner.invoke(args=arguments))


@pytest.mark.parametrize("arguments", ["import {}", "restore {} --force"])
@pytest.mark.parametrize("file", ["missing", "folder", "binary", "new/below", "", "n" * 300])
def test_something_other_than_a_file_is_refused(
    seed_runner: FlaskCliRunner, tmp_path: Path, arguments: str, file: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "new").touch()
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 4)
    path = str(tmp_path / file) if file else ""
    assert_refused(seed_runner.invoke(args=[part.format(path) for part in arguments.split(" ")]))


@pytest.mark.parametrize("arguments", ["backup {}", "export -o {}"])
@pytest.mark.parametrize("file", ["folder", "missing/out", "new.bib/out", "n" * 300])
def test_a_file_that_cannot_be_created_is_refused(
    seed_runner: FlaskCliRunner, tmp_path: Path, arguments: str, file: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "new.bib").touch()
    before = sorted(tmp_path.iterdir())
    path = str(tmp_path / file)
    assert_refused(seed_runner.invoke(args=[part.format(path) for part in arguments.split()]))
    assert sorted(tmp_path.iterdir()) == before
