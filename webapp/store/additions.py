"""When publications came into the catalog. A feed has the latest first: its readers see only what
is new at its top, and some drop what says of itself that it is old.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from .tables import Addition


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The transactions that added publications, each with the first id that it gave.

    Ids rise and are never used twice: those of one transaction are a run.
    """

    firsts: tuple[int, ...]
    times: tuple[datetime, ...]  # in UTC

    def time(self, id_: int) -> datetime:
        """When a publication came."""
        return self.times[bisect_right(self.firsts, id_) - 1]

    def latest_first(self, ids: Iterable[int]) -> list[int]:
        """The ids by arrival; those that came together stay in their order."""
        return sorted(ids, key=lambda id_: -bisect_right(self.firsts, id_))


def arrivals(connection: Connection) -> Arrivals:
    """Read all arrivals: a row for each transaction."""
    query = select(Addition.first_id, Addition.at).order_by(Addition.first_id)
    rows = connection.execute(query).all()
    return Arrivals(tuple(row.first_id for row in rows), tuple(row.at for row in rows))
