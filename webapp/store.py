"""Records to rows and back: the SQL of publications, on a connection that the caller opened."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    insert,
    select,
    tuple_,
    update,
)

from .models import Contribution, PersonName, Publication, PublicationLink, PublicationTag
from .records import OTHERS, Link, Person, Record
from .search.engine import Document

T = TypeVar("T")

CHUNK = 500  # rows a statement: below every database's limit of parameters

_PLAIN = (
    *("slug", "key", "type", "title", "abstract", "venue", "container", "date", "year"),
    *("doi", "arxiv", "language", "version_of", "fields"),
)
_NAME = ("family", "given", "particle", "suffix", "literal")
_PARTS = (Contribution, PublicationLink, PublicationTag)

# What lists read is put together once, of plain columns: to do so each time takes longer than the
# database itself.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_OF_ROW = ("id", "position", "updated", *_PLAIN)


def _rows(*names: str) -> Select[Any]:
    columns = Publication.__table__.c
    return select(*(columns[name] for name in names)).where(columns.id.in_(_IDS))


def _parts(table: Any) -> Select[Any]:
    columns = table.__table__.c
    query = select(table.__table__).where(columns.publication_id.in_(_IDS))
    return query.order_by(columns.publication_id, columns.position)


def _names() -> Select[Any]:
    of, name = Contribution.__table__.c, PersonName.__table__.c
    columns = (of.publication_id, of.role, *(name[part] for part in _NAME), of.equal, of.marks)
    query = select(*columns).join(PersonName.__table__, name.id == of.person_id)
    query = query.where(of.publication_id.in_(_IDS))
    return query.order_by(of.publication_id, of.role, of.position)


_SELECT_ROWS, _SELECT_WHOLE_ROWS = _rows(*_OF_ROW), _rows(*_OF_ROW, "source")
_SELECT_PEOPLE = _names()
_SELECT_LINKS, _SELECT_TAGS = _parts(PublicationLink), _parts(PublicationTag)


@dataclass(frozen=True, slots=True)
class Stored:
    """A record with what only its row knows."""

    id: int
    position: int
    updated: datetime
    record: Record


def load(connection: Connection, ids: Sequence[int], whole: bool = True) -> dict[int, Stored]:
    """Read publications by id: one SELECT a table. Ids that are gone are left out.

    Without `whole`, `source` stays empty: it is half of a row, and a list does not need it.
    """
    plain = (*_PLAIN, "source") if whole else _PLAIN
    query = _SELECT_WHOLE_ROWS if whole else _SELECT_ROWS
    rows = connection.execute(query, {"ids": ids}).all()
    if not rows:
        return {}
    people = _people(connection, ids)
    links = _grouped(connection, _SELECT_LINKS, ids)
    tags = _grouped(connection, _SELECT_TAGS, ids)
    return {
        id_: Stored(
            id=id_,
            position=position,
            updated=updated,
            record=Record(
                authors=tuple(people.get((id_, "author"), ())),
                editors=tuple(people.get((id_, "editor"), ())),
                links=tuple(Link(link.kind, link.url) for link in links.get(id_, ())),
                tags=tuple(tag.name for tag in tags.get(id_, ())),
                **dict(zip(plain, values, strict=True)),
            ),
        )
        for id_, position, updated, *values in rows
    }


def _people(connection: Connection, ids: Sequence[int]) -> dict[tuple[int, str], list[Person]]:
    people = defaultdict(list)
    for publication_id, role, *name in connection.execute(_SELECT_PEOPLE, {"ids": ids}).all():
        people[publication_id, role].append(_person(*name))
    return people


# Many have edited or written several of what is kept: one object for all that are alike.
_person = lru_cache(maxsize=4096)(Person)


def _grouped(
    connection: Connection, query: Select[Any], ids: Sequence[int]
) -> dict[int, list[Row[Any]]]:
    grouped = defaultdict(list)
    for row in connection.execute(query, {"ids": ids}).all():
        grouped[row.publication_id].append(row)
    return grouped


def load_all(connection: Connection, whole: bool = True) -> Iterator[Stored]:
    """Every publication in the owner's order, a chunk at a time."""
    ids = connection.scalars(select(Publication.id).order_by(Publication.position)).all()
    for chunk in chunks(ids):
        stored = load(connection, chunk, whole)
        yield from (stored[id_] for id_ in chunk)


def document(stored: Stored, identifiers: Iterable[str] = ()) -> Document:
    """What the index is told of a publication; `identifiers` are those of its other versions."""
    record = stored.record
    people = record.authors or record.editors
    return Document(
        id=stored.id,
        position=stored.position,
        title=record.title,
        authors=tuple(person.name for person in people if person != OTHERS),
        venue=record.venue,
        container=record.container,
        year=record.year,
        type=record.type,
        tags=record.tags,
        abstract=record.abstract,
        identifiers=tuple(filter(None, (record.doi, record.arxiv, record.key, *identifiers))),
    )


def digest(record: Record) -> str:
    """A short hash of a record's content: different where anything but the slug differs."""
    plain = replace(record, slug="", fields=dict(record.fields), source=dict(record.source))
    return hashlib.blake2b(repr(plain).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def insert_all(connection: Connection, new: Sequence[Stored]) -> dict[str, int]:
    """Write publications that are not there yet; answers the id of each key."""
    people: dict[tuple[str, ...], int] = {}
    ids: dict[str, int] = {}
    for chunk in chunks(new):
        connection.execute(insert(Publication), [_row(stored) for stored in chunk])
        keys = [stored.record.key for stored in chunk]
        found = connection.execute(
            select(Publication.key, Publication.id).where(Publication.key.in_(keys))
        )
        ids.update((key, id_) for key, id_ in found)
        _insert_parts(connection, [(ids[s.record.key], s.record) for s in chunk], people)
    return ids


def update_all(connection: Connection, changed: Sequence[Stored]) -> None:
    """Write publications anew, under the ids that they have."""
    people: dict[tuple[str, ...], int] = {}
    for stored in changed:
        query = update(Publication).where(Publication.id == stored.id)
        connection.execute(query, _row(stored))
    for chunk in chunks(changed):
        _delete_parts(connection, [stored.id for stored in chunk])
        _insert_parts(connection, [(stored.id, stored.record) for stored in chunk], people)


def delete_all(connection: Connection, ids: Sequence[int]) -> None:
    """Remove publications and all that hangs on them."""
    for chunk in chunks(ids):
        connection.execute(delete(Publication).where(Publication.id.in_(chunk)))


def _row(stored: Stored) -> dict[str, Any]:
    record = stored.record
    return {
        **{name: getattr(record, name) for name in _PLAIN},
        "fields": dict(record.fields),
        "source": dict(record.source),
        "position": stored.position,
        "updated": stored.updated,
        "digest": digest(record),
    }


def _delete_parts(connection: Connection, ids: Sequence[int]) -> None:
    for table in _PARTS:
        connection.execute(delete(table).where(table.publication_id.in_(ids)))


def _insert_parts(
    connection: Connection,
    records: Sequence[tuple[int, Record]],
    people: dict[tuple[str, ...], int],
) -> None:
    _add_people(connection, (p for _, r in records for p in (*r.authors, *r.editors)), people)
    contributions = [
        {
            "publication_id": id_,
            "role": role,
            "position": position,
            "person_id": people[_name(person)],
            "equal": person.equal,
            "marks": person.marks,
        }
        for id_, record in records
        for role, persons in (("author", record.authors), ("editor", record.editors))
        for position, person in enumerate(persons)
    ]
    links = [
        {"publication_id": id_, "position": position, "kind": link.kind, "url": link.url}
        for id_, record in records
        for position, link in enumerate(record.links)
    ]
    tags = [
        {"publication_id": id_, "position": position, "name": tag}
        for id_, record in records
        for position, tag in enumerate(record.tags)
    ]
    for table, rows in zip(_PARTS, (contributions, links, tags), strict=True):
        if rows:
            connection.execute(insert(table), rows)


def _name(person: Person) -> tuple[str, ...]:
    return tuple(getattr(person, part) for part in _NAME)


def _add_people(
    connection: Connection, persons: Iterable[Person], people: dict[tuple[str, ...], int]
) -> None:
    """Add to `people` (name -> id) those who are not in it, writing the ones nobody knows."""
    unknown = [name for name in dict.fromkeys(map(_name, persons)) if name not in people]
    for chunk in chunks(unknown):
        people.update(_known_people(connection, chunk))
        rows: list[Mapping[str, str]] = [
            dict(zip(_NAME, name, strict=True)) for name in chunk if name not in people
        ]
        if rows:
            connection.execute(insert(PersonName), rows)
            people.update(_known_people(connection, chunk))


def _known_people(
    connection: Connection, names: Sequence[tuple[str, ...]]
) -> dict[tuple[str, ...], int]:
    columns = [getattr(PersonName, name) for name in _NAME]
    query = select(PersonName.id, *columns).where(tuple_(*columns).in_(names))
    return {tuple(name): id_ for id_, *name in connection.execute(query)}


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in runs of at most CHUNK."""
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
