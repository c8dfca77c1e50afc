"""Restoring changes everything or nothing, even if a step fails or the process is killed."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient, FlaskCliRunner

from tests.torture.index import can_mount
from webapp.catalog.catalog import Catalog
from webapp.catalog.criteria import Criteria
from webapp.config import ROOT
from webapp.records import Record
from webapp.store.backup import restoring
from webapp.store.edits import Edit


@pytest.fixture
def saved(instance: Path, catalog: Catalog, tmp_path: Path, runner: FlaskCliRunner) -> Path:
    """Write a backup, then add a publication and a file, and change and delete files."""
    files = instance / "files"
    (files / "deep").mkdir(parents=True)
    (files / "deep" / "x.pdf").write_bytes(b"old")
    (files / "y.pdf").write_bytes(b"y")
    assert runner.invoke(args=["backup", str(tmp_path / "b.zip")]).exit_code == 0
    catalog.save([Edit(Record(key="new", type="misc", title="New"))], "test")
    assert runner.invoke(args=["reindex"]).exit_code == 0
    (files / "deep" / "x.pdf").write_bytes(b"newer")
    (files / "y.pdf").unlink()
    (files / "z.pdf").write_bytes(b"z")
    with (instance / "site.toml").open("a") as toml:
        toml.write("\n# mine\n")
    return tmp_path / "b.zip"


def state(instance: Path) -> tuple[dict[str, bytes], int]:
    """Return all files of an instance folder and its number of publications."""
    files = {
        path.relative_to(instance).as_posix(): path.read_bytes()
        for path in instance.rglob("*")
        if path.is_file()
        and "index" not in path.relative_to(instance).parts
        and not path.name.startswith("octavo.db")
    }
    with closing(sqlite3.connect(instance / "octavo.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (count,) = connection.execute("SELECT count(*) FROM publications").fetchone()
    return files, count


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


@pytest.mark.parametrize("step", ["write_journal", "put_in_place", "replace_database"])
def test_a_failed_step_of_a_restore_changes_nothing(
    instance: Path,
    saved: Path,
    runner: FlaskCliRunner,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    before = state(instance)
    original: Callable[..., object] = getattr(restoring, step)

    def fail(*arguments: object) -> None:
        if step != "replace_database":  # this step fails before it changes anything
            original(*arguments)
        raise OSError(28, "No space left on device", str(instance))

    monkeypatch.setattr(restoring, step, fail)
    result = runner.invoke(args=["restore", "--force", str(saved)])
    assert result.exit_code == 2
    assert result.stderr == f"Error: {instance}: No space left on device.\n"
    assert state(instance) == before


KILLED = """
import os, signal
from tests.torture.index import can_mount
from webapp.store.backup import restoring
from webapp.__main__ import main

step = getattr(restoring, os.environ["STEP"])

def kill(*arguments):
    if os.environ["WHEN"] == "after":
        step(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(restoring, os.environ["STEP"], kill)
main()
"""


@pytest.mark.parametrize("repair", ["prepare", "restore"])
@pytest.mark.parametrize(
    ("step", "when", "count"),
    [
        ("unpack", "after", 8),
        ("adopt", "after", 8),
        ("write_journal", "after", 8),
        ("put_in_place", "after", 8),
        ("replace_database", "before", 8),
        ("replace_database", "after", 7),
    ],
)
def test_a_killed_restore_leaves_the_old_or_the_new_state(
    instance: Path,
    saved: Path,
    runner: FlaskCliRunner,
    step: str,
    when: str,
    count: int,
    repair: str,
) -> None:
    before = state(instance)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, "restore", "--force", str(saved)],
        cwd=ROOT,
        env={**os.environ, "OCTAVO_INSTANCE": str(instance), "STEP": step, "WHEN": when},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(list(instance.glob(".octavo-restore-*"))) == 1
    if repair == "prepare":
        result = runner.invoke(args=["prepare"])
        assert result.exit_code == 0, result.output
        files, publications = state(instance)
        assert publications == count
        assert files["files/deep/x.pdf"] == (b"newer" if count == 8 else b"old")
        assert (files, publications) == before or count == 7
    result = runner.invoke(args=["restore", "--force", str(saved)])
    assert result.exit_code == 0, result.output
    files, publications = state(instance)
    assert (publications, files["files/deep/x.pdf"], files["files/y.pdf"]) == (7, b"old", b"y")
    assert list(instance.glob(".octavo*")) == []


FOREIGN_JOURNALS = {
    "a file outside": {"replaced": ["../precious"]},
    "an absolute name": {"replaced": ["{}/precious"]},
    "an outside file added": {"added": ["../precious"]},
    "a folder outside": {"folders": ["../empty"]},
    "a hidden file": {"added": ["files/.htaccess"]},
    "the database": {"added": ["octavo.db"]},
    "a link out of files/": {"added": ["files/link/precious"]},
    "a link out of the draft": {"replaced": ["files/secret"]},
    "names of another type": {"replaced": [7]},
}


@pytest.mark.parametrize("foreign", FOREIGN_JOURNALS.values(), ids=FOREIGN_JOURNALS)
def test_a_foreign_journal_writes_and_deletes_nothing(
    instance: Path,
    saved: Path,
    runner: FlaskCliRunner,
    tmp_path: Path,
    foreign: dict[str, list[str]],
) -> None:
    """A copied instance folder may have one, and octavo prepare would follow it."""
    (tmp_path / "precious").write_bytes(b"precious")
    (tmp_path / "empty").mkdir()
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "secret").write_bytes(b"secret")
    draft = instance / ".octavo-restore-x"
    (draft / "old").mkdir(parents=True)
    (draft / "precious").write_bytes(b"evil")
    (instance / "precious").write_bytes(b"evil")
    (instance / "files" / "link").symlink_to(tmp_path)
    (instance / "files" / ".htaccess").write_bytes(b"mine")
    (draft / "old" / "files").symlink_to(tmp_path / "hidden")
    journal: dict[str, object] = {"identity": "x", "replaced": [], "added": [], "folders": []}
    text = json.dumps({**journal, **foreign}).replace("{}", str(tmp_path))
    (draft / "journal.json").write_text(text)
    before = state(instance)
    result = runner.invoke(args=["prepare"])
    assert result.exit_code == 2
    assert "was not written by a restore of this instance" in result.stderr
    assert state(instance) == before
    assert (tmp_path / "precious").read_bytes() == b"precious"
    assert (tmp_path / "empty").is_dir()
    assert (tmp_path / "hidden" / "secret").exists()


def test_a_running_restore_is_not_rolled_back(
    instance: Path, saved: Path, runner: FlaskCliRunner
) -> None:
    with restoring.draft_folder(instance, restoring.DRAFT) as draft:
        assert runner.invoke(args=["prepare"]).exit_code == 0
        assert draft.is_dir()


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


def test_a_running_site_serves_the_restored_database_at_once(
    saved: Path, client: FlaskClient, runner: FlaskCliRunner
) -> None:
    first = client.get("/")
    assert "New" in first.text
    assert runner.invoke(args=["restore", "--force", str(saved)]).exit_code == 0
    second = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert "8 publications" not in second.text
