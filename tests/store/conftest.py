"""Backups of the seed, restored over changed instances, or refused."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import create_engine, func, select

from tests.conftest import running
from tests.foreign_backups import snapshot
from webapp.catalog import Catalog
from webapp.records import Record
from webapp.store.connections import database_url
from webapp.store.edits import Edit
from webapp.store.tables import Publication


@pytest.fixture(scope="session")
def seed_backup(seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the seed and one file below files/. Read only."""
    folder = tmp_path_factory.mktemp("saved")
    instance = Path(shutil.copytree(seed, folder / "instance"))
    (instance / "files").mkdir()
    (instance / "files" / "x.pdf").write_bytes(b"%PDF")
    with running(instance) as app:
        result = app.test_cli_runner().invoke(args=["backup", str(folder / "b.zip")])
    assert result.exit_code == 0, result.output
    return folder / "b.zip"


@pytest.fixture
def saved(instance: Path, catalog: Catalog, tmp_path: Path, runner: FlaskCliRunner) -> Path:
    """Write a backup, then add a publication and a file, and change and delete files."""
    files = instance / "files"
    (files / "deep").mkdir(parents=True)
    (files / "deep" / "x.pdf").write_bytes(b"old")
    (files / "y.pdf").write_bytes(b"y")
    assert runner.invoke(args=["backup", str(tmp_path / "b.zip")]).exit_code == 0
    catalog.save([Edit(Record(key="new", type="misc", title="New"))], "test")
    result = runner.invoke(args=["reindex"])
    assert result.exit_code == 0, result.output
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
    engine = create_engine(database_url(os.environ.get("OCTAVO_DATABASE_URL", ""), instance))
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        count = connection.scalar(select(func.count()).select_from(Publication))
    engine.dispose()
    return files, count or 0


@pytest.fixture
def refuses(
    instance: Path, tmp_path: Path, runner: FlaskCliRunner, catalog: Catalog
) -> Callable[[Path], str]:
    """Restore a backup that is refused and changes nothing; return the error message."""

    def restore(backup: Path) -> str:
        before = snapshot(instance)
        outside = sorted(tmp_path.iterdir())
        result = runner.invoke(args=["restore", "--force", str(backup)])
        assert result.exit_code == 2, result.output
        assert result.stderr.count("\n") == 1
        assert snapshot(instance) == before
        assert sorted(tmp_path.iterdir()) == outside
        return result.stderr

    return restore
