"""The history in the database: revisions, what each touched, and states before and after one."""

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

# What damaged deltas, or those of a foreign database, make of reading them.
_UNREADABLE = (
    *(OSError, EOFError, zlib.error, RecursionError),
    *(ValueError, TypeError, LookupError, AttributeError),
)


def latest(connection: Connection, limit: int) -> Sequence[Row[int, datetime, str, int | None]]:
    """Return the counter, time, command and undone revision of the latest ones, newest first."""
    columns = (Revision.counter, Revision.at, Revision.command, Revision.undoes)
    return connection.execute(select(*columns).order_by(Revision.counter.desc()).limit(limit)).all()


def counts_from(connection: Connection, oldest: int) -> dict[int, Counter[str]]:
    """Count, for a revision and each after it, the publications by what was done to them."""
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
    """Return the command that made a revision; empty when the history does not have it."""
    return connection.scalar(select(Revision.command).where(Revision.counter == number)) or ""


def forgotten(connection: Connection) -> int:
    """Return the last revision that was removed from the history; 0 when all are there."""
    return connection.scalar(select(CatalogState.forgotten)) or 0


def undoes(connection: Connection) -> dict[int, int | None]:
    """Return all revisions, newest first, each with the one that it took back."""
    query = select(Revision.counter, Revision.undoes).order_by(Revision.counter.desc())
    return dict(connection.execute(query).all())


def loaded_digests(connection: Connection, number: int) -> tuple[str | None, ...]:
    """Return which file of the owner's counted as loaded before a revision, after it, and now."""
    query = select(Revision.loaded).where(Revision.counter >= number)
    values = connection.scalars(query.order_by(Revision.counter).limit(2)).all()
    return (*values, loaded_digest(connection))


def loaded_digest(connection: Connection) -> str | None:
    """Return the SHA-256 of the owner's file that counts as loaded; empty or None for none."""
    return connection.scalar(select(CatalogState.loaded))


def set_loaded_digest(connection: Connection, digest: str) -> None:
    connection.execute(update(CatalogState).values(loaded=digest))


def undone_by(connection: Connection) -> dict[int, int]:
    """Return the revisions that are taken back at present, each with the one that did it.

    A revision that took another one back may be taken back itself: then the other counts again.
    """
    undone: dict[int, int] = {}
    for counter, target in undoes(connection).items():
        if target and counter not in undone:
            undone.setdefault(target, counter)
    return undone


def require(connection: Connection, number: int) -> None:
    """Raise UnknownRevisionError when the history does not have the revision."""
    if connection.scalar(select(Revision.counter).where(Revision.counter == number)):
        return
    last_forgotten = forgotten(connection)
    if 1 <= number <= last_forgotten:
        raise UnknownRevisionError(
            f"Revision {number} was forgotten (octavo history --forget-before); "
            f"the history begins after revision {last_forgotten}."
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
