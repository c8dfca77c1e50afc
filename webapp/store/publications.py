"""Records to rows and back: the SQL of publications, on a connection that the caller opened."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Connection, Select, bindparam, delete, insert, select, update

from ..records import Link, Person, Record
from .tables import Publication

T = TypeVar("T")

CHUNK = 500  # rows a statement: below every database's limit of parameters

_PLAIN = (
    *("slug", "key", "type", "title", "abstract", "venue", "container", "date", "year"),
    *("doi", "arxiv", "language", "version_of", "fields"),
)
_PARTS = ("authors", "editors", "links", "tags")


def _rows(*names: str) -> Select[Any]:
    columns = Publication.__table__.c
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    return select(*(columns[name] for name in names)).where(columns.id.in_(ids))


# Put together once, of plain columns: to do so each time takes longer than the database itself.
_SELECT = _rows("id", "position", "updated", *_PARTS, *_PLAIN)
_SELECT_WHOLE = _rows("id", "position", "updated", *_PARTS, *_PLAIN, "source")


@dataclass(frozen=True, slots=True)
class Stored:
    """A record with what only its row knows."""

    id: int
    position: int
    updated: datetime
    record: Record


def load(connection: Connection, ids: Sequence[int], whole: bool = True) -> dict[int, Stored]:
    """Read publications by id, with one SELECT. Ids that are gone are left out.

    Without `whole`, `source` stays empty: it is half of a row, and a list does not need it.
    """
    plain = (*_PLAIN, "source") if whole else _PLAIN
    query = _SELECT_WHOLE if whole else _SELECT
    return {
        id_: Stored(
            id=id_,
            position=position,
            updated=updated,
            record=Record(
                authors=tuple(_person(*person) for person in authors),
                editors=tuple(_person(*person) for person in editors),
                links=tuple(Link(*link) for link in links),
                tags=tuple(tags),
                **dict(zip(plain, values, strict=True)),
            ),
        )
        for id_, position, updated, authors, editors, links, tags, *values in connection.execute(
            query, {"ids": ids}
        )
    }


# Many have edited or written several of what is kept: one object for all that are alike.
_person = lru_cache(maxsize=4096)(Person)


def load_all(connection: Connection, whole: bool = True) -> Iterator[Stored]:
    """Every publication in the owner's order, a chunk at a time."""
    ids = connection.scalars(select(Publication.id).order_by(Publication.position)).all()
    for chunk in chunks(ids):
        stored = load(connection, chunk, whole)
        yield from (stored[id_] for id_ in chunk)


def digest(record: Record) -> str:
    """A short hash of a record's content: different where anything but the slug differs."""
    plain = replace(record, slug="", fields=dict(record.fields), source=dict(record.source))
    return hashlib.blake2b(repr(plain).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def insert_all(
    connection: Connection, new: Sequence[Stored], with_ids: bool = False
) -> dict[str, int]:
    """Write publications that are not there yet; return the id of each key.

    With `with_ids` they had an id before they were removed, and get it again.
    """
    ids: dict[str, int] = {}
    for chunk in chunks(new):
        rows = [{**_row(one), "id": one.id} if with_ids else _row(one) for one in chunk]
        connection.execute(insert(Publication), rows)
        keys = [stored.record.key for stored in chunk]
        found = connection.execute(
            select(Publication.key, Publication.id).where(Publication.key.in_(keys))
        )
        ids.update((key, id_) for key, id_ in found)
    return ids


def update_all(connection: Connection, changed: Sequence[Stored]) -> None:
    """Write publications anew, under the ids that they have."""
    for stored in changed:
        query = update(Publication).where(Publication.id == stored.id)
        connection.execute(query, _row(stored))


def delete_all(connection: Connection, ids: Sequence[int]) -> None:
    """Remove publications and all that hangs on them."""
    for chunk in chunks(ids):
        connection.execute(delete(Publication).where(Publication.id.in_(chunk)))


def _row(stored: Stored) -> dict[str, Any]:
    return {
        **plain(stored.record),
        "position": stored.position,
        "updated": stored.updated,
        "digest": digest(stored.record),
    }


def plain(record: Record) -> dict[str, Any]:
    """A record as JSON holds it; `record_of` leads back."""
    return {
        **{name: getattr(record, name) for name in _PLAIN},
        "authors": [values_of(person) for person in record.authors],
        "editors": [values_of(person) for person in record.editors],
        "links": [values_of(link) for link in record.links],
        "tags": list(record.tags),
        "fields": dict(record.fields),
        "source": dict(record.source),
    }


def record_of(plain: Mapping[str, Any]) -> Record:
    """The record that `plain` made these values of."""
    parts = {
        "authors": tuple(_person(*person) for person in plain["authors"]),
        "editors": tuple(_person(*person) for person in plain["editors"]),
        "links": tuple(Link(*link) for link in plain["links"]),
        "tags": tuple(plain["tags"]),
    }
    return Record(**{**plain, **parts})


def values_of(part: Person | Link) -> list[Any]:
    """What it holds, in order, but for what is empty at the end."""
    values = list(astuple(part))
    while values and not values[-1]:
        del values[-1]
    return values


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in runs of at most CHUNK."""
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
