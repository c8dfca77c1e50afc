"""Restore a backup over an instance that has changed since: files, database, refusals."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient, FlaskCliRunner

from tests.conftest import BOTH_DATABASES
from tests.store.conftest import state
from tests.torture.index import can_mount
from webapp.catalog.catalog import Catalog
from webapp.catalog.criteria import Criteria
from webapp.config import ROOT


@pytest.mark.parametrize("database_kind", BOTH_DATABASES, indirect=True)
def test_restore_lists_overwritten_and_additional_files(
    instance: Path, saved: Path, runner: FlaskCliRunner, catalog: Catalog
) -> None:
    result = runner.invoke(args=["restore", "--force", str(saved)])
    assert result.exit_code == 0, result.output
    files, count = state(instance)
    assert count == catalog.find(Criteria()).total == 7
    assert files["files/deep/x.pdf"] == b"old"
    assert files["files/y.pdf"] == b"y"
    assert files["files/z.pdf"] == b"z"
    assert b"# mine" not in files["site.toml"]
    assert "Overwritten: 2\n  site.toml\n  files/deep/x.pdf\n" in result.stderr
    assert "Kept, although not in the backup: 1\n  files/z.pdf\n" in result.stderr
    assert not [name for name in files if "restore" in name or "journal" in name]


def test_files_are_overwritten_only_with_force(
    instance: Path, saved: Path, runner: FlaskCliRunner
) -> None:
    for file in instance.glob("octavo.db*"):
        file.unlink()
    before = {path: path.read_bytes() for path in instance.rglob("*") if path.is_file()}
    result = runner.invoke(args=["restore", str(saved)])
    assert result.exit_code == 2
    assert "site.toml and 1 other files would be overwritten" in result.stderr
    after = {path: path.read_bytes() for path in instance.rglob("*") if path.is_file()}
    assert after == before


def test_a_database_that_stays_locked_is_reported_and_nothing_changes(
    instance: Path, saved: Path, runner: FlaskCliRunner
) -> None:
    before = state(instance)
    with closing(sqlite3.connect(instance / "octavo.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        result = runner.invoke(args=["restore", "--force", "--wait", "0", str(saved)])
    assert result.exit_code == 2
    assert "Another process is still writing the database" in result.stderr
    assert state(instance) == before


def test_a_folder_where_the_backup_has_a_file_is_refused(
    instance: Path, saved: Path, runner: FlaskCliRunner
) -> None:
    (instance / "files" / "y.pdf").mkdir()
    (instance / "files" / "y.pdf" / "mine").write_bytes(b"mine")
    before = state(instance)
    result = runner.invoke(args=["restore", "--force", str(saved)])
    assert "is a folder, but a file in the backup" in result.stderr
    assert (result.exit_code, state(instance)) == (2, before)


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_link_where_the_backup_has_a_folder_is_refused(
    instance: Path, saved: Path, runner: FlaskCliRunner, tmp_path: Path, kind: str
) -> None:
    shutil.rmtree(instance / "files" / "deep")
    (tmp_path / "outside").mkdir()
    if kind == "file":
        (instance / "files" / "deep").write_bytes(b"mine")
    else:
        (instance / "files" / "deep").symlink_to(tmp_path / "outside")
    before = state(instance)
    result = runner.invoke(args=["restore", "--force", str(saved)])
    assert "is a file, or a link out of files/, but a folder in the backup" in result.stderr
    assert (result.exit_code, state(instance)) == (2, before)
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize("content", [b"no database at all, but long enough to look like one" * 99])
def test_a_damaged_database_is_renamed(
    instance: Path, saved: Path, runner: FlaskCliRunner, catalog: Catalog, content: bytes
) -> None:
    catalog.database.dispose()
    for log in instance.glob("octavo.db-*"):
        log.unlink()
    (instance / "octavo.db").write_bytes(content)
    assert runner.invoke(args=["restore", str(saved)]).exit_code == 2
    result = runner.invoke(args=["restore", "--force", str(saved)])
    assert result.exit_code == 0, result.output
    (damaged,) = instance.glob("octavo.db.damaged-*")
    assert damaged.read_bytes() == content
    assert str(damaged) in result.output
    assert state(instance)[1] == 7


def test_restore_does_not_use_tmp(
    instance: Path, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drafts are made in the instance folder, where the restored files need space anyway."""
    environment = {**os.environ, "OCTAVO_INSTANCE": str(instance)}
    if not can_mount():
        pytest.skip("a full disk cannot be made: mounting needs root")
    full = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=4k none "$0" && exec "$@"']
    small = tmp_path / "small"
    small.mkdir()
    command = [sys.executable, "-m", "webapp", "restore", "--force", str(saved)]
    done = subprocess.run(
        [*full, str(small), *command],
        cwd=ROOT,
        env={**environment, "TMPDIR": str(small), "SQLITE_TMPDIR": str(small)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert state(instance)[1] == 7


@pytest.mark.parametrize("database_kind", BOTH_DATABASES, indirect=True)
def test_a_running_site_serves_the_restored_database_at_once(
    saved: Path, client: FlaskClient, runner: FlaskCliRunner
) -> None:
    first = client.get("/")
    assert "New" in first.text
    assert runner.invoke(args=["restore", "--force", str(saved)]).exit_code == 0
    second = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert "8 publications" not in second.text
