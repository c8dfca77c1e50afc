"""Copying the rows of an untrusted database into a new one, or refusing them.

DESIGN. An SQLite file can hold more than rows: triggers, views and expressions that run when
Octavo writes, indexes that contradict their tables, and values of other types than their columns
declare. So the file itself is never used:

- Its schema must equal, word for word, a schema that Octavo's migrations make. The migrations run
  in a new database, version by version, until both schemas agree.
- SQLite checks the structure of the file and its foreign keys.
- The rows are copied into the new database, which is then migrated to the current schema. Those
  about editors are not: the author of the file would be signed in.
- Every row is read as the site reads it, and publications are checked against the record's types.

The file is opened read-only and immutable, and nothing in its schema is trusted.
"""

import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine

from ...errors import BackupError, BadRowError, DatabaseError
from ..connections import compact, writing
from ..schema import newest_schema, schemas, upgrade_database
from ..tables import OF_EDITORS
from .drafts import disk_error
from .format import DATABASE
from .row_checks import check_rows
from .sqlite_files import file_engine

Object = tuple[str, str, str, str]  # of a schema: type, name, table, SQL with white space folded

# The errors that reading or migrating malformed rows can raise.
MALFORMED = (
    *(sqlite3.Error, DatabaseError, BadRowError, zlib.error, OSError, RecursionError),
    *(ArithmeticError, AttributeError, EOFError, LookupError, TypeError, ValueError),
)


def adopt(source: Path, target: Path) -> str:
    """Copy the rows of a database to a new file with the current schema and a new identity.

    Returns the identity. Raises BackupError for rows that Octavo does not write, OSError if the
    disk is full.
    """
    engine = file_engine(target)
    identity = uuid4().hex
    with _explained(target.parent):
        with _opened(source) as connection:
            version = _make_schema_of(connection, engine)
            _check_structure(connection, version)
        _copy_rows(source, target)
        if version != newest_schema():
            upgrade_database(engine)
            compact(engine)
        with writing(engine) as connection:
            connection.exec_driver_sql("UPDATE catalog_state SET identity = ?", (identity,))
        check_rows(engine)
    return identity


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except MALFORMED as error:
        original = (error.__cause__ if isinstance(error, DatabaseError) else None) or error
        if (failed := disk_error(original, folder)) is not None:
            raise failed from None
        reason = " ".join(str(original).split()) or type(original).__name__
        raise BackupError(f"{DATABASE} is not a database of Octavo, or damaged: {reason}") from None


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(_uri(path), uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        yield connection


def _uri(path: Path) -> str:
    return f"{path.as_uri()}?immutable=1"


def _make_schema_of(source: sqlite3.Connection, engine: Engine) -> str:
    """Run the migrations up to the version that has the schema of the source, and return it."""
    source_objects, differences = _objects(source), []
    for version in schemas():
        upgrade_database(engine, version)
        with closing(engine.raw_connection()) as connection:
            different = sorted(_objects(connection) ^ source_objects)
        if not different:
            return version
        differences.append(different)
    kind, name, _, _ = min(differences, key=len)[0]
    raise BadRowError(f"{kind} {name} differs from every version of Octavo")


def _objects(connection: Any) -> set[Object]:
    """Return the objects of a schema, without SQLite's statistics, which are not copied."""
    query = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"
    rows = connection.cursor().execute(query).fetchall()
    return {
        (kind, name, table, re.sub(r'[\s"]+', " ", sql).strip())
        for kind, name, table, sql in rows
        if not name.startswith("sqlite_stat")
    }


def _check_structure(source: sqlite3.Connection, version: str) -> None:
    recorded = source.execute("SELECT version_num FROM alembic_version").fetchall()
    if recorded != [(version,)]:
        raise BadRowError(f"alembic_version is not the version of the schema, {version}")
    for pragma in ("integrity_check(1)", "foreign_key_check"):
        fault = source.execute(f"PRAGMA {pragma}").fetchone()
        if fault not in (None, ("ok",)):
            raise BadRowError(f"{pragma.partition('(')[0]}: {' '.join(map(str, fault))}")


def _copy_rows(source: Path, target: Path) -> None:
    """Copy the rows of all tables but those of editors between files with the same schema."""
    with closing(sqlite3.connect(target.as_uri(), uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("ATTACH ? AS other", (_uri(source),))
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        names = [name for (name,) in connection.execute(query) if name not in OF_EDITORS]
        with connection:
            # sqlite_sequence comes last: inserting into the other tables changes it.
            for name in sorted(names, key="sqlite_sequence".__eq__):
                connection.execute(f'DELETE FROM main."{name}"')  # noqa: S608  our own names
                connection.execute(f'INSERT INTO main."{name}" SELECT * FROM other."{name}"')  # noqa: S608
