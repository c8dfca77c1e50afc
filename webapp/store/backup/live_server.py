"""The database of a site on a server, which is copied and replaced row by row.

DESIGN. `pg_dump` and `pg_restore` are not used: a dump is a program, and `pg_restore` would run
what a foreign one says (docs/decisions/backups-hold-rows.md). Rows are read with one view of the
database. They are replaced in one transaction, whose readers see all of the old or all of the new
ones. If the connection breaks while that is committed, it may have happened or not: the next
transaction that may write sees which, as there is one such transaction at a time.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, insert, select

from ...errors import BackupError, DatabaseError, OutcomeUnknownError
from ..connections import dialect_of, reading, writing
from ..locks import lock_wait
from ..schema import newest_schema, refuse_newer, schema_version, upgrade_database
from ..tables import OF_EDITORS, CatalogState, Publication, db
from .harvesters import NEVER_REUSED, carry_over, given_out
from .sqlite_files import file_engine

BATCH = 1_000  # rows
POLL = 0.2  # seconds between two attempts to reach a database that went away

_COPIED = tuple(table for table in db.metadata.sorted_tables if table.name not in OF_EDITORS)


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A database that a server holds."""

    database: Engine

    @property
    def name(self) -> str:
        return dialect_of(self.database).describe(self.database.url)

    def copy(self, target: Path) -> None:
        """Copy the rows of all tables but those of editors to a new file of SQLite."""
        schema = refuse_newer(schema_version(self.database))
        if schema != newest_schema():
            fault = "its tables are of an older version" if schema else "there is no database yet"
            raise BackupError(f"{self.name}: {fault}. Run this first: octavo prepare")
        engine = file_engine(target)
        upgrade_database(engine)
        with reading(self.database) as source, writing(engine) as copy:
            _copy_rows(source, copy)

    def identity(self) -> str:
        """Return the identity that no other transaction is about to change."""
        if schema_version(self.database) is None:
            return ""
        with writing(self.database) as connection:
            return connection.scalar(select(CatalogState.identity)) or ""

    def has_publications(self) -> bool:
        if refuse_newer(schema_version(self.database)) is None:
            return False
        with reading(self.database) as connection:
            return connection.scalar(select(Publication.id).limit(1)) is not None

    def replace(self, source: Path, identity: str) -> None:
        """Replace all rows by those of a file, after creating or migrating the tables."""
        if refuse_newer(schema_version(self.database)) != newest_schema():
            upgrade_database(self.database)
        is_complete = False
        try:
            with writing(self.database) as connection:
                carry_over(given_out(connection), source)
                with reading(file_engine(source)) as copy:
                    _copy_rows(copy, connection)
                is_complete = True
        except BaseException:
            if not (is_complete and self._is_replaced(identity)):
                raise

    def _is_replaced(self, identity: str) -> bool:
        """Return whether a transaction was committed; wait for the database, if it is away.

        Raises OutcomeUnknownError if it stays away.
        """
        deadline = time.monotonic() + lock_wait(self.database).seconds
        while True:
            try:
                return self.identity() == identity
            except DatabaseError as error:
                if time.monotonic() > deadline:
                    raise OutcomeUnknownError(
                        f"{error} It went away while the backup was put in place, so it may have "
                        "the old or the new publications. When it answers again, run octavo "
                        "prepare: it makes the files agree with the database."
                    ) from None
            time.sleep(POLL)


def _copy_rows(source: Connection, target: Connection) -> None:
    """Replace the rows of all tables; those about editors are not replaced, but deleted."""
    for table in reversed(db.metadata.sorted_tables):
        target.execute(delete(table))
    for table in _COPIED:
        rows = source.execute(select(table).execution_options(yield_per=BATCH)).mappings()
        for part in rows.partitions():
            target.execute(insert(table), [dict(row) for row in part])
    last = dialect_of(source.engine).last_id(source, NEVER_REUSED)
    dialect_of(target.engine).raise_last_id(target, NEVER_REUSED, last)
