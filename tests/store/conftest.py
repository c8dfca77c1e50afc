"""Backups of the seed, and the restore of one that must be refused."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from tests.conftest import running
from tests.foreign_backups import snapshot
from webapp.catalog import Catalog


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
