"""Making a database ready: its settings, its tables; refusing one newer than the program."""

from contextlib import suppress
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, upgrade
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from ..config import ROOT
from ..errors import DatabaseNewerError
from .connections import compact, without_references
from .tables import db

MIGRATIONS = ROOT / "webapp" / "store" / "migrations"


def prepare_database(app: Flask) -> None:
    """Create the database or bring its tables up to date; needs an application context."""
    Path(app.instance_path).mkdir(parents=True, exist_ok=True)
    if db.engine.dialect.name == "sqlite":
        _use_write_ahead_log(db.engine)
    present = refuse_newer(schema_version(db.engine))
    if present != newest_schema():
        migrate(app)
        with suppress(OperationalError):  # no room to copy it, or a site is writing: no harm
            compact(db.engine)


def migrate(app: Flask, directory: Path = MIGRATIONS) -> None:
    """Bring the tables up to date by the migrations of a directory, all of them or none."""
    Migrate(app, db, directory=str(directory))
    upgrade()


def upgrade_database(engine: Engine, version: str = "head") -> None:
    """Bring another database than the application's to a schema version, or to the newest."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with without_references(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def refuse_newer(schema: str | None) -> str | None:
    """The schema of a database. Raises DatabaseNewerError when this program does not know it."""
    known = _known_schemas()
    if schema and schema not in known:
        raise DatabaseNewerError(
            f"The database is of a newer Octavo (schema {schema}, this one knows {known[0]}). "
            "Install that version, or restore a backup made by this one."
        )
    return schema


def newest_schema() -> str:
    """Return the schema version of this program."""
    return _known_schemas()[0]


def _known_schemas() -> list[str]:
    """The schema versions, newest first."""
    return [script.revision for script in ScriptDirectory(MIGRATIONS).walk_revisions()]


def schemas() -> list[str]:
    """The schema versions, oldest first."""
    return _known_schemas()[::-1]


def _use_write_ahead_log(engine: Engine) -> None:
    """Readers go on while one writes; the mode stays in the file."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def schema_version(engine: Engine) -> str | None:
    """The schema that a database has; None when it has none."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
