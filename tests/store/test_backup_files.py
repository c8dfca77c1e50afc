"""The owner's files in a backup: which are included, and that they are unchanged."""

import os
import socket
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from webapp.application import create_app
from webapp.config import ROOT
from webapp.store.backup import writing
from webapp.store.tables import db


@pytest.fixture
def files(instance: Path) -> Path:
    (instance / "files").mkdir()
    return instance / "files"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "b.zip"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Flask]:
    """Return an empty instance, as on another machine."""
    app = create_app(tmp_path / "other")
    yield app
    with app.app_context():
        db.engine.dispose()


def make(runner: FlaskCliRunner, target: Path, status: int = 0) -> Result:
    result = runner.invoke(args=["backup", str(target)])
    assert result.exit_code == status, result.output
    return result


def names(target: Path) -> list[str]:
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        return [name for name in archive.namelist() if name.startswith("files/")]


def restored(app: Flask, target: Path) -> Path:
    result = app.test_cli_runner().invoke(args=["restore", str(target)])
    assert result.exit_code == 0, result.output
    return Path(app.instance_path) / "files"


@pytest.mark.parametrize("date", [-1, 0, 315_000_000, 4_400_000_000, 1 << 40, -(1 << 40)])
def test_a_backup_has_files_of_any_date(
    files: Path, target: Path, runner: FlaskCliRunner, elsewhere: Flask, date: int
) -> None:
    (files / "x.pdf").write_bytes(b"%PDF")
    os.utime(files / "x.pdf", (date, date))
    make(runner, target)
    assert (restored(elsewhere, target) / "x.pdf").read_bytes() == b"%PDF"


@pytest.mark.parametrize(
    "name", ["Ünïcödé 机器.pdf", "a\nb", "a\x1b[31mb", "a\\b", "C:", "x" * 255, "a b&<>'\"%41.pdf"]
)
def test_a_backup_has_files_of_any_name_that_is_served(
    files: Path, target: Path, runner: FlaskCliRunner, elsewhere: Flask, name: str
) -> None:
    (files / name).write_bytes(b"x")
    make(runner, target)
    assert (restored(elsewhere, target) / name).read_bytes() == b"x"


def test_a_file_whose_name_is_not_utf_8_is_left_out_and_listed(
    files: Path, target: Path, runner: FlaskCliRunner
) -> None:
    Path(os.fsdecode(os.fsencode(files) + b"/caf\xe9.pdf")).write_bytes(b"x")
    (files / "x.pdf").write_bytes(b"x")
    result = make(runner, target, status=1)
    assert "files/caf\\udce9.pdf: its name is not valid UTF-8" in result.stderr
    assert names(target) == ["files/x.pdf"]


def test_links_inside_the_folder_are_followed(
    files: Path, target: Path, runner: FlaskCliRunner, client: FlaskClient, elsewhere: Flask
) -> None:
    (files / "2024").mkdir()
    (files / "2024" / "x.pdf").write_bytes(b"%PDF")
    (files / "latest").symlink_to("2024")
    (files / "again").symlink_to("latest")
    (files / "y.pdf").symlink_to(files / "2024" / "x.pdf")
    make(runner, target)
    served = ["files/2024/x.pdf", "files/again/x.pdf", "files/latest/x.pdf", "files/y.pdf"]
    assert names(target) == served
    other = restored(elsewhere, target).parent
    for name in served:
        assert client.get(f"/{name}", buffered=True).data == b"%PDF"
        assert (other / name).read_bytes() == b"%PDF"
        assert not (other / name).is_symlink()


def test_the_files_folder_may_be_a_link(
    instance: Path, tmp_path: Path, target: Path, runner: FlaskCliRunner
) -> None:
    (tmp_path / "pdfs").mkdir()
    (tmp_path / "pdfs" / "x.pdf").write_bytes(b"old")
    (instance / "files").symlink_to(tmp_path / "pdfs")
    make(runner, target)
    (tmp_path / "pdfs" / "x.pdf").write_bytes(b"new")
    assert runner.invoke(args=["restore", "--force", str(target)]).exit_code == 0
    assert (instance / "files").is_symlink()
    assert (tmp_path / "pdfs" / "x.pdf").read_bytes() == b"old"


def test_files_that_are_not_served_are_left_out_and_listed(
    files: Path, tmp_path: Path, target: Path, runner: FlaskCliRunner
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_bytes(b"x")
    (files / "out").symlink_to(tmp_path / "outside")
    (files / "secret").symlink_to(tmp_path / "outside" / "secret")
    (files / "broken").symlink_to("nowhere")
    (files / "self").symlink_to("self")
    (files / ".git").mkdir()
    (files / ".git" / "config").write_bytes(b"x")
    (files / "hidden").symlink_to(".git")
    (files / "deep").mkdir()
    (files / "deep" / "up").symlink_to("..")
    os.mkfifo(files / "pipe")
    with closing(socket.socket(socket.AF_UNIX)) as unix:
        unix.bind(str(files / "socket"))
        result = make(runner, target)
    assert names(target) == []
    named = [line.strip().partition(":")[0] for line in result.stderr.splitlines()[1:]]
    entries = (".git", "broken", "deep/up", "hidden", "out", "pipe", "secret", "self", "socket")
    assert named == [f"files/{entry}" for entry in entries]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_an_unreadable_file_is_listed_and_sets_the_exit_status(
    files: Path, target: Path, runner: FlaskCliRunner
) -> None:
    (files / "x.pdf").write_bytes(b"x")
    (files / "x.pdf").chmod(0)
    result = make(runner, target, status=1)
    assert "files/x.pdf: it cannot be read: Permission denied" in result.stderr


def test_a_file_that_keeps_changing_is_listed_and_the_backup_is_complete(
    files: Path, target: Path, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "growing.log").write_bytes(b"x")
    (files / "x.pdf").write_bytes(b"%PDF")
    read = writing._read  # noqa: SLF001  the moment between two reads

    def grow(source: object) -> bytes:
        data = read(source)  # type: ignore[arg-type]
        with (files / "growing.log").open("ab") as log:
            log.write(b"more")
        return data

    monkeypatch.setattr(writing, "_read", grow)
    result = make(runner, target, status=1)
    assert "files/growing.log: it changes while it is read" in result.stderr
    assert names(target) == ["files/x.pdf"]


def test_a_file_that_changes_once_is_copied_in_its_new_state(
    files: Path,
    target: Path,
    runner: FlaskCliRunner,
    elsewhere: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (files / "x.pdf").write_bytes(b"old")
    changes = iter([b"newer"])
    read = writing._read  # noqa: SLF001

    def replace(source: object) -> bytes:
        data = read(source)  # type: ignore[arg-type]
        if data == b"old" and (content := next(changes, None)):
            (files / "x.pdf").write_bytes(content)
        return data

    monkeypatch.setattr(writing, "_read", replace)
    make(runner, target)
    assert (restored(elsewhere, target) / "x.pdf").read_bytes() == b"newer"


def test_only_the_owner_can_read_a_backup(
    instance: Path, target: Path, runner: FlaskCliRunner
) -> None:
    target.touch(0o644)
    make(runner, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(target.parent.iterdir()) == [target]


KILLED = """
import os, signal
from webapp.store.backup import writing
from webapp.__main__ import main
writing.verify = lambda draft: os.kill(os.getpid(), signal.SIGKILL)
main()
"""


def test_the_next_backup_deletes_the_draft_of_a_killed_one(
    instance: Path, target: Path, runner: FlaskCliRunner
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, "backup", str(target)],
        cwd=ROOT,
        env={**os.environ, "OCTAVO_INSTANCE": str(instance)},
        check=False,
    )
    assert killed.returncode == -9
    (draft,) = target.parent.iterdir()
    assert stat.S_IMODE(draft.stat().st_mode) == 0o700
    make(runner, target)
    assert list(target.parent.iterdir()) == [target]


def test_a_backup_that_cannot_be_read_back_is_not_written(
    instance: Path, target: Path, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(runner, target)
    before = target.read_bytes()
    verify = writing.verify

    def damage(draft: Path) -> None:
        content = bytearray(draft.read_bytes())
        content[len(content) // 2] ^= 1
        draft.write_bytes(content)
        verify(draft)

    monkeypatch.setattr(writing, "verify", damage)
    result = make(runner, target, status=2)
    assert "could not be read back" in result.stderr
    assert target.read_bytes() == before
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    "name", ["instance/files/b.zip", "instance/publications.bib", "instance/octavo.db", "no/b.zip"]
)
def test_a_backup_is_not_written_where_it_would_be_served_or_overwrite(
    instance: Path, files: Path, tmp_path: Path, runner: FlaskCliRunner, name: str
) -> None:
    before = {path: path.read_bytes() for path in instance.iterdir() if path.is_file()}
    make(runner, tmp_path / name, status=2)
    after = {path: path.read_bytes() for path in instance.iterdir() if path.is_file()}
    assert before.keys() <= after.keys()
    assert after[instance / "octavo.db"] == before[instance / "octavo.db"]
    assert after[instance / "publications.bib"] == before[instance / "publications.bib"]
    assert list(files.iterdir()) == []


def test_a_device_is_not_replaced(instance: Path, runner: FlaskCliRunner) -> None:
    assert "not a file" in make(runner, Path("/dev/null"), status=2).stderr
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_large_files_are_stored_and_the_archive_unpacks_anywhere(
    files: Path,
    target: Path,
    runner: FlaskCliRunner,
    elsewhere: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writing, "STORED_FROM", 1000)
    (files / "zeros").write_bytes(bytes(100_000))
    make(runner, target)
    with zipfile.ZipFile(target) as archive:
        assert archive.getinfo("files/zeros").compress_type == zipfile.ZIP_STORED
        assert archive.namelist()[0] == "manifest.json"
    assert (restored(elsewhere, target) / "zeros").read_bytes() == bytes(100_000)
