"""Engines and connections: where the database is, transactions that read or write, the revision.

Errors of the driver and of SQLAlchemy become `errors.DatabaseError` here, so that the layers above
know neither.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError

from ..errors import ConfigurationError, DatabaseError, DatabaseUnavailableError
from . import sqlite
from .availability import Availability, availability
from .catalog_revisions import REVISION_SQL
from .catalog_revisions import CatalogRevision as CatalogRevision
from .dialect import Dialect
from .postgres import PostgreSQL

# For the layers above, which do not import SQLAlchemy.
Database = Engine
Transaction = Connection

# The databases that need more than the portable behaviour.
DIALECTS: Final[dict[str, Dialect]] = {"sqlite": sqlite.SQLite(), "postgresql": PostgreSQL()}


def database_url(setting: str, instance: Path) -> URL:
    """Return where the database is: by default a file in the instance folder.

    Raises ConfigurationError for a setting that is not a URL, or whose driver is not installed.
    """
    if not setting:
        return sqlite.url_of(instance / "octavo.db")
    try:
        url = _dialect(setting.partition(":")[0]).parse(setting)
        url.get_dialect().import_dbapi()
    except (ArgumentError, ImportError, ValueError) as error:
        raise ConfigurationError(
            f"database_url: {error}. It is written as sqlite:////path/to/octavo.db or "
            "postgresql://user@host/database, and the driver must be installed."
        ) from None
    return url


def engine_options(url: URL) -> dict[str, Any]:
    """Return the arguments of `create_engine` for a database."""
    return _dialect(url.drivername).engine_options()


def dialect_of(engine: Engine) -> Dialect:
    """Return what is special about the database of an engine."""
    return _dialect(engine.dialect.name)


def _dialect(name: str) -> Dialect:
    """Return what is special about a database, by the name of it or of its driver."""
    return DIALECTS.get(name.partition("+")[0]) or Dialect()


def prepare_engine(engine: Engine) -> None:
    """Register what every connection of an engine needs."""
    engine.update_execution_options(octavo_availability=Availability())
    dialect_of(engine).prepare_engine(engine)

    def _on_error(context: ExceptionContext) -> DatabaseError | None:
        if context.sqlalchemy_exception is None:
            return None
        return dialect_of(engine).translate(context.original_exception, engine.url)

    for each in {engine, dialect_of(engine).writer(engine)}:
        event.listen(each, "handle_error", _on_error)


def preload_database(engine: Engine) -> None:
    """Read into memory what the first requests would wait for; close all connections before."""
    engine.dispose()
    dialect_of(engine).preload(engine.url)


def watch_revision(engine: Engine) -> None:
    """Follow the revision in a thread, if asking for it takes a round trip.

    While the database is away, few requests will try to reach it. A serving process calls this
    after the fork. The thread ends when the engine is disposed of.
    """
    availability(engine).interval = dialect_of(engine).retry_interval
    dialect_of(engine).watch_revision(engine)


def is_shared(engine: Engine) -> bool:
    """Return whether other machines may write the database."""
    return dialect_of(engine).is_shared


def preferred_url(engine: Engine) -> str:
    """Return the setting that leads another process first to the server that this one reads.

    "" if there is no choice. It may contain a password.
    """
    return dialect_of(engine).preferred_url(engine)


def database_file(engine: Engine) -> Path | None:
    """Return the file of the database; None if it is not one file."""
    return dialect_of(engine).database_file(engine.url)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a connection with one consistent view of the database."""
    with availability(engine).attempt(), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that is the only writer from its first statement on.

    It is rolled back if the block raises. Raises DatabaseUnavailableError without a primary;
    that does not count as an outage, as reading goes on from a standby.
    """
    with _writer(engine) as connection, connection.begin():
        yield connection


def _writer(engine: Engine) -> Connection:
    return dialect_of(engine).writer(engine).connect().execution_options(octavo_write=True)


@contextmanager
def without_references(engine: Engine) -> Iterator[Connection]:
    """Open a connection for migrations, the only writer from its first statement on."""
    with (
        _writer(engine) as connection,
        dialect_of(engine).without_references(connection),
    ):
        yield connection


def compact(engine: Engine) -> int:
    """Return free space inside the database to the disk; return the number of bytes.

    Raises DatabaseError if the disk has no room for the copy that this needs.
    """
    return dialect_of(engine).compact(engine)


def current_revision(engine: Engine) -> CatalogRevision:
    """Return the revision, from the watcher if the database has one.

    Otherwise read it. Raises DatabaseUnavailableError while the database is away.
    """
    found = availability(engine)
    revision = _watched_revision(engine) if found.error is None else None
    if revision is None:
        with found.attempt():
            revision = _read_revision(engine)
    found.revision = revision
    return revision


def _watched_revision(engine: Engine) -> CatalogRevision | None:
    """Return what the watcher knows; None if it knows nothing."""
    try:
        return dialect_of(engine).known_revision(engine)
    except DatabaseUnavailableError as error:
        availability(engine).fail(error)
        raise


def _read_revision(engine: Engine) -> CatalogRevision:
    """Read the revision, on a raw connection: SQLAlchemy would take ten times as long."""
    try:
        with closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(REVISION_SQL)
            identity, counter = cursor.fetchone() or ("", 0)
            cursor.close()
    except engine.dialect.loaded_dbapi.Error as error:
        raise dialect_of(engine).translate(error, engine.url) from error
    return CatalogRevision(identity, counter)


def known_revision(engine: Engine) -> CatalogRevision:
    """Return the current revision; while the database is away, the last that was read.

    Raises DatabaseUnavailableError if none was.
    """
    try:
        return current_revision(engine)
    except DatabaseUnavailableError:
        revision = last_revision(engine)
        if revision is None:
            raise
        return revision


def last_revision(engine: Engine) -> CatalogRevision | None:
    """Return the revision that was read last, without reading it; None if none was."""
    return availability(engine).revision


def outage(engine: Engine) -> DatabaseUnavailableError | None:
    """Return why the last attempt to reach the database failed; None if it succeeded."""
    return availability(engine).error


def is_away(engine: Engine) -> bool:
    """Return whether the last attempt to reach the database failed."""
    return outage(engine) is not None


def revision_of(connection: Connection) -> CatalogRevision:
    """Return the revision that a transaction sees."""
    identity, counter = connection.exec_driver_sql(REVISION_SQL).one_or_none() or ("", 0)
    return CatalogRevision(identity, counter)
