"""The sequences of PostgreSQL that give ids to rows."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, cast, func, select
from sqlalchemy.dialects.postgresql import REGCLASS


def last_id(connection: Connection, table: Table) -> int:
    """Return the last id that a table gave to a row, which may be gone; 0 for none."""
    return connection.scalar(select(func.pg_sequence_last_value(_sequence(table)))) or 0


def raise_last_id(connection: Connection, table: Table, last: int) -> None:
    """Let a table give only ids above `last`. This remains if the transaction is rolled back."""
    if last > last_id(connection, table):
        connection.execute(select(func.setval(_sequence(table), last)))


def _sequence(table: Table) -> ColumnElement[Any]:
    return cast(func.pg_get_serial_sequence(table.name, "id"), REGCLASS)
