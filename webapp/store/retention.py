"""How far back the history goes: forgetting what is older, for good."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, select, update

from .connections import reading, writing
from .tables import CatalogState, Change, Revision


@dataclass(frozen=True, slots=True)
class Forgettable:
    """The revisions before a date, all from the first on."""

    latest: int  # the number of the last of them; 0: there are none
    revisions: int
    changes: int
    bytes: int  # about what they take in the database


# A row of `changes` and a revision beside its deltas: the pages of both tables in sqlite3's dbstat
# after `make bench ARGS=history CORPUS=acl_1k.bib`, divided by their rows.
_CHANGE_BYTES = 20
_REVISION_BYTES = 300


def forgettable(database: Engine, before: datetime) -> Forgettable:
    """Find what forget() would remove. `before` is aware."""
    with reading(database) as connection:
        return _forgettable(connection, before)


def forgotten(database: Engine) -> int:
    """The number of the latest revision that was forgotten; 0: none was."""
    with reading(database) as connection:
        return connection.scalar(select(CatalogState.forgotten)) or 0


def forget(database: Engine, before: datetime) -> Forgettable:
    """Remove the revisions before a time, for good; the publications stay as they are.

    A revision after a later one stays, so that the history has no gap where a clock was wrong.
    """
    with writing(database) as connection:
        found = _forgettable(connection, before)
        if not found.revisions:
            return found
        connection.execute(delete(Change).where(Change.revision <= found.latest))
        connection.execute(delete(Revision).where(Revision.counter <= found.latest))
        connection.execute(update(CatalogState).values(forgotten=found.latest))
    return found


def _forgettable(connection: Connection, before: datetime) -> Forgettable:
    first_to_stay = connection.scalar(
        select(func.min(Revision.counter)).where(Revision.at >= before)
    )
    revisions = select(
        func.max(Revision.counter), func.count(), func.sum(func.length(Revision.deltas))
    )
    if first_to_stay is not None:
        revisions = revisions.where(Revision.counter < first_to_stay)
    latest, count, size = connection.execute(revisions).one()
    changes = select(func.count()).select_from(Change).where(Change.revision <= (latest or 0))
    touched = connection.scalar(changes) or 0
    about = (size or 0) + touched * _CHANGE_BYTES + count * _REVISION_BYTES
    return Forgettable(latest or 0, count, touched, about)
