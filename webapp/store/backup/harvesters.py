"""What a restore must not take back from harvesters: ids that were given out, and times.

A harvester that saw what was added after the backup learns that it is gone, and sees all else again
with a later time. No id is given to a second publication.
"""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Table, inspect

from ..connections import dialect_of, writing
from ..harvest import Seen, restart, seen
from ..tables import HarvestItem, Publication
from .sqlite_files import file_engine

NEVER_REUSED: Table = Publication.__table__  # its ids


@dataclass(frozen=True, slots=True)
class GivenOut:
    """What harvesters saw of a database, and the last id that it gave to a publication."""

    seen: Seen = field(default_factory=Seen)
    last_id: int = 0


def given_out(live: Connection) -> GivenOut:
    """Read what a restore must not take back from the database that it will replace."""
    tables = set(inspect(live).get_table_names())
    has_items = HarvestItem.__tablename__ in tables
    has_ids = NEVER_REUSED.name in tables
    return GivenOut(
        seen(live) if has_items else Seen(),
        dialect_of(live.engine).last_id(live, NEVER_REUSED) if has_ids else 0,
    )


def carry_over(before: GivenOut, new: Path) -> None:
    """Write into the database `new` what was given out of the one that it will replace."""
    engine = file_engine(new)
    with writing(engine) as connection:
        restart(connection, before.seen)
        dialect_of(engine).raise_last_id(connection, NEVER_REUSED, before.last_id)
