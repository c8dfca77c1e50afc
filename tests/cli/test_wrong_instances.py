"""Every command where the instance or the output cannot be used."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from tests.cli.command_lines import assert_refused, filled, line
from tests.conftest import running
from tests.octavo import AS_NOBODY, octavo, read_only
from webapp.cli import COMMANDS

WRITING = ("prepare", "import", "join", "reindex", "undo", "restore")
# A backup can be made before an upgrade is prepared, and restored to undo an upgrade.
NEWER = [name for name in COMMANDS if name not in ("backup", "restore")]
# These create or upgrade the database.
CREATING = ("prepare", "import", "fetch", "refresh", "restore")
READING = [name for name in COMMANDS if name not in CREATING]
LACKING_SETTINGS = ("fetch", "refresh", "sign-in", "editors", "sessions")


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_a_new_instance_is_reported_and_unchanged(
    command_files: dict[str, str], tmp_path: Path, name: str, folder: str
) -> None:
    (tmp_path / "empty").mkdir()
    with running(tmp_path / folder) as app:
        result = app.test_cli_runner().invoke(args=filled(line(name), command_files))
    assert_refused(result)
    assert f"There are no publications in {tmp_path / folder} yet." in result.stderr
    assert list((tmp_path / "empty").iterdir()) == []
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("name", NEWER)
def test_a_database_of_a_newer_version_is_refused(
    runner: FlaskCliRunner, instance: Path, command_files: dict[str, str], name: str
) -> None:
    with closing(sqlite3.connect(instance / "octavo.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    result = runner.invoke(args=filled(line(name), command_files))
    assert_refused(result)
    assert "newer" in result.stderr


@pytest.mark.parametrize("name", [name for name in READING if name != "backup"])
def test_a_database_of_an_older_version_is_refused(
    runner: FlaskCliRunner, instance: Path, command_files: dict[str, str], name: str
) -> None:
    with closing(sqlite3.connect(instance / "octavo.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    result = runner.invoke(args=filled(line(name), command_files))
    assert_refused(result)
    assert "Run octavo prepare first." in result.stderr


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "restore"])
@pytest.mark.parametrize("content", [b"not a database" * 100, None], ids=["garbage", "folder"])
def test_a_file_that_is_not_a_database_is_reported(
    command_files: dict[str, str], seed: Path, tmp_path: Path, name: str, content: bytes | None
) -> None:
    wrong = Path(shutil.copytree(seed, tmp_path / "wrong"))
    for file in wrong.glob("octavo.db*"):
        file.unlink()
    if content is None:
        (wrong / "octavo.db").mkdir()
    else:
        (wrong / "octavo.db").write_bytes(content)
    with running(wrong) as app:
        result = app.test_cli_runner().invoke(args=filled(line(name), command_files))
    assert_refused(result)
    assert str(wrong / "octavo.db") in result.stderr


@pytest.mark.parametrize("name", WRITING)
def test_a_locked_database_prints_no_traceback(
    runner: FlaskCliRunner, instance: Path, command_files: dict[str, str], name: str
) -> None:
    with closing(sqlite3.connect(instance / "octavo.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = runner.invoke(args=filled(line(name, "--wait", "0"), command_files))
    if name in ("prepare", "reindex"):  # they have nothing to write
        assert result.exit_code == 0
    else:
        assert_refused(result)
        assert "Another process is still writing the database" in result.stderr


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
    reads = name in ("export", "document", "check", "history", "diff", "prepare")
    assert done.returncode in ((0, 1) if reads else (2,)), error


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("output", ["full", "closed"])
def test_a_full_or_closed_output_prints_no_traceback(
    instance: Path, command_files: dict[str, str], name: str, output: str
) -> None:
    reader, pipe = os.pipe()
    os.close(reader)
    target = pipe if output == "closed" else os.open("/dev/full", os.O_WRONLY)
    try:
        done = octavo(instance, *filled(line(name), command_files), stdout=target)
    finally:
        for descriptor in {pipe, target}:
            os.close(descriptor)
    error = done.stderr.decode()
    assert "Traceback" not in error
    assert "Exception ignored" not in error
    assert done.returncode in (0, 1, 2)
    if done.returncode == 2 and name not in LACKING_SETTINGS:
        assert error.splitlines()[-1].startswith("Error: Standard output")
