"""Instances, files and catalogs for running commands."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from tests.cli.import_command import MANY, entries
from tests.conftest import running
from webapp.catalog import Catalog


@pytest.fixture(scope="module")
def seed_runner(seed: Path) -> Iterator[FlaskCliRunner]:
    """Yield a runner on the seed itself, for commands that are refused before they change it."""
    with running(seed) as app:
        yield app.test_cli_runner()


@pytest.fixture
def command_files(instance: Path, runner: FlaskCliRunner, tmp_path: Path) -> dict[str, str]:
    """Create the files for the commands, and a second revision to undo."""
    (tmp_path / "new.bib").write_text("@misc{new, title = {New}, author = {Doe, J.}, year = 2020}")
    (tmp_path / "other.bib").write_text("@misc{other, title = {Another}, author = {Roe, R.}}")
    backup = str(tmp_path / "made-before.zip")
    for arguments in (["import", "--yes", str(tmp_path / "other.bib")], ["backup", backup]):
        assert runner.invoke(args=arguments).exit_code == 0
    return {"new": str(tmp_path / "new.bib"), "backup": backup, "out": str(tmp_path / "out")}


@pytest.fixture
def ten_publications(runner: FlaskCliRunner, catalog: Catalog, tmp_path: Path) -> Catalog:
    """Return a catalog with MANY, at revision 2."""
    (tmp_path / "many.bib").write_text(entries(*MANY))
    result = runner.invoke(args=["import", "--prune=all", str(tmp_path / "many.bib")])
    assert result.exit_code == 0, result.output
    return catalog


@pytest.fixture
def given_file(tmp_path: Path) -> Path:
    return tmp_path / "given.bib"
