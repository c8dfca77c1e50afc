"""Lists of items for harvesters, in the order of their changes, and the sets that items are in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, delete, func, insert, or_, select

from .harvest import clock, touch
from .publications import chunks
from .tables import HarvestBatch, HarvestItem, HarvestMembership, HarvestState, Publication

TYPE, YEAR = "type:", "year:"  # sets that follow from the publications themselves
Place = tuple[int, int]  # of an item in the order of changes: batch and id


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a harvester asks for. A set is a part of another one: "type" has all of "type:book"."""

    begin: datetime | None = None  # the time of the earliest change
    end: datetime | None = None  # of the latest
    set_spec: str = ""  # "" for all items


@dataclass(frozen=True, slots=True)
class Item:
    """An item as harvesters see it; `sets` are those that it is in, or was before it went."""

    id: int
    place: Place
    at: datetime
    is_deleted: bool
    sets: tuple[str, ...] = ()


_COLUMNS: Final = (
    HarvestItem.publication_id,
    HarvestItem.batch,
    HarvestBatch.at,
    HarvestItem.is_deleted,
    HarvestItem.type,
    HarvestItem.year,
)
_OF_BATCH: Final = HarvestBatch.id == HarvestItem.batch
_ITEMS: Any = select(*_COLUMNS).join(HarvestBatch, _OF_BATCH)
_ITEMS_WITHOUT_TIME: Any = select(*_COLUMNS).outerjoin(HarvestBatch, _OF_BATCH)


def items(connection: Connection, wanted: Wanted, after: Place | None, limit: int) -> list[Item]:
    """Return at most `limit` items, those that changed first before the others."""
    query = _restricted(_ITEMS, connection, wanted, after)
    query = query.order_by(HarvestItem.batch, HarvestItem.publication_id).limit(limit)
    return _read(connection, query)


def count(connection: Connection, wanted: Wanted, after: Place | None) -> int:
    """Count the items after a place."""
    query = select(func.count()).select_from(HarvestItem)
    return connection.scalar(_restricted(query, connection, wanted, after)) or 0


def item(connection: Connection, id_: int) -> Item | None:
    """Return an item by its publication's id; None if harvesters never saw one.

    Between its change and the time of that, its time is the present.
    """
    found = _read(connection, _ITEMS_WITHOUT_TIME.where(HarvestItem.publication_id == id_))
    return found[0] if found else None


def earliest(connection: Connection) -> datetime:
    """Return the time of the first change; the present without any."""
    query = select(func.min(HarvestBatch.at)).where(
        HarvestBatch.id == select(func.min(HarvestItem.batch)).scalar_subquery()
    )
    return connection.scalar(query) or clock(connection)


def present_sets(connection: Connection) -> tuple[list[str], list[int]]:
    """Return the types and the years of all items, sorted."""
    types = connection.scalars(select(HarvestItem.type).distinct().order_by(HarvestItem.type))
    years = connection.scalars(
        select(HarvestItem.year)
        .distinct()
        .where(HarvestItem.year.is_not(None))
        .order_by(HarvestItem.year)
    )
    return [kind for kind in types if kind], [year for year in years if year is not None]


def slugs_of(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return the slugs of publications."""
    query = select(Publication.id, Publication.slug).where(Publication.id.in_(ids))
    return dict(connection.execute(query).all())


def _restricted(
    query: Select[Any], connection: Connection, wanted: Wanted, after: Place | None
) -> Select[Any]:
    """Return a query with what limits it to the wanted items; those without a time are left out."""
    bounds = select(func.min(HarvestBatch.id), func.max(HarvestBatch.id))
    bounds = bounds.where(HarvestBatch.at.is_not(None))
    if wanted.begin:
        bounds = bounds.where(HarvestBatch.at >= wanted.begin)
    if wanted.end:
        bounds = bounds.where(HarvestBatch.at <= wanted.end)
    first, last = connection.execute(bounds).one()
    query = query.where(HarvestItem.batch.between(first or 0, last or -1))
    if after:
        batch, id_ = after
        query = query.where(
            or_(
                HarvestItem.batch > batch,
                and_(HarvestItem.batch == batch, HarvestItem.publication_id > id_),
            )
        )
    return query.where(*_in_set(wanted.set_spec)) if wanted.set_spec else query


def _in_set(spec: str) -> tuple[Any, ...]:
    """Return the condition that an item is in a set or a part of it."""
    whole, _, part = spec.partition(":")
    if whole == "type":
        return (HarvestItem.type == part,) if part else (HarvestItem.type != "",)
    if whole == "year":
        if not part:
            return (HarvestItem.year.is_not(None),)
        return (HarvestItem.year == _year(part),)
    is_part = HarvestMembership.set_spec.startswith(f"{spec}:", autoescape=True)
    members = select(HarvestMembership.publication_id)
    members = members.where(or_(HarvestMembership.set_spec == spec, is_part))
    return (HarvestItem.publication_id.in_(members),)


def _year(text: str) -> int | None:
    """Return the year of a set "year:1979"; one that no item has for other texts."""
    digits = text.removeprefix("-")
    return int(text) if digits.isdecimal() and digits.isascii() and len(digits) <= 4 else -10_000


def _read(connection: Connection, query: Select[Any]) -> list[Item]:
    rows = connection.execute(query).all()
    sets: dict[int, list[str]] = defaultdict(list)
    for chunk in chunks([row.publication_id for row in rows]):
        columns = (HarvestMembership.publication_id, HarvestMembership.set_spec)
        named = select(*columns).where(HarvestMembership.publication_id.in_(chunk))
        for id_, spec in connection.execute(named.order_by(HarvestMembership.set_spec)):
            sets[id_].append(spec)
    return [
        Item(
            id=row.publication_id,
            place=(row.batch, row.publication_id),
            at=row.at or clock(connection),
            is_deleted=row.is_deleted,
            sets=(
                *([TYPE + row.type] if row.type else []),
                *([f"{YEAR}{row.year}"] if row.year is not None else []),
                *sets[row.publication_id],
            ),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Followed:
    """What the memberships in the database follow: a revision and settings."""

    state: str
    members: str
    fields: str


def followed(connection: Connection) -> Followed:
    """Return what the memberships follow; three empty texts if there were never any."""
    query = select(HarvestState.state, HarvestState.members, HarvestState.fields)
    row = connection.execute(query).one_or_none()
    return Followed(*row) if row else Followed("", "", "")


def replace_memberships(
    connection: Connection, sets: Mapping[str, Iterable[int]], follow: Followed
) -> None:
    """Write which items are in which sets, and record that those change which enter or leave one.

    With other public fields, all items change; with other members, those of members. Deleted items
    remain in the sets that they were in. `harvest.stamp` must follow it.
    """
    before = followed(connection)
    is_live = HarvestItem.is_deleted.is_(False)
    live = set(connection.scalars(select(HarvestItem.publication_id).where(is_live)))
    stored: dict[str, set[int]] = defaultdict(set)
    columns = (HarvestMembership.set_spec, HarvestMembership.publication_id)
    for spec, id_ in connection.execute(select(*columns)):
        stored[spec].add(id_)
    changed = set(live) if before.fields not in ("", follow.fields) else set()
    for spec in {*sets, *stored}:
        wanted, present = live.intersection(sets.get(spec, ())), stored[spec] & live
        _leave(connection, spec, present - wanted)
        _enter(connection, spec, wanted - stored[spec])
        changed |= wanted ^ present
        if spec.startswith("person:") and before.members != follow.members:
            changed |= wanted | present
    connection.execute(delete(HarvestState))
    values = {"state": follow.state, "members": follow.members, "fields": follow.fields}
    connection.execute(insert(HarvestState).values(id=1, **values))
    if changed:
        touch(connection, changed)


def _leave(connection: Connection, spec: str, ids: Iterable[int]) -> None:
    for chunk in chunks(sorted(ids)):
        query = delete(HarvestMembership).where(HarvestMembership.set_spec == spec)
        connection.execute(query.where(HarvestMembership.publication_id.in_(chunk)))


def _enter(connection: Connection, spec: str, ids: Iterable[int]) -> None:
    for chunk in chunks(sorted(ids)):
        rows = [{"set_spec": spec, "publication_id": id_} for id_ in chunk]
        connection.execute(insert(HarvestMembership), rows)
