"""The history in the database: revisions, their changes, and the states before and after them."""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from ..errors import DamagedHistoryError, UnknownRevisionError
from .deltas import restore, unpack
from .states import State, load_states
from .tables import CatalogState, Change, Revision

# The errors that reading damaged deltas, or those of a foreign database, can raise.
_UNREADABLE = (
    *(OSError, EOFError, zlib.error, RecursionError),
    *(ValueError, TypeError, LookupError, AttributeError),
)


def latest(
    connection: Connection, limit: int, before: int = 0
) -> Sequence[Row[int, datetime, str, str | None, int | None]]:
    """Return counter, time, command, editor and undone revision of revisions, newest first.

    `before` is the counter before which they are; 0 for the latest.
    """
    columns = (Revision.counter, Revision.at, Revision.command, Revision.who, Revision.undoes)
    query = select(*columns).order_by(Revision.counter.desc()).limit(limit)
    return connection.execute(query.where(Revision.counter < before) if before else query).all()


def counts_from(connection: Connection, oldest: int) -> dict[int, Counter[str]]:
    """Count the changes of a revision and of each later one, by action."""
    rows = connection.execute(
        select(Change.revision, Change.action, func.count())
        .where(Change.revision >= oldest)
        .group_by(Change.revision, Change.action)
    )
    counts: dict[int, Counter[str]] = {}
    for number, action, count in rows:
        counts.setdefault(number, Counter())[action] = count
    return counts


def command_of(connection: Connection, number: int) -> str:
    """Return the command that made a revision; empty if the history does not have it."""
    return connection.scalar(select(Revision.command).where(Revision.counter == number)) or ""


def forgotten(connection: Connection) -> int:
    """Return the number of the last revision that was forgotten; 0 if none was."""
    return connection.scalar(select(CatalogState.forgotten)) or 0


def origins_of(
    connection: Connection, numbers: Iterable[int]
) -> dict[int, tuple[datetime, str, str]]:
    """Return when revisions were made, by which command, and by which editor ("": none)."""
    columns = (Revision.counter, Revision.at, Revision.command, Revision.who)
    rows = connection.execute(select(*columns).where(Revision.counter.in_(list(numbers))))
    return {counter: (at, command, who or "") for counter, at, command, who in rows}


def undoes(connection: Connection) -> dict[int, int | None]:
    """Return all revisions, newest first, each with the revision that it undid or None."""
    query = select(Revision.counter, Revision.undoes).order_by(Revision.counter.desc())
    return dict(connection.execute(query).all())


def loaded_digests(connection: Connection, number: int) -> tuple[str | None, ...]:
    """Return the digest of the owner's loaded file before a revision, after it, and now."""
    query = select(Revision.loaded).where(Revision.counter >= number)
    values = connection.scalars(query.order_by(Revision.counter).limit(2)).all()
    return (*values, loaded_digest(connection))


def loaded_digest(connection: Connection) -> str | None:
    """Return the SHA-256 of the owner's file as it was last loaded; empty or None if never."""
    return connection.scalar(select(CatalogState.loaded))


def set_loaded_digest(connection: Connection, digest: str) -> None:
    connection.execute(update(CatalogState).values(loaded=digest))


def undone_by(connection: Connection) -> dict[int, int]:
    """Return the revisions that are currently undone, each with the revision that undid it.

    An undo can be undone itself: then the revision that it undid is in force again.
    """
    undone: dict[int, int] = {}
    for counter, target in undoes(connection).items():
        if target and counter not in undone:
            undone.setdefault(target, counter)
    return undone


def require(connection: Connection, number: int) -> None:
    """Raise UnknownRevisionError if the history does not have a revision."""
    if connection.scalar(select(Revision.counter).where(Revision.counter == number)):
        return
    last_forgotten = forgotten(connection)
    if 1 <= number <= last_forgotten:
        raise UnknownRevisionError(
            f"Revision {number} was removed by octavo history --forget-before. "
            f"The history begins after revision {last_forgotten}."
        )
    raise UnknownRevisionError(
        f"There is no revision {number}. To list the revisions: octavo history"
    )


def actions_of(connection: Connection, number: int) -> dict[int, str]:
    """Return the ids of the publications that a revision touched, each with the action."""
    query = select(Change.publication_id, Change.action).where(Change.revision == number)
    return dict(connection.execute(query.order_by(Change.publication_id)).all())


States = dict[int, State | None]  # by id; None if the publication does not exist


def states_around(connection: Connection, number: int, ids: Iterable[int]) -> tuple[States, States]:
    """Return the states of publications before and after a revision.

    Raises DamagedHistoryError if the deltas cannot be read.
    """
    plain: dict[int, Any] = dict.fromkeys(ids)
    plain.update((id_, state.plain()) for id_, state in load_states(connection, plain).items())
    try:
        _step_back(connection, plain, Revision.counter > number)
        after = _states(plain)
        _step_back(connection, plain, Revision.counter == number)
        return _states(plain), after
    except _UNREADABLE as error:
        raise DamagedHistoryError(
            f"Cannot read the history from revision {number} on "
            f"({str(error).partition(chr(10))[0]}). Nothing was changed. Restore a backup, or "
            "remove the damaged history with octavo history --forget-before. Publications are "
            "not affected."
        ) from None


def _step_back(connection: Connection, plain: dict[int, Any], revisions: Any) -> None:
    """Turn the states after some revisions into the states before them, newest first."""
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
            raise ValueError(f"revision {number} lacks some of its changes")
        plain.update(dict.fromkeys(actions))


def _states(plain: Mapping[int, Any]) -> States:
    return {id_: State.of_plain(state) if state else None for id_, state in plain.items()}


def touching(connection: Connection, number: int, ids: Sequence[int]) -> dict[int, list[int]]:
    """Return the revisions after `number` that touched these publications, oldest first, by id."""
    touched: dict[int, list[int]] = {}
    wanted = set(ids)
    query = select(Change.publication_id, Change.revision).where(Change.revision > number)
    for id_, revision in connection.execute(query.order_by(Change.revision)):
        if id_ in wanted:
            touched.setdefault(id_, []).append(revision)
    return touched
