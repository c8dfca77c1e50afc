"""What was done to the catalog, revision by revision."""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from ..catalog.catalog import Catalog
from ..errors import DamagedHistoryError, UnknownRevisionError
from ..records import Record
from ..store.connections import reading
from ..store.deltas import restore, unpack
from ..store.states import State, load_states
from ..store.tables import CatalogState, Change, Revision
from .importing import differences

ACTIONS = ("removed", "changed", "added")  # as a diff lists them


# What damaged deltas, or those of a foreign database, make of reading them.
_UNREADABLE = (
    *(OSError, EOFError, zlib.error, RecursionError),
    *(ValueError, TypeError, LookupError, AttributeError),
)


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
    columns = (Revision.counter, Revision.at, Revision.command, Revision.undoes)
    with reading(catalog.database) as connection:
        latest = select(*columns).order_by(Revision.counter.desc()).limit(limit)
        revisions = connection.execute(latest).all()
        undone = undone_by(connection)
        oldest = revisions[-1].counter if revisions else 0
        rows = connection.execute(
            select(Change.revision, Change.action, func.count())
            .where(Change.revision >= oldest)
            .group_by(Change.revision, Change.action)
        ).all()
    counts: dict[int, Counter[str]] = {}
    for number, action, count in rows:
        counts.setdefault(number, Counter())[action] = count
    return [
        Entry(
            number=revision.counter,
            at=revision.at,
            command=revision.command,
            counts=dict(counts.get(revision.counter, {})),
            undoes=revision.undoes,
            undone_by=undone.get(revision.counter),
        )
        for revision in revisions
    ]


def undone_by(connection: Connection) -> dict[int, int]:
    """The revisions that are taken back at present, each with the one that did it.

    A revision that took another one back may be taken back itself: then the other counts again.
    """
    undone: dict[int, int] = {}
    query = select(Revision.counter, Revision.undoes).where(Revision.undoes.is_not(None))
    for counter, undoes in connection.execute(query.order_by(Revision.counter.desc())):
        if undoes and counter not in undone:
            undone.setdefault(undoes, counter)
    return undone


def difference(catalog: Catalog, number: int) -> list[Difference]:
    """What a revision did, publication by publication. Raises UnknownRevisionError."""
    with reading(catalog.database) as connection:
        require(connection, number)
        actions = actions_of(connection, number)
        before, after = states_around(connection, number, actions)
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


def require(connection: Connection, number: int) -> None:
    """Raise UnknownRevisionError when the history does not have the revision."""
    if connection.scalar(select(Revision.counter).where(Revision.counter == number)):
        return
    forgotten = connection.scalar(select(CatalogState.forgotten)) or 0
    if 1 <= number <= forgotten:
        raise UnknownRevisionError(
            f"Revision {number} was forgotten (octavo history --forget-before); "
            f"the history begins after revision {forgotten}."
        )
    raise UnknownRevisionError(f"There is no revision {number}; octavo history lists them.")


def actions_of(connection: Connection, number: int) -> dict[int, str]:
    """The publications that a revision touched, by id, each with what was done to it."""
    query = select(Change.publication_id, Change.action).where(Change.revision == number)
    return dict(connection.execute(query.order_by(Change.publication_id)).all())


States = dict[int, State | None]  # by id; None: there is no such publication


def states_around(connection: Connection, number: int, ids: Iterable[int]) -> tuple[States, States]:
    """The states of publications before and after a revision. Raises DamagedHistoryError."""
    wanted = list(ids)
    present = load_states(connection, wanted)
    plain: dict[int, Any] = dict.fromkeys(wanted)
    plain.update((id_, state.plain()) for id_, state in present.items())
    try:
        _step_back(connection, plain, Revision.counter > number)
        after = _states(plain)
        _step_back(connection, plain, Revision.counter == number)
        return _states(plain), after
    except _UNREADABLE as error:
        raise DamagedHistoryError(
            f"The history from revision {number} on cannot be read "
            f"({str(error).partition(chr(10))[0]}); nothing was done. Restore a backup, or remove "
            "it with octavo history --forget-before: the publications stay as they are."
        ) from None


def _step_back(connection: Connection, plain: dict[int, Any], revisions: Any) -> None:
    """Turn states after some revisions, newest first, into those before them."""
    touched: dict[int, dict[int, str]] = {}
    query = select(Change.revision, Change.publication_id, Change.action).join(Revision)
    for number, id_, action in connection.execute(query.where(revisions)):
        if id_ in plain:
            touched.setdefault(number, {})[id_] = action
    deltas = select(Revision.counter, Revision.deltas).where(revisions)
    for number, packed in connection.execute(deltas.order_by(Revision.counter.desc())):
        actions = touched.get(number, {})
        for id_, delta in unpack(packed):
            if actions.get(id_, "added") != "added":
                plain[id_] = restore(plain[id_], delta)
                del actions[id_]
        if any(action != "added" for action in actions.values()):
            raise ValueError(f"revision {number} lacks what it changed")
        plain.update(dict.fromkeys(actions))


def _states(plain: Mapping[int, Any]) -> States:
    return {id_: State.of_plain(state) if state else None for id_, state in plain.items()}


def touching(connection: Connection, number: int, ids: Sequence[int]) -> dict[int, list[int]]:
    """By id, the revisions after `number` that touched these publications, oldest first."""
    found: dict[int, list[int]] = {}
    wanted = set(ids)
    query = select(Change.publication_id, Change.revision).where(Change.revision > number)
    for id_, revision in connection.execute(query.order_by(Change.revision)):
        if id_ in wanted:
            found.setdefault(id_, []).append(revision)
    return found
