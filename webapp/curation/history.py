"""The history of the catalog: revisions, and what each changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ..catalog import Catalog
from ..records import Record
from ..store import revisions
from ..store.connections import reading
from .differences import changed_fields

ACTIONS = ("removed", "changed", "added")  # in the order in which a diff lists them


@dataclass(frozen=True, slots=True)
class Entry:
    """A revision in the history."""

    number: int
    at: datetime  # in UTC
    command: str
    who: str  # the editor who made it in the browser; "" for a command
    counts: Mapping[str, int]  # "added", "changed" and "removed", without zeros
    undoes: int | None  # the revision that this one undid
    undone_by: int | None  # the revision that undid this one, unless that was undone itself


@dataclass(frozen=True, slots=True)
class Difference:
    """A change of one publication in one revision."""

    slug: str
    action: str
    before: Record | None
    after: Record | None
    moved: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields that a change changed."""
        if self.before is None or self.after is None:
            return ()
        return (*changed_fields(self.before, self.after), *(("position",) if self.moved else ()))


def entries(catalog: Catalog, limit: int, before: int = 0) -> list[Entry]:
    """Return the latest revisions, newest first; with `before`, of those before that one."""
    with reading(catalog.database) as connection:
        latest = revisions.latest(connection, limit, before)
        undone = revisions.undone_by(connection)
        counts = revisions.counts_from(connection, latest[-1].counter if latest else 0)
    return [
        Entry(
            number=revision.counter,
            at=revision.at,
            command=revision.command,
            who=revision.who or "",
            counts=dict(counts.get(revision.counter, {})),
            undoes=revision.undoes,
            undone_by=undone.get(revision.counter),
        )
        for revision in latest
    ]


def entry(catalog: Catalog, number: int) -> Entry:
    """Return one revision. Raises UnknownRevisionError."""
    with reading(catalog.database) as connection:
        revisions.require(connection, number)
    return entries(catalog, 1, before=number + 1)[0]


def difference(catalog: Catalog, number: int, part: slice = slice(None)) -> list[Difference]:
    """Return the changes that a revision made, or a part of them. Raises UnknownRevisionError."""
    with reading(catalog.database) as connection:
        revisions.require(connection, number)
        actions = revisions.actions_of(connection, number)
        ids = sorted(actions, key=lambda id_: ACTIONS.index(actions[id_]))[part]
        before, after = revisions.states_around(connection, number, ids)
    differences = []
    for id_ in ids:
        old, new = before[id_], after[id_]
        state = new or old
        if state is None:
            continue  # its row was removed by another program, so no state of it is known
        differences.append(
            Difference(
                slug=state.record.slug,
                action=actions[id_],
                before=old.record if old else None,
                after=new.record if new else None,
                moved=bool(old and new and old.position != new.position),
            )
        )
    return differences


def count_changes(catalog: Catalog, number: int, who: str, id_: int) -> int:
    """Return how many publications a revision of an editor changed; 0 if not this one too."""
    with reading(catalog.database) as connection:
        _, _, author = revisions.origins_of(connection, [number]).get(number, (None, "", ""))
        actions = revisions.actions_of(connection, number)
        return len(actions) if author == who and id_ in actions else 0
