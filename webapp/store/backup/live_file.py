"""The database of a site that is a file of SQLite."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ...errors import BackupError
from ..connections import reading
from ..sqlite import translated_errors
from ..tables import OF_EDITORS
from .harvesters import GivenOut, carry_over, given_out
from .replacement import identity_of, is_damaged, replace_database
from .sqlite_files import file_engine


@dataclass(frozen=True, slots=True)
class LiveFile:
    """A file of SQLite; `wait` is how many seconds to wait for another process that writes."""

    path: Path
    wait: float

    @property
    def name(self) -> str:
        return str(self.path)

    def copy(self, target: Path) -> None:
        """Copy the database while it may be read and written."""
        if not self.path.exists():
            raise BackupError(
                f"{self.path}: there is no database yet. To create one: octavo prepare"
            )
        with (
            translated_errors(self.path),
            closing(sqlite3.connect(self.path.as_uri() + "?mode=rw", uri=True)) as connection,
        ):
            connection.execute("VACUUM INTO ?", (str(target),))
        _remove_sessions(target)

    def identity(self) -> str:
        return identity_of(self.path)

    def has_publications(self) -> bool:
        if not self.path.exists() or not self.path.stat().st_size:
            return False
        if is_damaged(self.path):
            return True
        with translated_errors(self.path), closing(sqlite3.connect(self.path)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            query = "SELECT 1 FROM publications LIMIT 1"
            return "publications" in tables and connection.execute(query).fetchone() is not None

    def replace(self, source: Path, identity: str) -> Path | None:
        """Replace the content of the file; one that cannot be read is renamed first."""
        damaged = _set_aside(self.path) if is_damaged(self.path) else None
        try:
            carry_over(self._given_out(), source)
            with translated_errors(self.path):
                replace_database(source, self.path, identity, self.wait)
        except BaseException:
            if damaged:
                damaged.replace(self.path)
            raise
        return damaged

    def _given_out(self) -> GivenOut:
        if not self.path.exists():
            return GivenOut()
        with reading(file_engine(self.path)) as connection:
            return given_out(connection)


def _remove_sessions(copy: Path) -> None:
    """Remove everything about editors who are signed in, also from free pages of the file."""
    with closing(sqlite3.connect(copy)) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        names = OF_EDITORS.intersection(name for (name,) in connection.execute(query))
        connection.execute("PRAGMA secure_delete = ON")
        with connection:
            for name in names:
                connection.execute(f'DELETE FROM "{name}"')  # noqa: S608  our own names


def _set_aside(live: Path) -> Path:
    """Rename a database that cannot be read, together with its write-ahead log."""
    now = datetime.now(UTC)
    damaged = live.with_name(f"{live.name}.damaged-{now:%Y%m%dT%H%M%SZ}")
    live.rename(damaged)
    for suffix in ("-wal", "-shm"):
        log = live.with_name(live.name + suffix)
        if log.exists():
            log.rename(damaged.with_name(damaged.name + suffix))
    return damaged
