"""Which publications lists have: those that are neither hidden nor a version of another one.

A version, such as a preprint, names the key of the published record in `version_of` (`versionof` in
BibTeX). If that record exists, is not hidden and not itself a version, the list shows it alone and
its versions beside it. Visitors see a publication whose field `hidden` is set nowhere.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from ..records import NO_WORDS, Record
from . import publications
from .tables import Publication


def is_hidden(publication: Any = Publication) -> ColumnElement[bool]:
    """Return the SQL condition of `Record.is_hidden`, for the table or an alias of it."""
    written = func.coalesce(publication.source["hidden"].as_string(), "")
    return func.lower(func.trim(written, "{} ")).not_in(NO_WORDS)


PUBLISHED = aliased(Publication)
# That PUBLISHED is the published record of a publication.
IS_VERSION_OF = and_(
    PUBLISHED.key == Publication.version_of, PUBLISHED.version_of == "", ~is_hidden(PUBLISHED)
)
_NAMES_ANOTHER = Publication.version_of > ""  # an SQL index serves ">" but not "!="
# Two statements, built once, as every list uses the first. Symptom with one that joins the table to
# itself: until PostgreSQL has statistics of a new table, it reads `source` of all publications for
# each list: 142 ms in place of 0.1 at 10,000 (`EXPLAIN ANALYZE`, 30 November 2026).
_SELECT_VERSIONS = (
    select(Publication.id, Publication.version_of)
    .where(Publication.version_of.in_(bindparam("keys", expanding=True)), ~is_hidden())
    .order_by(Publication.position)
)
_SELECT_PUBLISHED = select(Publication.key).where(
    Publication.key.in_(bindparam("keys", expanding=True)),
    Publication.version_of == "",
    ~is_hidden(),
)


@dataclass(frozen=True, slots=True)
class Joins:
    """All versions in the catalog, by id, without hidden ones, and the hidden publications."""

    published: dict[int, int] = field(default_factory=dict)  # version -> published
    # published -> DOIs, arXiv numbers and keys of its versions
    identifiers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    # Versions whose published record is missing or hidden, and publications with hidden versions.
    unjoined: tuple[int, ...] = ()
    hidden: frozenset[int] = frozenset()

    def is_listed(self, id_: int) -> bool:
        """Return whether a publication is an item of the list."""
        return id_ not in self.published and id_ not in self.hidden


def is_listed() -> ColumnElement[bool]:
    """Return the SQL condition that a publication is an item of the list."""
    return and_(~exists().where(_NAMES_ANOTHER, IS_VERSION_OF), ~is_hidden())


def joins(connection: Connection) -> Joins:
    """Read all joins and the hidden publications with two SELECTs, which return few rows."""
    hidden = frozenset(connection.scalars(select(Publication.id).where(is_hidden())))
    rows = connection.execute(
        select(
            Publication.id,
            Publication.key,
            Publication.doi,
            Publication.arxiv,
            PUBLISHED.id.label("published"),
        )
        .outerjoin(PUBLISHED, IS_VERSION_OF)
        .where(_NAMES_ANOTHER)
    ).all()
    joined = [row for row in rows if row.published and row.id not in hidden]
    identifiers: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for row in joined:
        identifiers[row.published] += tuple(filter(None, (row.doi, row.arxiv, row.key)))
    return Joins(
        published={row.id: row.published for row in joined},
        identifiers=dict(identifiers),
        unjoined=tuple(
            row.published or row.id for row in rows if not row.published or row.id in hidden
        ),
        hidden=hidden,
    )


def versions(connection: Connection, keys: Sequence[str]) -> dict[str, tuple[Record, ...]]:
    """Return the versions of published records, by their keys, in the owner's order."""
    rows = connection.execute(_SELECT_VERSIONS, {"keys": keys}).all()
    if not rows:
        return {}
    named = list({row.version_of for row in rows})
    published = set(connection.scalars(_SELECT_PUBLISHED, {"keys": named}))
    rows = [row for row in rows if row.version_of in published]
    loaded = publications.load(connection, [row.id for row in rows], whole=False)
    by_key: dict[str, tuple[Record, ...]] = defaultdict(tuple)
    for row in rows:
        by_key[row.version_of] += (loaded[row.id].record,)
    return dict(by_key)
