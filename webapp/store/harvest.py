"""What harvesters need to know: which publications changed, and when that became visible.

DESIGN. OAI-PMH lets a harvester ask for what changed since a time, and trusts it never to miss
anything. So an item does not have the time of its transaction, which may begin long before others
see it, but a batch: the number of the transaction. After the commit, a second and very short
transaction gives the batch its time, rounded up to a second (`stamp`). Until then harvesters do not
see the change. They are given times rounded down (`clock`), so that one who asks from then on gets
everything whose time was committed within the same second; if a commit took longer, the time is
raised. Times never fall, even if the clock is set back.

An item is a publication that lists have. When it is removed, hidden or becomes a version of another
one, its row remains as deleted for ever; forgetting the history leaves it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select, update

from .connections import dialect_of, reading, writing
from .publications import chunks
from .tables import (
    Change,
    HarvestBatch,
    HarvestItem,
    HarvestMembership,
    HarvestState,
    Publication,
)
from .versions import IS_VERSION_OF, PUBLISHED, is_hidden, is_listed

SECOND: Final = timedelta(seconds=1)
_PENDING: Final = select(func.min(HarvestBatch.id)).where(HarvestBatch.at.is_(None))
_LATE: Final = SECOND / 2  # after its time, a batch may become visible without being missed


def note_revision(connection: Connection, counter: int) -> None:
    """Record which items a revision changed, in its transaction. `stamp` must follow it."""
    changed = connection.scalars(select(Change.publication_id).where(Change.revision == counter))
    note_changes(connection, changed.all())


def note_changes(connection: Connection, changed: Iterable[int]) -> None:
    """Record that items changed, and which others the versions of publications make change."""
    digests = _digests_of_versions(connection)
    named = connection.scalars(select(Publication.id).where(Publication.version_of > "")).all()
    had = connection.scalars(select(HarvestItem.publication_id).where(HarvestItem.versions > ""))
    forced = set(changed)
    ids = sorted(forced.union(named, digests, had))
    new: list[dict[str, Any]] = []
    other: list[dict[str, Any]] = []
    for chunk in chunks(ids):
        known = _known(connection, chunk)
        for row in _rows(connection, chunk, known, digests):
            id_, before = row["publication_id"], known.get(row["publication_id"])
            if before is None:
                new.append(row)
            elif row != before or (id_ in forced and not row["is_deleted"]):
                other.append(row)
    _write(connection, new, other)


def touch(connection: Connection, ids: Iterable[int]) -> None:
    """Record that the descriptions or sets of items changed. `stamp` must follow it."""
    batch = _next_batch(connection)
    for chunk in chunks(sorted(ids)):
        query = update(HarvestItem).where(HarvestItem.publication_id.in_(chunk))
        connection.execute(query.values(batch=batch))


def stamp_pending(database: Engine) -> None:
    """Give batches their time for which a process was killed. Mostly, this only reads."""
    with reading(database) as connection:
        pending = connection.scalar(_PENDING)
    if pending is not None:
        stamp(database)


def stamp(database: Engine) -> None:
    """Give batches that have none their time. Call it after a transaction that made one.

    If a process is killed before it does, the next one does it.
    """
    ahead, first = timedelta(), None
    while True:
        with writing(database) as connection:
            first = first or connection.scalar(_PENDING)
            if first is None:
                return
            at = _next_time(connection, ahead)
            query = update(HarvestBatch).where(HarvestBatch.id >= first)
            connection.execute(query.values(at=at))
        with reading(database) as connection:
            late = dialect_of(database).clock(connection) - at
        if late < _LATE:
            return
        ahead = 2 * (late + SECOND)  # the commit took long; the next one may, too


def clock(connection: Connection) -> datetime:
    """Return the time for harvesters, in whole seconds: that of the latest batch, or later."""
    now = dialect_of(connection.engine).clock(connection).replace(microsecond=0)
    latest = _latest(connection)
    return max(now, latest) if latest else now


@dataclass(frozen=True, slots=True)
class Seen:
    """What harvesters may have seen of a database that an earlier state replaces."""

    ids: Collection[int] = ()
    latest: datetime | None = None  # the latest time
    batch: int = 0  # the last one


def seen(connection: Connection) -> Seen:
    """Return what harvesters may have seen so far."""
    ids = connection.scalars(select(HarvestItem.publication_id)).all()
    batch = connection.scalar(select(func.max(HarvestBatch.id))) or 0
    return Seen(ids, _latest(connection), batch)


def restart(connection: Connection, before: Seen) -> None:
    """Make all items change at once, after an earlier state replaced the database.

    Items that only the replaced one had are deleted. The new time is later than all before it.
    """
    columns = (Publication.id, Publication.type, Publication.year)
    live = {row.id: row for row in connection.execute(select(*columns).where(is_listed()))}
    columns = (HarvestItem.publication_id, HarvestItem.type, HarvestItem.year)
    gone = {id_: (kind, year) for id_, kind, year in connection.execute(select(*columns))}
    gone = dict.fromkeys(before.ids, ("", None)) | gone
    digests = _digests_of_versions(connection)
    rows = [(id_, False, row.type, row.year, digests.get(id_, "")) for id_, row in live.items()]
    rows += [(id_, True, *gone[id_], "") for id_ in gone if id_ not in live]
    for table in (HarvestItem, HarvestBatch, HarvestMembership, HarvestState):
        connection.execute(delete(table))
    time = dialect_of(connection.engine).clock(connection).replace(microsecond=0) + SECOND
    if before.latest:
        time = max(time, before.latest + SECOND)
    batch = before.batch + 1
    connection.execute(insert(HarvestBatch).values(id=batch, at=time))
    for chunk in chunks(rows):
        new = [dict(zip(_COLUMNS, row, strict=True), batch=batch) for row in chunk]
        connection.execute(insert(HarvestItem), new)


def _digests_of_versions(connection: Connection) -> dict[int, str]:
    """Return a digest of the visible versions of each publication that has some.

    With an inner join or an order, SQLite would read all publications.
    """
    rows = connection.execute(
        select(PUBLISHED.id, Publication.digest)
        .outerjoin(PUBLISHED, IS_VERSION_OF)
        .where(Publication.version_of > "", ~is_hidden())
    )
    digests: dict[int, list[str]] = defaultdict(list)
    for id_, digest in rows:
        digests[id_].append(digest)
    return {id_: _digest(of_versions) for id_, of_versions in digests.items() if id_ is not None}


def _digest(digests: Iterable[str]) -> str:
    return hashlib.blake2b("".join(sorted(digests)).encode(), digest_size=16).hexdigest()


_COLUMNS: Final = ("publication_id", "is_deleted", "type", "year", "versions")


def _known(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    columns = [getattr(HarvestItem, name) for name in _COLUMNS]
    query = select(*columns).where(HarvestItem.publication_id.in_(ids))
    rows = connection.execute(query).mappings()
    return {row["publication_id"]: dict(row) for row in rows}


def _rows(
    connection: Connection,
    ids: Sequence[int],
    known: dict[int, dict[str, Any]],
    digests: dict[int, str],
) -> Iterator[dict[str, Any]]:
    """Yield the rows that items should have, without those that were never listed."""
    query = select(Publication.id, Publication.type, Publication.year)
    listed = {
        row.id: row for row in connection.execute(query.where(Publication.id.in_(ids), is_listed()))
    }
    for id_ in ids:
        if row := listed.get(id_):
            values = (id_, False, row.type, row.year, digests.get(id_, ""))
            yield dict(zip(_COLUMNS, values, strict=True))
        elif before := known.get(id_):
            yield {**before, "is_deleted": True, "versions": ""}


def _write(
    connection: Connection, new: Sequence[dict[str, Any]], changed: Sequence[dict[str, Any]]
) -> None:
    if not (new or changed):
        return
    batch = _next_batch(connection)
    for chunk in chunks(new):
        connection.execute(insert(HarvestItem), [{**row, "batch": batch} for row in chunk])
    if changed:
        query = update(HarvestItem).where(HarvestItem.publication_id == bindparam("row_id"))
        names = (*_COLUMNS[1:], "batch")
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        rows = [
            {"row_id": row["publication_id"], "new_batch": batch}
            | {f"new_{name}": row[name] for name in _COLUMNS[1:]}
            for row in changed
        ]
        connection.execute(query.values(**values), rows)


def _next_batch(connection: Connection) -> int:
    """Insert a batch without a time; return its number."""
    number = (connection.scalar(select(func.max(HarvestBatch.id))) or 0) + 1
    connection.execute(insert(HarvestBatch).values(id=number))
    return number


def _latest(connection: Connection) -> datetime | None:
    return connection.scalar(select(func.max(HarvestBatch.at)))


def _next_time(connection: Connection, ahead: timedelta) -> datetime:
    """Return a time for batches: the present second rounded up, but never before the latest."""
    now = dialect_of(connection.engine).clock(connection)
    at = (now + ahead).replace(microsecond=0) + SECOND
    latest = _latest(connection)
    if latest is None or latest <= at:
        return at
    return latest + SECOND  # the clock was set back
