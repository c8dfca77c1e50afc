"""Backup and restore of a whole instance."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from webapp.application import create_app
from webapp.catalog.catalog import Catalog
from webapp.catalog.criteria import Criteria
from webapp.records import Record
from webapp.site import site
from webapp.store.edits import Edit
from webapp.store.tables import db


@pytest.fixture
def saved(app: Flask, instance: Path, tmp_path: Path, runner: FlaskCliRunner) -> Path:
    """Return a backup of the seed and a file in files/."""
    (instance / "files" / "deep").mkdir(parents=True)
    (instance / "files" / "deep" / "x.pdf").write_bytes(b"%PDF")
    result = runner.invoke(args=["backup", str(tmp_path / "b.zip")])
    assert result.exit_code == 0, result.output
    assert "7 publications and 3 files" in result.output
    return tmp_path / "b.zip"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    """Return an empty instance, as on another machine."""
    app = create_app(tmp_path / "other")
    yield app
    with app.app_context():
        db.engine.dispose()


def titles(app: Flask) -> list[str]:
    catalog = site(app).catalog
    return [record.title for record in catalog.find(Criteria()).records]


def test_a_backup_restores_an_instance_on_another_machine(
    app: Flask, empty: Flask, saved: Path
) -> None:
    result = empty.test_cli_runner().invoke(args=["restore", str(saved)])
    assert result.exit_code == 0, result.output
    assert titles(empty) == titles(app)
    other = Path(empty.instance_path)
    assert (other / "files" / "deep" / "x.pdf").read_bytes() == b"%PDF"
    assert (other / "site.toml").exists()
    assert site(empty).catalog.state().settled
    assert empty.test_cli_runner().invoke(args=["prepare"]).output == ""


def test_a_restored_database_has_a_new_identity(app: Flask, empty: Flask, saved: Path) -> None:
    empty.test_cli_runner().invoke(args=["restore", str(saved)])
    first, second = (site(instance).catalog.state().revision for instance in (app, empty))
    assert first.identity != second.identity
    assert first.counter == second.counter


def test_restore_overwrites_only_with_force(
    catalog: Catalog, runner: FlaskCliRunner, saved: Path
) -> None:
    catalog.save([Edit(Record(key="new", type="misc", title="New"))], "test")
    result = runner.invoke(args=["restore", str(saved)])
    assert (result.exit_code, "--force" in result.stderr, catalog.count()) == (2, True, 8)
    assert runner.invoke(args=["restore", "--force", str(saved)]).exit_code == 0
    assert catalog.count() == 7
    assert catalog.find(Criteria()).total == 7


@pytest.mark.parametrize("name", ["octavo.db", "site.toml", "files/deep/x.pdf"])
def test_a_damaged_backup_is_refused_and_nothing_changes(
    catalog: Catalog, runner: FlaskCliRunner, saved: Path, tmp_path: Path, name: str
) -> None:
    before = catalog.state()
    damaged = tmp_path / "damaged.zip"
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(damaged, "w") as target:
        for member in source.namelist():
            content = source.read(member)
            target.writestr(member, content + b"!" if member == name else content)
    result = runner.invoke(args=["restore", "--force", str(damaged)])
    assert result.exit_code == 2
    assert f"{name} is damaged" in result.stderr
    assert catalog.state() == before


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04"])
def test_a_file_that_is_not_a_backup_is_refused(
    runner: FlaskCliRunner, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    result = runner.invoke(args=["restore", str(tmp_path / "x.zip")])
    assert (result.exit_code, "not a backup" in result.stderr) == (2, True)


def test_a_backup_with_files_outside_the_instance_is_refused(
    runner: FlaskCliRunner, saved: Path, tmp_path: Path
) -> None:
    evil = tmp_path / "evil.zip"
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(evil, "w") as target:
        manifest = source.read("manifest.json").replace(b"files/deep/x.pdf", b"../../evil.txt")
        target.writestr("manifest.json", manifest)
        for member in source.namelist()[1:]:
            target.writestr(
                member.replace("files/deep/x.pdf", "../../evil.txt"), source.read(member)
            )
    assert runner.invoke(args=["restore", "--force", str(evil)]).exit_code == 2
    assert not list(tmp_path.rglob("evil.txt"))


def test_a_failed_backup_keeps_the_former_one(
    runner: FlaskCliRunner, saved: Path, instance: Path
) -> None:
    before = saved.read_bytes()
    (instance / "octavo.db").write_bytes(b"broken")
    for name in ("octavo.db-wal", "octavo.db-shm"):
        (instance / name).unlink(missing_ok=True)
    assert runner.invoke(args=["backup", str(saved)]).exit_code == 2
    assert saved.read_bytes() == before
    assert sorted(saved.parent.glob(".octavo-*")) == []
