"""What was done to the catalog, revision by revision, and taking it back."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from . import store
from .catalog import Catalog
from .database import CatalogRevision, reading, revision_of, writing
from .importer import differences
from .models import CatalogState, Change, Revision
from .records import Link, Person, Record
from .saving import Edit


class CannotUndo(Exception):  # noqa: N818
    """A revision that cannot be taken back now; the message says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One revision in the history."""

    number: int
    at: datetime
    command: str
    counts: Mapping[str, int]  # "added", "changed" and "removed", where there are any


@dataclass(frozen=True, slots=True)
class Difference:
    """What one revision did to one publication."""

    slug: str
    action: str
    before: Record | None
    after: Record | None

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what differs, for a change."""
        if self.before is None or self.after is None:
            return ()
        return differences(self.before, self.after) or ("position",)


def entries(catalog: Catalog, limit: int) -> list[Entry]:
    """The latest revisions, newest first."""
    with reading(catalog.database) as connection:
        latest = select(Revision).order_by(Revision.counter.desc()).limit(limit)
        revisions = connection.execute(latest).all()
        rows = connection.execute(
            select(Change.revision, Change.action, func.count(), func.min(Change.at))
            .where(Change.revision.in_([revision.counter for revision in revisions]))
            .group_by(Change.revision, Change.action)
        ).all()
    counts: dict[int, Counter[str]] = {}
    times: dict[int, datetime] = {}
    for number, action, count, at in rows:
        counts.setdefault(number, Counter())[action] = count
        times[number] = at
    return [
        Entry(revision.counter, times[revision.counter], revision.command, counts[revision.counter])
        for revision in revisions
    ]


def difference(catalog: Catalog, number: int) -> list[Difference]:
    """What a revision did, publication by publication; empty when there is no such revision."""
    with reading(catalog.database) as connection:
        changes = _changes(connection, number)
        later = _states_after(connection, number, [change.publication_id for change in changes])
    return [
        Difference(
            slug=change.slug,
            action=change.action,
            before=_record(change.before) if change.before else None,
            after=None if change.action == "removed" else later.get(change.publication_id),
        )
        for change in changes
    ]


def undo(catalog: Catalog, number: int | None, command: str) -> CatalogRevision:
    """Take a revision back, the latest by default, as a new one. Raises CannotUndo."""
    with reading(catalog.database) as connection:
        revision = revision_of(connection)
        number = revision.counter if number is None else number
        changes = _changes(connection, number)
        if not changes:
            raise CannotUndo(f"There is no revision {number}; octavo history lists them.")
        _refuse_if_changed_since(connection, number, changes)
    edits = [_reverse(change) for change in reversed(changes)]
    undone = catalog.save(edits, command, expected=revision)
    with writing(catalog.database) as connection:  # the owner's file is no longer what is loaded
        connection.execute(update(CatalogState).values(loaded=""))
    return undone


def _changes(connection: Connection, number: int) -> Sequence[Any]:
    query = select(Change.__table__).where(Change.revision == number).order_by(Change.id)
    return connection.execute(query).all()


def _refuse_if_changed_since(connection: Connection, number: int, changes: Iterable[Any]) -> None:
    slugs = [change.slug for change in changes]
    for chunk in store.chunks(slugs):
        later = connection.scalar(
            select(func.max(Change.revision)).where(
                Change.revision > number, Change.slug.in_(chunk)
            )
        )
        if later:
            raise CannotUndo(
                f"Revision {later} changed some of the same publications again. "
                f"Undo that one first: octavo undo {later}"
            )


def _reverse(change: Any) -> Edit:
    if change.action == "added":
        return Edit(None, change.publication_id)
    id_ = change.publication_id if change.action == "changed" else None
    return Edit(_record(change.before), id_, change.before["position"])


def _states_after(connection: Connection, number: int, ids: Sequence[int]) -> dict[int, Record]:
    """The records as a revision left them: as they are, or were before they next changed."""
    states: dict[int, Record] = {}
    for chunk in store.chunks(ids):
        present = store.load(connection, chunk)
        states.update((id_, stored.record) for id_, stored in present.items())
        later = connection.execute(
            select(Change.publication_id, Change.before)
            .where(Change.revision > number, Change.publication_id.in_(chunk))
            .order_by(Change.revision.desc())
        )
        states.update((id_, _record(before)) for id_, before in later if before)
    return states


def _record(plain: Mapping[str, Any]) -> Record:
    """A record from what `changes.before` keeps of it."""
    values = {name: value for name, value in plain.items() if name != "position"}
    for role in ("authors", "editors"):
        values[role] = tuple(Person(**person) for person in plain[role])
    values["links"] = tuple(Link(**link) for link in plain["links"])
    values["tags"] = tuple(plain["tags"])
    return Record(**values)
