"""Instances, files and catalogs for running commands."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests.cli.import_command import MANY, entries
from tests.conftest import running
from tests.services.fake import Fake, serve_fake
from webapp.accounts.sessions import start_session
from webapp.accounts.tokens import hash_of
from webapp.catalog import Catalog
from webapp.cli.accounts import SHORT
from webapp.store import source_records
from webapp.store.connections import writing
from webapp.store.source_records import SourceRecord


@pytest.fixture(scope="module")
def seed_runner(seed: Path) -> Iterator[FlaskCliRunner]:
    """Yield a runner on the seed itself, for commands that are refused before they change it."""
    with running(seed) as app:
        yield app.test_cli_runner()


@pytest.fixture(scope="session")
def _services() -> Iterator[Fake]:
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    with serve_fake() as fake:
        fake.hosts = {name: replace(host, pace=0.0) for name, host in fake.hosts.items()}
        yield fake


@pytest.fixture
def services(_services: Fake) -> Fake:
    """The fake services, without requests and faults of other tests."""
    _services.requests.clear()
    _services.faults.clear()
    return _services


@pytest.fixture
def app(instance: Path, services: Fake) -> Iterator[Flask]:
    """A site whose commands reach the fake services only."""
    with running(instance, services.hosts) as app:
        yield app


@pytest.fixture
def command_files(
    instance: Path, runner: FlaskCliRunner, catalog: Catalog, tmp_path: Path
) -> dict[str, str]:
    """Create what the commands need: files, a second revision to undo, a field, a session."""
    note = SourceRecord("orcid", "orcid:1", "misc", {"note": "New"}, "liu2025eaas")
    with writing(catalog.database) as connection:
        source_records.write(connection, [note])
        session = hash_of(start_session(connection, "ada", "Test"))
    (tmp_path / "new.bib").write_text("@misc{new, title = {New}, author = {Doe, J.}, year = 2020}")
    (tmp_path / "other.bib").write_text("@misc{other, title = {Another}, author = {Roe, R.}}")
    backup = str(tmp_path / "made-before.zip")
    for arguments in (["import", "--yes", str(tmp_path / "other.bib")], ["backup", backup]):
        assert runner.invoke(args=arguments).exit_code == 0
    files = {"new": str(tmp_path / "new.bib"), "backup": backup, "out": str(tmp_path / "out")}
    return {**files, "session": session[:SHORT]}


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
