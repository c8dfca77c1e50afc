"""The same work twice: a preprint and what was published of it, joined by the owner's word.

A record names the key of the published one in `version_of` (`versionof` in BibTeX). While that one
is there, and is not itself a version, the list shows it alone, with the other beside it.
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
_NAMES_ANOTHER = Publication.version_of > ""  # an index finds what is greater, not what differs
_SELECT_VERSIONS = (  # put together once, for lists
    select(Publication.id, Publication.version_of)
    .where(
        Publication.version_of.in_(bindparam("keys", expanding=True)),
        exists().where(_IS_VERSION_OF),
    )
    .order_by(Publication.position)
)


@dataclass(frozen=True, slots=True)
class Joins:
    """Which publications stand behind others, all of the catalog."""

    published: dict[int, int] = field(default_factory=dict)  # version -> published, as ids
    identifiers: dict[int, tuple[str, ...]] = field(default_factory=dict)  # published -> versions'
    unjoined: tuple[int, ...] = ()  # those that name one that is not there


def is_behind_another() -> ColumnElement[bool]:
    """The condition on Publication that it is not listed itself."""
    return exists().where(_NAMES_ANOTHER, _IS_VERSION_OF)


def joins(connection: Connection) -> Joins:
    """Read all joins: few rows, one SELECT."""
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
    """The versions behind the published ones of these keys, in the owner's order."""
    rows = connection.execute(_SELECT_VERSIONS, {"keys": keys}).all()
    loaded = publications.load(connection, [row.id for row in rows], whole=False) if rows else {}
    found: dict[str, tuple[Record, ...]] = defaultdict(tuple)
    for row in rows:
        found[row.version_of] += (loaded[row.id].record,)
    return dict(found)
