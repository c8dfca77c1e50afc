"""SQLite: its pragmas, how its files are opened, how writers wait, what its errors mean.

The backup package uses `sqlite3` as well, because a backup contains a file of SQLite. No other
module knows which database there is.
"""

import logging
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Table, event

from ..errors import DatabaseError, DatabaseLockedError, DatabaseUnavailableError
from .dialect import Dialect
from .locks import LockWait, lock_wait

logger = logging.getLogger(__name__)

NOTICE_AFTER = 1.0  # seconds of waiting before `LockWait.notify` is called
POLL = 100  # milliseconds that SQLite waits by itself, without noticing Ctrl-C
MAX_PRELOAD = 512 << 20  # bytes; the database of 100,000 publications has 280 million

# What to do about an error: https://www.sqlite.org/rescode.html
ADVICE: Final = {
    "SQLITE_FULL": "the disk is full. Free some space.",
    "SQLITE_READONLY": "the database cannot be written. Does it belong to another user?",
    "SQLITE_CANTOPEN": "the database cannot be opened. Does it belong to another user?",
    "SQLITE_PERM": "the database cannot be opened. Does it belong to another user?",
    "SQLITE_NOTADB": "this is not a database. Move it away and restore a backup.",
    "SQLITE_CORRUPT": "the database is damaged. Move it away and restore a backup.",
    "SQLITE_IOERR": "reading or writing the database failed. Check the disk.",
}


class SQLite(Dialect):
    """SQLite through Python's `sqlite3`."""

    retry_interval = 0.0
    is_shared = False

    def prepare_engine(self, engine: Engine) -> None:
        """Register the pragmas, and let transactions begin when SQLAlchemy says so.

        Python's `sqlite3` would begin them at the first write:
        https://docs.sqlalchemy.org/dialects/sqlite.
        """

        @event.listens_for(engine, "do_connect")
        def _do_connect(
            _dialect: Any, _record: Any, args: Sequence[Any], options: Mapping[str, Any]
        ) -> sqlite3.Connection:
            return _open(args, options)

        @event.listens_for(engine, "connect")
        def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA busy_timeout = {lock_wait(engine).seconds * 1000}")

        @event.listens_for(engine, "begin")
        def _on_begin(connection: Connection) -> None:
            if connection.get_execution_options().get("octavo_write"):
                raw: Any = connection.connection.driver_connection
                try:
                    _begin_writing(raw, lock_wait(engine))
                except sqlite3.Error as error:
                    raise self.translate(error, engine.url) from error
            else:
                connection.exec_driver_sql("BEGIN")

    def prepare_database(self, engine: Engine) -> None:
        """Use a write-ahead log, so that readers go on while one process writes."""
        with translated_errors(engine.url), closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA journal_mode = WAL")

    def preload(self, url: URL) -> None:
        """Read the file once, so that the system has it in memory.

        Symptom: after a start, requests wait for rows on a slow disk. Measured at 10,000
        publications with the file evicted from memory, 28 November 2026: of 400 keystrokes, the
        slowest took 536 and 905 ms without this, and 138 and 181 with it. To remove it, delete
        `Dialect.preload` and its call in `serving.preload`.
        """
        limit = min(MAX_PRELOAD, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4)
        # Closing the file drops SQLite's locks in this process, so it must not have any.
        with suppress(OSError), Path(url.database or "").open("rb", buffering=0) as file:
            block = bytearray(1 << 20)
            while file.tell() < limit and file.readinto(block):
                pass

    def database_file(self, url: URL) -> Path | None:
        """Return the file of the database; None for one in memory."""
        return Path(url.database) if url.database else None

    @contextmanager
    def without_references(self, connection: Connection) -> Iterator[None]:
        """Suspend foreign keys.

        SQLite changes many a column by creating the table again and dropping the old one, which
        would delete the rows that refer to it.
        """
        raw: Any = connection.connection  # no transaction has begun: in one, the pragma is ignored
        raw.execute("PRAGMA foreign_keys = OFF")
        try:
            yield
        finally:
            connection.rollback()
            raw.execute("PRAGMA foreign_keys = ON")

    def compact(self, engine: Engine) -> int:
        """Run VACUUM. Readers go on; it waits for a writer.

        While something reads, the file keeps its size until the next checkpoint.
        """
        with translated_errors(engine.url), closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            before = _size(cursor)
            cursor.execute("VACUUM")
            cursor.execute(f"PRAGMA busy_timeout = {POLL}")  # do not wait for a slow reader
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute(f"PRAGMA busy_timeout = {lock_wait(engine).seconds * 1000}")
            return before - _size(cursor)

    def last_id(self, connection: Connection, table: Table) -> int:
        """Return the last id that a table gave to a row, which may be gone; 0 for none."""
        query = "SELECT seq FROM sqlite_sequence WHERE name = ?"
        return connection.exec_driver_sql(query, (table.name,)).scalar() or 0

    def raise_last_id(self, connection: Connection, table: Table, last: int) -> None:
        """Let a table give only ids above `last`. SQLite remembers larger ones of inserted rows."""
        if last > self.last_id(connection, table):
            for statement in (
                "DELETE FROM sqlite_sequence WHERE name = :name",
                "INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)",
            ):
                connection.exec_driver_sql(statement, {"name": table.name, "last": last})

    def translate(self, error: BaseException, url: URL) -> DatabaseError:
        """Return the error with the path of the database and what to do."""
        return _translate(error, url.database or "")


@contextmanager
def translated_errors(database: URL | Path) -> Iterator[None]:
    """Raise DatabaseError for an error of `sqlite3` inside the block."""
    path = (database.database or "") if isinstance(database, URL) else str(database)
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, path) from error


def url_of(path: Path) -> URL:
    """Return the URL of a database file, whose path may contain `?`, `#` and `%`."""
    return URL.create("sqlite", database=str(path))


def is_locked(error: BaseException) -> bool:
    """Return whether SQLite gave up because another process uses the database."""
    return _name(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _translate(error: BaseException, path: str) -> DatabaseError:
    if is_locked(error):
        return DatabaseLockedError(f"{path}: another process is still writing the database.")
    advice = next(
        (advice for start, advice in ADVICE.items() if _name(error).startswith(start)), f"{error}."
    )
    is_missing = _name(error).startswith("SQLITE_CANTOPEN") or "no such table" in str(error)
    return (DatabaseUnavailableError if is_missing else DatabaseError)(f"{path}: {advice}")


def _name(error: BaseException) -> str:
    """Return the name of SQLite's error, such as SQLITE_BUSY; "" for errors of other kinds."""
    return str(getattr(error, "sqlite_errorname", ""))


def _begin_writing(connection: sqlite3.Connection, wait: LockWait) -> None:
    """Begin a transaction that writes; wait for another writer, and notify if that takes long.

    This loop asks again and again, because SQLite's own wait would not notice Ctrl-C.
    """
    start = time.monotonic()
    is_notified = False
    connection.execute(f"PRAGMA busy_timeout = {POLL}")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - start
                if not is_locked(error) or waited >= wait.seconds:
                    raise
            if wait.notify and not is_notified and waited >= NOTICE_AFTER:
                wait.notify()
                is_notified = True
    finally:
        connection.execute(f"PRAGMA busy_timeout = {wait.seconds * 1000}")


def _open(args: Sequence[Any], options: Mapping[str, Any]) -> sqlite3.Connection:
    """Open a database file, even where nothing can be written.

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
        logger.error("%s: the folder cannot be written; the site only reads", path.parent)
        uri = f"{path.as_uri()}?immutable=1"
        connection = sqlite3.connect(uri, **{**options, "uri": True})
    return connection


def _size(cursor: Any) -> int:
    """Return the size of the database in bytes."""
    (pages,) = cursor.execute("PRAGMA page_count").fetchone()
    (page_size,) = cursor.execute("PRAGMA page_size").fetchone()
    return int(pages * page_size)
