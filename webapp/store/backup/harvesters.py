"""What a restore must not take back from harvesters: ids that were given out, and times.

A harvester that saw what was added after the backup learns that it is gone, and sees all else again
with a later time. No id is given to a second publication.
"""

from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.pool import NullPool

from ..connections import prepare_engine, reading, writing
from ..harvest import Seen, restart, seen
from ..sqlite import url_of
from ..tables import HarvestItem, Publication

_SEQUENCE = f"FROM sqlite_sequence WHERE name = '{Publication.__tablename__}'"


def carry_over(live: Path | None, new: Path) -> None:
    """Write into the database `new` what harvesters saw of the one that it will replace.

    `live` is None if that cannot be read.
    """
    before, last_id = _read(live) if live and live.exists() else (Seen(), 0)
    engine = create_engine(url_of(new), poolclass=NullPool)
    prepare_engine(engine)
    with writing(engine) as connection:
        restart(connection, before)
        last_id = max(last_id, _last_id(connection))
        connection.exec_driver_sql(f"DELETE {_SEQUENCE}")
        query = "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)"
        connection.exec_driver_sql(query, (Publication.__tablename__, last_id))


def _read(live: Path) -> tuple[Seen, int]:
    engine = create_engine(url_of(live), poolclass=NullPool)
    prepare_engine(engine)
    with reading(engine) as connection:
        tables = set(inspect(connection).get_table_names())
        last_id = _last_id(connection) if Publication.__tablename__ in tables else 0
        has_items = HarvestItem.__tablename__ in tables
        return seen(connection) if has_items else Seen(), last_id


def _last_id(connection: Connection) -> int:
    return connection.exec_driver_sql(f"SELECT seq {_SEQUENCE}").scalar() or 0
