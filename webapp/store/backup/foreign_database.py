"""A database that may come from anybody, made into one of ours or refused.

DESIGN. A file of SQLite can hold more than rows: triggers, views and expressions that run when
this program writes, indexes that contradict their tables, values of other types than the columns
say. So nothing of the file itself is used:

- Its schema must be, word for word, one that this program's migrations make: they are run, version
  by version, in a new database until both agree.
- SQLite checks its structure, and that references lead somewhere.
- Its rows are copied into that new database, which is then brought to the present schema.
- Every row is read as the site reads it, and publications are held against the types of a record.

The file is opened read-only and immutable, with nothing in its schema trusted.
"""

import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from ...errors import BackupError, BadRowError
from ..connections import compact, prepare_engine, sqlite_url, writing
from ..schema import newest_schema, schemas, upgrade_database
from .drafts import disk_error
from .format import DATABASE
from .row_checks import check_rows

Object = tuple[str, str, str, str]  # of a schema: type, name, table, SQL without its layout

# What reading rows raises that this program did not write, in a migration or as the site does.
MALFORMED = (
    *(sqlite3.Error, DBAPIError, BadRowError, zlib.error, OSError, RecursionError),
    *(ArithmeticError, AttributeError, EOFError, LookupError, TypeError, ValueError),
)


def check(source: Path, scratch: Path) -> None:
    """Check that a database could be adopted; `scratch` is a new file. Raises BackupError."""
    adopt(source, scratch)
    scratch.unlink()


def adopt(source: Path, target: Path) -> str:
    """Write the rows of a database to a new file, at the present schema, as another database.

    Answers its identity. Raises BackupError when the rows are not such as this program writes,
    OSError when there is no room for them.
    """
    engine = create_engine(sqlite_url(target), poolclass=NullPool)
    prepare_engine(engine)
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
        original = getattr(error, "orig", None) or error
        if (failed := disk_error(original, folder)) is not None:
            raise failed from None
        reason = " ".join(str(original).split()) or type(original).__name__
        raise BackupError(
            f"its {DATABASE} is not a database of Octavo, or damaged: {reason}"
        ) from None


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(_uri(path), uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        yield connection


def _uri(path: Path) -> str:
    return f"{path.as_uri()}?immutable=1"


def _make_schema_of(source: sqlite3.Connection, engine: Engine) -> str:
    """Run the migrations up to the version whose schema the source has, and answer that."""
    theirs, faults = _objects(source), []
    for version in schemas():
        upgrade_database(engine, version)
        with closing(engine.raw_connection()) as ours:
            different = sorted(_objects(ours) ^ theirs)
        if not different:
            return version
        faults.append(different)
    kind, name, _, _ = min(faults, key=len)[0]
    raise BadRowError(f"its {kind} {name} is not as a version of Octavo makes it")


def _objects(connection: Any) -> set[Object]:
    """What a schema holds; not what SQLite notes for itself, which is not copied."""
    query = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"
    rows = connection.cursor().execute(query).fetchall()
    return {
        (kind, name, table, re.sub(r'[\s"]+', " ", sql).strip())
        for kind, name, table, sql in rows
        if not name.startswith("sqlite_stat")
    }


def _check_structure(source: sqlite3.Connection, version: str) -> None:
    noted = source.execute("SELECT version_num FROM alembic_version").fetchall()
    if noted != [(version,)]:
        raise BadRowError(f"alembic_version is not the version of the schema, {version}")
    for pragma in ("integrity_check(1)", "foreign_key_check"):
        found = source.execute(f"PRAGMA {pragma}").fetchone()
        if found not in (None, ("ok",)):
            raise BadRowError(f"{pragma.partition('(')[0]}: {' '.join(map(str, found))}")


def _copy_rows(source: Path, target: Path) -> None:
    """Copy the rows of all tables; both files have the same schema."""
    with closing(sqlite3.connect(target.as_uri(), uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("ATTACH ? AS other", (_uri(source),))
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        names = [name for (name,) in connection.execute(query)]
        with connection:
            # The numbers that SQLite gave last come after the tables, whose rows change them.
            for name in sorted(names, key="sqlite_sequence".__eq__):
                connection.execute(f'DELETE FROM main."{name}"')  # noqa: S608  our own names
                connection.execute(f'INSERT INTO main."{name}" SELECT * FROM other."{name}"')  # noqa: S608
