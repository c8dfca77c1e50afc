"""Every command with every option, and wrong usage, generated from the commands themselves.

An option that is new has no case in OPTIONS, and fails the first test.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import Result
from flask.testing import FlaskCliRunner

from tests.conftest import running
from tests.octavo import AS_NOBODY, octavo, read_only
from webapp.cli import COMMANDS, Commands

# The arguments that each command needs. {…} are files that the fixture `files` creates.
ARGUMENTS = {
    "prepare": "",
    "import": "{new}",
    "export": "",
    "check": "",
    "join": "liu2025eaas chen2025respec",
    "reindex": "",
    "history": "",
    "diff": "1",
    "undo": "2",
    "backup": "{out}",
    "restore": "{backup} --force",
}
# One or more values for each option; None for flags.
OPTIONS: dict[tuple[str, str], list[str | None]] = {
    ("export", "--format"): ["bibtex", "cff", "csl-json", "endnote", "pubmed", "ris", "zotero"],
    ("export", "--output"): ["{out}", "-"],
    ("import", "--prune"): ["=all", "=missing", None],
    ("import", "--replace"): ["liu2025eaas", "unknown"],
    ("history", "--number"): ["1", "1000"],
    ("history", "--forget-before"): ["2000-01-01", "2999-12-31"],
    **{
        (command, option): [None]
        for command, option in (
            *(("import", flag) for flag in ("--dry-run", "--yes", "--quiet", "--json")),
            ("check", "--json"),
            ("join", "--part"),
            *(("reindex", flag) for flag in ("--if-needed", "--quiet")),
            *(("history", flag) for flag in ("--json", "--yes")),
            ("diff", "--json"),
            *(("restore", flag) for flag in ("--force", "--keep-settings")),
        )
    },
    **{
        (command, "--wait"): ["0", "86400"]
        for command in ("prepare", "import", "join", "reindex", "history", "undo", "restore")
    },
}
STATUSES = {"check": (0, 1)}  # 1: something to look at
WITHOUT_VALUE = [("import", "--prune")]  # options with an optional value
# Refused without a terminal to ask on, because too much would be removed.
REFUSED = [("import", "--prune", value) for value in ("=missing", None)]
WRITING = ("prepare", "import", "join", "reindex", "undo", "restore")


def command(name: str) -> click.Command:
    result = Commands().get_command(click.Context(Commands()), name)
    assert result
    return result


def parameters(name: str, kind: type[click.Parameter]) -> list[click.Parameter]:
    return [parameter for parameter in command(name).params if isinstance(parameter, kind)]


ALL_OPTIONS = [
    (name, option.opts[-1], option)
    for name in COMMANDS
    for option in parameters(name, click.Option)
]
CASES = [(*key, value) for key, values in OPTIONS.items() for value in values]


@pytest.fixture(scope="module")
def unchanged(seed: Path) -> Iterator[FlaskCliRunner]:
    """Yield a runner on the seed itself, for commands that are refused before they change it."""
    with running(seed) as app:
        yield app.test_cli_runner()


@pytest.fixture
def files(instance: Path, runner: FlaskCliRunner, tmp_path: Path) -> dict[str, str]:
    """Create the files for the commands, and a second revision to undo."""
    (tmp_path / "new.bib").write_text("@misc{new, title = {New}, author = {Doe, J.}, year = 2020}")
    (tmp_path / "other.bib").write_text("@misc{other, title = {Another}, author = {Roe, R.}}")
    backup = str(tmp_path / "made-before.zip")
    for arguments in (["import", "--yes", str(tmp_path / "other.bib")], ["backup", backup]):
        assert runner.invoke(args=arguments).exit_code == 0
    return {"new": str(tmp_path / "new.bib"), "backup": backup, "out": str(tmp_path / "out")}


def line(name: str, option: str = "", value: str | None = None, *more: str) -> list[str]:
    """Return a command line with an option. A value that begins with "=" is joined to it."""
    given = [option + value] if value and value.startswith("=") else [option, value]
    return [name, *ARGUMENTS[name].split(), *filter(None, given), *more]


def statuses(name: str, option: str = "", value: str | None = None) -> tuple[int, ...]:
    """Return the exit statuses that a command may have."""
    return (2,) if (name, option, value) in REFUSED else STATUSES.get(name, (0,))


def filled(arguments: list[str], files: dict[str, str]) -> list[str]:
    return [argument.format(**files) for argument in arguments]


def is_plain(result: Result) -> bool:
    """Return whether a command ended without an unexpected exception."""
    return result.exception is None or isinstance(result.exception, SystemExit)


def assert_refused(result: Result, *statuses: int) -> None:
    assert is_plain(result), result.exception
    assert result.exit_code in (statuses or (2,)), result.output
    errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1, result.stderr
    assert result.stderr.rstrip().endswith(errors[0])
    assert "Traceback" not in result.output


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
def test_every_command_runs(runner: FlaskCliRunner, files: dict[str, str], name: str) -> None:
    result = runner.invoke(args=filled(line(name), files))
    assert is_plain(result), result.exception
    assert result.exit_code in statuses(name), result.output


@pytest.mark.parametrize(("name", "option", "value"), CASES)
def test_every_option_works_and_its_json_parses(
    runner: FlaskCliRunner, files: dict[str, str], name: str, option: str, value: str | None
) -> None:
    result = runner.invoke(args=filled(line(name, option, value), files))
    assert is_plain(result), result.exception
    assert result.exit_code in statuses(name, option, value), result.output
    if option == "--json":
        json.loads(result.stdout)


@pytest.mark.parametrize(
    ("name", "option", "value"),
    [case for case in CASES if (case[0], "--json") in OPTIONS and case[1] != "--json"],
)
def test_json_with_every_other_option_parses(
    runner: FlaskCliRunner, files: dict[str, str], name: str, option: str, value: str | None
) -> None:
    result = runner.invoke(args=filled(line(name, option, value, "--json"), files))
    assert is_plain(result), result.exception
    assert result.exit_code in (*statuses(name, option, value), 0), result.output
    json.loads(result.stdout)


# ---- Wrong usage: arguments


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
    unchanged: FlaskCliRunner, seed: Path, arguments: list[str]
) -> None:
    before = (seed / "octavo.db").read_bytes()
    assert_refused(unchanged.invoke(args=arguments))
    assert (seed / "octavo.db").read_bytes() == before


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["--app", "x", "check"]])
def test_a_wrong_command_is_refused(unchanged: FlaskCliRunner, arguments: list[str]) -> None:
    assert_refused(unchanged.invoke(args=arguments))


# ---- Wrong usage: files

WRONG_FILES = ["import {}", "restore {} --force"]


@pytest.mark.parametrize("arguments", WRONG_FILES)
@pytest.mark.parametrize("file", ["missing", "folder", "binary", "new/below", "", "n" * 300])
def test_something_other_than_a_file_is_refused(
    unchanged: FlaskCliRunner, tmp_path: Path, arguments: str, file: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "new").touch()
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 4)
    path = str(tmp_path / file) if file else ""
    assert_refused(unchanged.invoke(args=[part.format(path) for part in arguments.split(" ")]))


@pytest.mark.parametrize("arguments", ["backup {}", "export -o {}"])
@pytest.mark.parametrize("file", ["folder", "missing/out", "new.bib/out", "n" * 300])
def test_a_file_that_cannot_be_created_is_refused(
    unchanged: FlaskCliRunner, tmp_path: Path, arguments: str, file: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "new.bib").touch()
    before = sorted(tmp_path.iterdir())
    path = str(tmp_path / file)
    assert_refused(unchanged.invoke(args=[part.format(path) for part in arguments.split()]))
    assert sorted(tmp_path.iterdir()) == before


# ---- Wrong instances

# A backup can be made before an upgrade is prepared, and restored to undo an upgrade.
NEWER = [name for name in COMMANDS if name not in ("backup", "restore")]
READING = [name for name in COMMANDS if name not in ("prepare", "import", "restore")]


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_a_new_instance_is_reported_and_unchanged(
    files: dict[str, str], tmp_path: Path, name: str, folder: str
) -> None:
    (tmp_path / "empty").mkdir()
    with running(tmp_path / folder) as app:
        result = app.test_cli_runner().invoke(args=filled(line(name), files))
    assert_refused(result)
    assert f"There are no publications in {tmp_path / folder} yet." in result.stderr
    assert list((tmp_path / "empty").iterdir()) == []
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("name", NEWER)
def test_a_database_of_a_newer_version_is_refused(
    runner: FlaskCliRunner, instance: Path, files: dict[str, str], name: str
) -> None:
    with closing(sqlite3.connect(instance / "octavo.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    result = runner.invoke(args=filled(line(name), files))
    assert_refused(result)
    assert "newer" in result.stderr


@pytest.mark.parametrize("name", [name for name in READING if name != "backup"])
def test_a_database_of_an_older_version_is_refused(
    runner: FlaskCliRunner, instance: Path, files: dict[str, str], name: str
) -> None:
    with closing(sqlite3.connect(instance / "octavo.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    result = runner.invoke(args=filled(line(name), files))
    assert_refused(result)
    assert "Run octavo prepare first." in result.stderr


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "restore"])
@pytest.mark.parametrize("content", [b"not a database" * 100, None], ids=["garbage", "folder"])
def test_a_file_that_is_not_a_database_is_reported(
    files: dict[str, str], seed: Path, tmp_path: Path, name: str, content: bytes | None
) -> None:
    wrong = Path(shutil.copytree(seed, tmp_path / "wrong"))
    for file in wrong.glob("octavo.db*"):
        file.unlink()
    if content is None:
        (wrong / "octavo.db").mkdir()
    else:
        (wrong / "octavo.db").write_bytes(content)
    with running(wrong) as app:
        result = app.test_cli_runner().invoke(args=filled(line(name), files))
    assert_refused(result)
    assert str(wrong / "octavo.db") in result.stderr


@pytest.mark.parametrize("name", WRITING)
def test_a_locked_database_prints_no_traceback(
    runner: FlaskCliRunner, instance: Path, files: dict[str, str], name: str
) -> None:
    with closing(sqlite3.connect(instance / "octavo.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = runner.invoke(args=filled(line(name, "--wait", "0"), files))
    if name in ("prepare", "reindex"):  # they have nothing to write
        assert result.exit_code == 0
    else:
        assert_refused(result)
        assert "Another process is still writing the database" in result.stderr


# ---- Processes: a read-only instance, full or closed outputs


@pytest.mark.parametrize("name", COMMANDS)
def test_a_read_only_instance_is_read_or_refused(seed: Path, name: str) -> None:
    """Run as another user, which looks like a disk that has become read-only."""
    with read_only(seed) as instance:
        (instance.parent / "new.bib").write_text("@misc{new, title = {New}}")
        with running(seed) as app:
            backup = str(instance.parent / "backup.zip")
            assert app.test_cli_runner().invoke(args=["backup", backup]).exit_code == 0
        (instance.parent / "backup.zip").chmod(0o644)
        files = {"new": str(instance.parent / "new.bib"), "backup": backup, "out": "/dev/null"}
        arguments = line(name) if name != "undo" else ["undo"]
        done = octavo(instance, *filled(arguments, files), command=AS_NOBODY)
    error = done.stderr.decode()
    assert "Traceback" not in error
    if done.returncode == 2:
        assert error.splitlines()[-1].startswith("Error: ")
    reads = name in ("export", "check", "history", "diff", "prepare")
    assert done.returncode in ((0, 1) if reads else (2,)), error


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("output", ["full", "closed"])
def test_a_full_or_closed_output_prints_no_traceback(
    instance: Path, files: dict[str, str], name: str, output: str
) -> None:
    reader, pipe = os.pipe()
    os.close(reader)
    target = pipe if output == "closed" else os.open("/dev/full", os.O_WRONLY)
    try:
        done = octavo(instance, *filled(line(name), files), stdout=target)
    finally:
        for descriptor in {pipe, target}:
            os.close(descriptor)
    error = done.stderr.decode()
    assert "Traceback" not in error
    assert "Exception ignored" not in error
    assert done.returncode in (0, 1, 2)
    if done.returncode == 2:
        assert error.splitlines()[-1].startswith("Error: Standard output")
