"""Versions of one work, such as a preprint and the published article, as the owner joined them.

A version names the key of the published record in `version_of` (`versionof` in BibTeX). If that
record exists and is not itself a version, the list shows it alone and its versions beside it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, select
from sqlalchemy.orm import aliased

from ..records import Record
from . import publications
from .tables import Publication

_Published = aliased(Publication)
_IS_VERSION_OF = and_(_Published.key == Publication.version_of, _Published.version_of == "")
_NAMES_ANOTHER = Publication.version_of > ""  # an SQL index serves ">" but not "!="
_SELECT_VERSIONS = (  # built once: every list uses it
    select(Publication.id, Publication.version_of)
    .where(
        Publication.version_of.in_(bindparam("keys", expanding=True)),
        exists().where(_IS_VERSION_OF),
    )
    .order_by(Publication.position)
)


@dataclass(frozen=True, slots=True)
class Joins:
    """All versions in the catalog, by id."""

    published: dict[int, int] = field(default_factory=dict)  # version -> published
    # published -> DOIs, arXiv numbers and keys of its versions
    identifiers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    unjoined: tuple[int, ...] = ()  # versions whose published record is missing


def is_listed() -> ColumnElement[bool]:
    """Return the SQL condition that a publication is an item of the list, not only a version."""
    return ~exists().where(_NAMES_ANOTHER, _IS_VERSION_OF)


def joins(connection: Connection) -> Joins:
    """Read all joins with one SELECT, which returns few rows."""
    rows = connection.execute(
        select(
            Publication.id,
            Publication.key,
            Publication.doi,
            Publication.arxiv,
            _Published.id.label("published"),
        )
        .outerjoin(_Published, _IS_VERSION_OF)
        .where(_NAMES_ANOTHER)
    ).all()
    identifiers: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for row in rows:
        if row.published:
            identifiers[row.published] += tuple(filter(None, (row.doi, row.arxiv, row.key)))
    return Joins(
        published={row.id: row.published for row in rows if row.published},
        identifiers=dict(identifiers),
        unjoined=tuple(row.id for row in rows if not row.published),
    )


def versions(connection: Connection, keys: Sequence[str]) -> dict[str, tuple[Record, ...]]:
    """Return the versions of published records, by their keys, in the owner's order."""
    rows = connection.execute(_SELECT_VERSIONS, {"keys": keys}).all()
    loaded = publications.load(connection, [row.id for row in rows], whole=False) if rows else {}
    by_key: dict[str, tuple[Record, ...]] = defaultdict(tuple)
    for row in rows:
        by_key[row.version_of] += (loaded[row.id].record,)
    return dict(by_key)
