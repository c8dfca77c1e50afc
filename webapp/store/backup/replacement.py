"""Replacing the content of the database while the site may be serving it."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from ...errors import BackupError
from .drafts import disk_error

DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")


def identity_of(path: Path) -> str:
    """Return the identity of a database; empty if it is missing or damaged.

    Raises OSError if the disk fails: the identity is then unknown, and not another one.
    """
    if not path.exists():
        return ""
    try:
        with closing(sqlite3.connect(path)) as connection:
            return _read_identity(connection)
    except (sqlite3.Error, TypeError) as error:
        if (disk_failure := disk_error(error, path.parent)) is not None:
            raise disk_failure from None
        return ""


def _read_identity(connection: sqlite3.Connection) -> str:
    (identity,) = connection.execute("SELECT identity FROM catalog_state").fetchone()
    return str(identity)


def is_damaged(path: Path) -> bool:
    """Return whether the file exists and SQLite cannot read it as a database."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.DatabaseError as error:
        return getattr(error, "sqlite_errorname", "").startswith(DAMAGED)
    return False


def replace_database(source: Path, target: Path, identity: str, wait: float) -> None:
    """Write the content of `source` into `target` in one transaction, and verify it.

    Readers of `target` see either the old or the new content. Raises BackupError if another
    process writes to it for more than `wait` seconds, OSError if the disk fails.
    """
    is_new = not target.exists()
    try:
        with closing(sqlite3.connect(target, timeout=wait)) as connection:
            connection.execute("BEGIN IMMEDIATE")  # wait for another writer before copying
            (page_size,) = connection.execute("PRAGMA page_size").fetchone()
            connection.rollback()
            connection.execute("PRAGMA synchronous = FULL")
            _copy(source, connection, page_size, wait)
            # The connection is still open: to open another one may fail, although all is copied.
            replaced = _read_identity(connection) == identity
        if not replaced:
            raise BackupError(f"{target}: the database could not be replaced. Restore it again.")
    except BaseException as error:
        if is_new:
            for suffix in ("", "-wal", "-shm", "-journal"):
                target.with_name(target.name + suffix).unlink(missing_ok=True)
        raise _explain(error, target, wait) from None


def _copy(source: Path, target: sqlite3.Connection, page_size: int, wait: float) -> None:
    deadline = time.monotonic() + wait

    def give_up(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > deadline:
            raise TimeoutError

    with closing(sqlite3.connect(source, isolation_level=None)) as connection:
        if connection.execute("PRAGMA page_size").fetchone() != (page_size,):
            connection.execute(f"PRAGMA page_size = {page_size}")
            connection.execute("VACUUM")
        connection.backup(target, pages=-1, progress=give_up)


def _explain(error: BaseException, target: Path, wait: float) -> BaseException:
    name: str = getattr(error, "sqlite_errorname", "")
    if isinstance(error, TimeoutError) or name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return BackupError(
            f"Another process is still writing the database after {wait:g} s. Nothing was "
            "changed. Try again later, or wait longer: --wait SECONDS."
        )
    return disk_error(error, target.parent) or error
