"""A restore changes everything or nothing, even if a step fails or the process is killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from tests.conftest import BOTH_DATABASES
from tests.store.conftest import state
from webapp.config import ROOT
from webapp.store.backup import restoring
from webapp.store.backup.live_file import LiveFile
from webapp.store.backup.live_server import LiveServer


@pytest.mark.parametrize("database_kind", BOTH_DATABASES, indirect=True)
@pytest.mark.parametrize("step", ["write_journal", "put_in_place", "replace"])
def test_a_failed_step_of_a_restore_changes_nothing(
    instance: Path,
    saved: Path,
    runner: FlaskCliRunner,
    monkeypatch: pytest.MonkeyPatch,
    database_kind: str,
    step: str,
) -> None:
    before = state(instance)
    live = LiveFile if database_kind == "sqlite" else LiveServer
    place: object = live if step == "replace" else restoring
    original: Callable[..., object] = getattr(place, step)

    def fail(*arguments: object) -> None:
        if step != "replace":  # this step fails before it changes anything
            original(*arguments)
        raise OSError(28, "No space left on device", str(instance))

    monkeypatch.setattr(place, step, fail)
    result = runner.invoke(args=["restore", "--force", str(saved)])
    assert result.exit_code == 2
    assert result.stderr == f"Error: {instance}: No space left on device.\n"
    assert state(instance) == before


KILLED = """
import os, signal
from webapp.store.backup import restoring
from webapp.store.backup import live_file, live_server
from webapp.__main__ import main

places = {
    "sqlite replace": live_file.LiveFile,
    "postgresql replace": live_server.LiveServer,
    "postgresql _copy_rows": live_server,
}
place = places.get(os.environ["DATABASE"] + " " + os.environ["STEP"], restoring)
step = getattr(place, os.environ["STEP"])

def kill(*arguments):
    if os.environ["WHEN"] == "after":
        step(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(place, os.environ["STEP"], kill)
main()
"""


@pytest.mark.parametrize("repair", ["prepare", "restore", "backup"])
@pytest.mark.parametrize(
    ("database_kind", "step", "when", "count"),
    [
        ("sqlite", "unpack", "after", 8),
        ("sqlite", "adopt", "after", 8),
        ("sqlite", "write_journal", "after", 8),
        ("sqlite", "put_in_place", "after", 8),
        ("sqlite", "replace", "before", 8),
        ("sqlite", "replace", "after", 7),
        ("postgresql", "put_in_place", "after", 8),
        ("postgresql", "_copy_rows", "after", 8),
        ("postgresql", "replace", "after", 7),
    ],
    indirect=["database_kind"],
)
def test_a_killed_restore_leaves_the_old_or_the_new_state(
    instance: Path,
    saved: Path,
    runner: FlaskCliRunner,
    database_kind: str,
    step: str,
    when: str,
    count: int,
    repair: str,
) -> None:
    before = state(instance)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, "restore", "--force", str(saved)],
        cwd=ROOT,
        env={
            **os.environ,
            "OCTAVO_INSTANCE": str(instance),
            "DATABASE": database_kind,
            "STEP": step,
            "WHEN": when,
        },
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(list(instance.glob(".octavo-restore-*"))) == 1
    if repair != "restore":
        arguments = {"prepare": ["prepare"], "backup": ["backup", str(saved.with_name("next.zip"))]}
        result = runner.invoke(args=arguments[repair])
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
