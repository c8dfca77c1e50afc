"""Preparing a database, refusing one of a newer version, and preloading it."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, text

from tests.conftest import BOTH_DATABASES
from tests.sites import Site, site
from webapp.application import create_app
from webapp.errors import DatabaseNewerError
from webapp.serving import preload
from webapp.site import site as site_of
from webapp.site_file import load_settings
from webapp.store import schema
from webapp.store.connections import current_revision, reading, writing
from webapp.store.tables import db

DATABASES = BOTH_DATABASES


__all__ = ["site"]  # the fixture


def test_a_new_database_uses_a_write_ahead_log(tmp_path: Path) -> None:
    app = create_app(tmp_path / "new", load_settings(tmp_path, {}))
    with app.app_context():
        schema.prepare_database(app)
        first = current_revision(db.engine)
        schema.prepare_database(app)
        with reading(db.engine) as connection:
            mode = connection.scalar(text("PRAGMA journal_mode"))
        assert (mode, current_revision(db.engine)) == ("wal", first)
        db.engine.dispose()


def test_a_database_of_a_newer_version_is_refused_and_unchanged(app: Flask) -> None:
    with app.app_context():
        with writing(db.engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(DatabaseNewerError, match="9999"):
            schema.prepare_database(app)
    result = app.test_cli_runner().invoke(args=["prepare"])
    assert result.exit_code == 2
    assert "newer version of Octavo" in result.stderr


def test_a_short_list_is_read_before_the_first_visitor(site: Site) -> None:
    client = site(page_size=2)
    preload(client.application)
    catalog = site_of(client.application).catalog
    statements: list[str] = []
    event.listen(
        catalog.database, "before_cursor_execute", lambda *given: statements.append(given[2])
    )
    client.get("/?page=3", headers={"HX-Request": "true"})
    assert not any("abstract" in statement for statement in statements)
