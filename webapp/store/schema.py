"""The schema of the database: creating tables, migrating them, refusing unknown versions."""

from contextlib import suppress
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, upgrade
from sqlalchemy import Engine

from ..config import ROOT
from ..errors import DatabaseError, DatabaseNewerError
from .connections import compact, dialect_of, without_references
from .tables import db

MIGRATIONS = ROOT / "webapp" / "store" / "migrations"


def prepare_database(app: Flask) -> None:
    """Create the database or migrate its tables. Needs an application context.

    Raises DatabaseNewerError for a schema that this version of Octavo does not know.
    """
    Path(app.instance_path).mkdir(parents=True, exist_ok=True)
    dialect_of(db.engine).prepare_database(db.engine)
    present = refuse_newer(schema_version(db.engine))
    if present != newest_schema():
        migrate(app)
        with suppress(DatabaseError):  # optional: the disk may be full, or the site writing
            compact(db.engine)


def migrate(app: Flask, directory: Path = MIGRATIONS) -> None:
    """Run the migrations in a directory on the application's database, all or none."""
    Migrate(app, db, directory=str(directory))
    upgrade()


def upgrade_database(engine: Engine, version: str = "head") -> None:
    """Migrate a database that is not the application's to a schema version."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with without_references(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def refuse_newer(schema: str | None) -> str | None:
    """Return a schema version unchanged. Raises DatabaseNewerError if it is unknown."""
    if schema and schema not in schemas():
        raise DatabaseNewerError(
            "This database was created by a newer version of Octavo (schema "
            f"{schema}; this version supports up to {newest_schema()}). Install that version, or "
            "restore a backup that this version made."
        )
    return schema


def newest_schema() -> str:
    """Return the schema version of this program."""
    return schemas()[-1]


@cache
def schemas() -> tuple[str, ...]:
    """Return the schema versions that this program knows, oldest first."""
    scripts = ScriptDirectory(MIGRATIONS).walk_revisions()
    return tuple(script.revision for script in scripts)[::-1]


def schema_version(engine: Engine) -> str | None:
    """Return the schema version of a database; None if it has no tables."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
