"""When publications were added to the catalog.

A feed lists the latest additions first: feed readers look for new entries at the top, and some
drop entries with an old date.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from .tables import Addition


@dataclass(frozen=True, slots=True)
class Additions:
    """The transactions that added publications, each with the first id that it assigned.

    Ids increase and are never reused, so the ids of one transaction are consecutive.
    """

    firsts: tuple[int, ...]
    times: tuple[datetime, ...]  # in UTC

    def time(self, id_: int) -> datetime:
        """Return the UTC time at which a publication was added."""
        return self.times[bisect_right(self.firsts, id_) - 1]

    def latest_first(self, ids: Iterable[int]) -> list[int]:
        """Sort ids by time of addition; ids added together keep their order."""
        return sorted(ids, key=lambda id_: -bisect_right(self.firsts, id_))


def additions(connection: Connection) -> Additions:
    """Read all additions, one row per transaction."""
    query = select(Addition.first_id, Addition.at).order_by(Addition.first_id)
    rows = connection.execute(query).all()
    return Additions(tuple(row.first_id for row in rows), tuple(row.at for row in rows))
