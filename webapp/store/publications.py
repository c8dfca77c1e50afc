"""Records to rows and back: SQL for publications, on a connection that the caller opened."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Connection, Select, bindparam, delete, insert, select, update

from ..plain_records import PLAIN, plain, record_of
from ..records import Record
from .tables import Publication

T = TypeVar("T")

CHUNK = 500  # rows per statement, below every database's limit on parameters

_PARTS = ("authors", "editors", "links", "tags")


def _rows(*names: str) -> Select[Any]:
    columns = Publication.__table__.c
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    return select(*(columns[name] for name in names)).where(columns.id.in_(ids))


# Built once, from plain columns: building a statement takes longer than running it.
_SELECT = _rows("id", "position", "updated", *_PARTS, *PLAIN)
_SELECT_WHOLE = _rows("id", "position", "updated", *_PARTS, *PLAIN, "source")


@dataclass(frozen=True, slots=True)
class Stored:
    """A record together with the columns that only its row has."""

    id: int
    position: int
    updated: datetime
    record: Record


def load(connection: Connection, ids: Sequence[int], whole: bool = True) -> dict[int, Stored]:
    """Read publications by id, with one SELECT. Ids without a row are left out.

    Without `whole`, `source` stays empty: it is half of a row, and a list does not need it.
    """
    names = (*_PARTS, *PLAIN, "source") if whole else (*_PARTS, *PLAIN)
    query = _SELECT_WHOLE if whole else _SELECT
    return {
        id_: Stored(id_, position, updated, record_of(dict(zip(names, values, strict=True))))
        for id_, position, updated, *values in connection.execute(query, {"ids": ids})
    }


def load_all(connection: Connection, whole: bool = True) -> Iterator[Stored]:
    """Yield every publication in the owner's order, read a chunk at a time."""
    ids = connection.scalars(select(Publication.id).order_by(Publication.position)).all()
    for chunk in chunks(ids):
        stored = load(connection, chunk, whole)
        yield from (stored[id_] for id_ in chunk)


def digest(record: Record) -> str:
    """Return a hash of everything in a record except its slug, as 32 hexadecimal digits."""
    plain = replace(record, slug="", fields=dict(record.fields), source=dict(record.source))
    return hashlib.blake2b(repr(plain).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def insert_all(
    connection: Connection, new: Sequence[Stored], with_ids: bool = False
) -> dict[str, int]:
    """Insert publications and return the id of each key.

    With `with_ids` each gets the id that it already names, otherwise the database assigns one.
    """
    ids: dict[str, int] = {}
    for chunk in chunks(new):
        rows = [{**_row(stored), "id": stored.id} if with_ids else _row(stored) for stored in chunk]
        connection.execute(insert(Publication), rows)
        keys = [stored.record.key for stored in chunk]
        query = select(Publication.key, Publication.id).where(Publication.key.in_(keys))
        ids.update((key, id_) for key, id_ in connection.execute(query))
    return ids


def update_all(connection: Connection, changed: Sequence[Stored]) -> None:
    """Overwrite the rows of publications, found by their ids."""
    rows = [{"row_id": stored.id, **_row(stored)} for stored in changed]
    if rows:
        connection.execute(update(Publication).where(Publication.id == bindparam("row_id")), rows)


def delete_all(connection: Connection, ids: Sequence[int]) -> None:
    """Delete publications and the rows that refer to them."""
    for chunk in chunks(ids):
        connection.execute(delete(Publication).where(Publication.id.in_(chunk)))


def _row(stored: Stored) -> dict[str, Any]:
    return {
        **plain(stored.record),
        "position": stored.position,
        "updated": stored.updated,
        "digest": digest(stored.record),
    }


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Split items into runs of at most CHUNK."""
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
