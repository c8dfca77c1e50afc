"""Retention: how far back the history goes, and removing older revisions from it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, select, update

from .connections import reading, writing
from .tables import CatalogState, Change, Revision


@dataclass(frozen=True, slots=True)
class Forgettable:
    """The revisions before a date, starting with the first."""

    latest: int  # the number of the last of them; 0 if there are none
    revisions: int
    changes: int
    bytes: int  # their approximate size in the database


# The size of a row of `changes`, and of a revision without its deltas: the pages of both tables in
# SQLite's dbstat after `make bench ARGS=history CORPUS=acl_1k.bib`, divided by their rows.
_CHANGE_BYTES = 20
_REVISION_BYTES = 300


def forgettable(database: Engine, before: datetime) -> Forgettable:
    """Return what forget() would remove. `before` is timezone-aware."""
    with reading(database) as connection:
        return _forgettable(connection, before)


def forget(database: Engine, before: datetime) -> Forgettable:
    """Permanently remove the revisions before a time. Publications do not change.

    Stops at the first revision that is not before `before`, so that a clock that was wrong leaves
    no gap in the history.
    """
    with writing(database) as connection:
        forgettable = _forgettable(connection, before)
        if forgettable.revisions:
            latest = forgettable.latest
            connection.execute(delete(Change).where(Change.revision <= latest))
            connection.execute(delete(Revision).where(Revision.counter <= latest))
            connection.execute(update(CatalogState).values(forgotten=latest))
    return forgettable


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
