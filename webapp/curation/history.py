"""What was done to the catalog, revision by revision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ..catalog import Catalog
from ..records import Record
from ..store import revisions
from ..store.connections import reading
from .importing import differences

ACTIONS = ("removed", "changed", "added")  # as a diff lists them


@dataclass(frozen=True, slots=True)
class Entry:
    """One revision in the history."""

    number: int
    at: datetime
    command: str
    counts: Mapping[str, int]  # "added", "changed" and "removed", where there are any
    undoes: int | None  # the revision that it took back
    undone_by: int | None  # the revision that took it back, unless that was taken back itself


@dataclass(frozen=True, slots=True)
class Difference:
    """What one revision did to one publication."""

    slug: str
    action: str
    before: Record | None
    after: Record | None
    moved: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what differs, for a change."""
        if self.before is None or self.after is None:
            return ()
        return (*differences(self.before, self.after), *(("position",) if self.moved else ()))


def entries(catalog: Catalog, limit: int) -> list[Entry]:
    """The latest revisions, newest first."""
    with reading(catalog.database) as connection:
        latest = revisions.latest(connection, limit)
        undone = revisions.undone_by(connection)
        counts = revisions.counts_from(connection, latest[-1].counter if latest else 0)
    return [
        Entry(
            number=revision.counter,
            at=revision.at,
            command=revision.command,
            counts=dict(counts.get(revision.counter, {})),
            undoes=revision.undoes,
            undone_by=undone.get(revision.counter),
        )
        for revision in latest
    ]


def difference(catalog: Catalog, number: int) -> list[Difference]:
    """What a revision did, publication by publication. Raises UnknownRevisionError."""
    with reading(catalog.database) as connection:
        revisions.require(connection, number)
        actions = revisions.actions_of(connection, number)
        before, after = revisions.states_around(connection, number, actions)
    found = []
    for id_ in sorted(actions, key=lambda id_: ACTIONS.index(actions[id_])):
        old, new = before[id_], after[id_]
        state = new or old
        if state is None:
            continue  # its row was removed outside Octavo: no state of it is known
        found.append(
            Difference(
                slug=state.record.slug,
                action=actions[id_],
                before=old.record if old else None,
                after=new.record if new else None,
                moved=bool(old and new and old.position != new.position),
            )
        )
    return found
