"""How connections behave: SQLite's settings, transactions that read or write, the revision."""

import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError

from ..errors import ConfigurationError

logger = logging.getLogger(__name__)

# For layers above, which do not import SQLAlchemy.
Database = Engine
Transaction = Connection
DatabaseError = SQLAlchemyError  # any error while the database is used
DriverError = DBAPIError  # one that the database itself reported; `orig` is the driver's

BUSY_TIMEOUT = 30  # seconds a writer waits for another one
NOTICE_AFTER = 1.0  # seconds of them before it says that it waits
POLL = 100  # milliseconds of them that SQLite waits by itself

_REVISION_SQL = "SELECT identity, counter FROM catalog_state"

_LONGEST_COUNTER = 18  # digits: what a database takes for a number


@dataclass(frozen=True, slots=True)
class LockWait:
    """How many seconds to wait for another writer; `notify` is called when it takes long."""

    seconds: int = BUSY_TIMEOUT
    notify: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class CatalogRevision:
    """Which state of which database: never the same for two contents."""

    identity: str
    counter: int

    def __str__(self) -> str:
        return f"{self.identity}-{self.counter}"

    @classmethod
    def parse(cls, text: str | None) -> "CatalogRevision | None":
        identity, _, counter = (text or "").rpartition("-")
        is_number = counter.isdecimal() and len(counter) <= _LONGEST_COUNTER
        return cls(identity, int(counter)) if identity and is_number else None


def prepare_engine(engine: Engine) -> None:
    """Register what every connection needs. Transactions begin when SQLAlchemy says so, which
    Python's sqlite3 would leave to the first write: https://docs.sqlalchemy.org/dialects/sqlite.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "do_connect")
    def _do_connect(
        _dialect: Any, _record: Any, args: Sequence[Any], options: Mapping[str, Any]
    ) -> sqlite3.Connection:
        return _open_sqlite(args, options)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA busy_timeout = {lock_wait(engine).seconds * 1000}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get("octavo_write"):
            _begin_writing(connection, lock_wait(engine))
        else:
            connection.exec_driver_sql("BEGIN")


def sqlite_url(path: Path) -> URL:
    """Return the URL of a database file, whose path may hold `?`, `#` and `%`."""
    return URL.create("sqlite", database=str(path))


def database_url(setting: str, instance: Path) -> URL:
    """Return where the database is: by default a file of the instance folder.

    Raises ConfigurationError for a setting that is no URL, or whose driver is not installed.
    """
    if not setting:
        return sqlite_url(instance / "octavo.db")
    try:
        url = make_url(setting)
        url.get_dialect().import_dbapi()
    except (ArgumentError, ImportError, ValueError) as error:
        raise ConfigurationError(
            f"database_url: {error}. It is written as sqlite:////path/to/octavo.db or "
            "postgresql+psycopg://user@host/database, and the driver must be installed."
        ) from None
    return url


def lock_wait(engine: Engine) -> LockWait:
    """Return how long the connections of an engine wait for another writer."""
    wait: LockWait = engine.get_execution_options().get("octavo_lock_wait", LockWait())
    return wait


def set_lock_wait(engine: Engine, wait: LockWait) -> None:
    """Let the connections that an engine opens from now on wait so long for another writer."""
    engine.dispose()
    engine.update_execution_options(octavo_lock_wait=wait)


def is_locked(error: BaseException) -> bool:
    """Return whether SQLite gave up because another process has the database."""
    name: str = getattr(error, "sqlite_errorname", "")
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _begin_writing(connection: Connection, wait: LockWait) -> None:
    """Begin a transaction that writes; say so when another writer has to be waited for.

    SQLite is asked again and again, for it would not hear Ctrl-C while it waits by itself.
    """
    raw: Any = connection.connection.driver_connection
    start = time.monotonic()
    is_notified = False
    raw.execute(f"PRAGMA busy_timeout = {POLL}")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - start
                if not is_locked(error) or waited >= wait.seconds:
                    raise OperationalError("BEGIN IMMEDIATE", None, error) from error
            if wait.notify and not is_notified and waited >= NOTICE_AFTER:
                wait.notify()
                is_notified = True
    finally:
        raw.execute(f"PRAGMA busy_timeout = {wait.seconds * 1000}")


def _open_sqlite(args: Sequence[Any], options: Mapping[str, Any]) -> sqlite3.Connection:
    """Open a database file, also where nothing can be written.

    A write-ahead log needs a file beside the database even to read. On a disk that has become
    read-only the database cannot change, so it is read without one.
    """
    connection: sqlite3.Connection = sqlite3.connect(*args, **options)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError as error:
        connection.close()
        path = Path(args[0])
        if is_locked(error) or not path.exists() or os.access(path.parent, os.W_OK):
            raise
        logger.error("%s: the folder cannot be written; the site serves what it has", path.parent)
        uri = f"{path.as_uri()}?immutable=1"
        connection = sqlite3.connect(uri, **{**options, "uri": True})
    return connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the database."""
    with engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, alone from its first statement on; rolled back when the block raises."""
    with engine.connect().execution_options(octavo_write=True) as connection, connection.begin():
        yield connection


@contextmanager
def without_references(engine: Engine) -> Iterator[Connection]:
    """A connection for migrations, alone from its first statement on.

    SQLite changes many a column by making the table anew and dropping the old one, and would
    delete what refers to it.
    """
    with engine.connect().execution_options(octavo_write=True) as connection:
        if engine.dialect.name != "sqlite":
            yield connection
            return
        raw: Any = (
            connection.connection
        )  # where no transaction has begun: in one it would not count
        raw.execute("PRAGMA foreign_keys = OFF")
        try:
            yield connection
        finally:
            connection.rollback()
            raw.execute("PRAGMA foreign_keys = ON")


def compact(engine: Engine) -> int:
    """Give room that is free inside the database back to the disk; return how many bytes.

    SQLite alone needs it. Readers go on; a writer is waited for. Raises OperationalError where the
    disk has no room for the copy that it makes.
    """
    if engine.dialect.name != "sqlite":
        return 0
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        before = _size(cursor)
        try:
            cursor.execute("VACUUM")
        except engine.dialect.loaded_dbapi.Error as error:
            raise OperationalError("VACUUM", None, error) from error
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return before - _size(cursor)


def _size(cursor: Any) -> int:
    (pages,) = cursor.execute("PRAGMA page_count").fetchone()
    (page_size,) = cursor.execute("PRAGMA page_size").fetchone()
    return int(pages * page_size)


def current_revision(engine: Engine) -> CatalogRevision:
    """The revision on a raw connection: a tenth of the cost of a SELECT through SQLAlchemy."""
    try:
        with closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(_REVISION_SQL)
            identity, counter = cursor.fetchone() or ("", 0)
            cursor.close()
    except engine.dialect.loaded_dbapi.Error as error:
        raise OperationalError(_REVISION_SQL, None, error) from error
    return CatalogRevision(identity, counter)


def revision_of(connection: Connection) -> CatalogRevision:
    """The revision that a transaction sees."""
    row = connection.exec_driver_sql(_REVISION_SQL).one()
    return CatalogRevision(row.identity, row.counter)
