"""How connections behave: SQLite's settings, transactions that read or write, the revision."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event, select

from .models import CatalogState

BUSY_TIMEOUT = 30  # seconds a writer waits for another one

_REVISION_SQL = "SELECT identity, counter FROM catalog_state"


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
        return cls(identity, int(counter)) if identity and counter.isdigit() else None


def prepare_engine(engine: Engine) -> None:
    """Register what every connection needs. Transactions begin when SQLAlchemy says so, which
    Python's sqlite3 would leave to the first write: https://docs.sqlalchemy.org/dialects/sqlite.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT * 1000}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("octavo_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


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


def current_revision(engine: Engine) -> CatalogRevision:
    """The revision on a raw connection: a tenth of the cost of a SELECT through SQLAlchemy."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(_REVISION_SQL)
        identity, counter = cursor.fetchone()
        cursor.close()
    finally:
        connection.close()
    return CatalogRevision(identity, counter)


def revision_of(connection: Connection) -> CatalogRevision:
    """The revision that a transaction sees."""
    row = connection.execute(select(CatalogState.identity, CatalogState.counter)).one()
    return CatalogRevision(row.identity, row.counter)
