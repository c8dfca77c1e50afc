"""The list while there is no index: plain SQL, no ranking, no facets."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from json import dumps

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, not_, or_, select

from ..formats.names import parse
from ..records import Person
from ..search.engine import Hits, Span
from ..store.publications import values_of
from ..store.tables import Publication
from ..store.versions import is_behind_another
from .criteria import Criteria

MAX_WORDS = 12
MAX_DIGITS = 9  # of a year: what a database takes for a number

_TEXTS = (Publication.title, Publication.abstract, Publication.venue, Publication.container)
_PEOPLE = cast(Publication.authors, Text) + cast(Publication.editors, Text)
_TAGS = cast(Publication.tags, Text)


class NoHighlighter:
    """Marks nothing."""

    def spans(self, text: str, field: str) -> list[Span]:  # noqa: ARG002  the protocol's
        return []

    def snippet(
        self,
        text: str,  # noqa: ARG002
        length: int = 240,  # noqa: ARG002
        shown: Iterable[tuple[str, str]] = (),  # noqa: ARG002
    ) -> Span | None:
        return None


def scan_hits(
    connection: Connection,
    criteria: Criteria,
    revision: str,
    *,
    newest_first: bool,
    size: int,
) -> Hits:
    """The publications that hold every word of `criteria.q` somewhere and pass its filters.

    `size` is how many stand on a page.
    """
    condition = and_(True, *_conditions(criteria))
    order = [Publication.year.desc()] if newest_first else []
    ids = connection.scalars(
        select(Publication.id)
        .where(condition)
        .order_by(*order, Publication.position)
        .offset((criteria.page - 1) * size)
        .limit(size * (1 + criteria.more))
    ).all()
    total = connection.scalar(select(func.count()).select_from(Publication).where(condition)) or 0
    return Hits(revision, tuple(ids), total, facets={}, highlighter=NoHighlighter())


def _conditions(criteria: Criteria) -> Iterator[ColumnElement[bool]]:
    yield not_(is_behind_another())
    for word in re.findall(r"\w+", criteria.q)[:MAX_WORDS]:
        found = [text.icontains(word, autoescape=True) for text in _TEXTS]
        if word.isdecimal():
            found.append(Publication.year == int(word[:MAX_DIGITS]))
        yield or_(*found, _PEOPLE.icontains(dumps(word)[1:-1], autoescape=True))
    if criteria.venue:
        yield Publication.venue.in_(criteria.venue)
    if criteria.type:
        yield Publication.type.in_(criteria.type)
    if criteria.tag:
        yield or_(*(_TAGS.contains(dumps(tag), autoescape=True) for tag in criteria.tag))
    if criteria.author:
        people = (person for name in criteria.author for person in _who_may_be(name))
        begun = (dumps(values)[:-1] for values in map(values_of, people) if values)  # more follows
        yield or_(*(_PEOPLE.contains(person, autoescape=True) for person in begun))
    if criteria.year:
        yield or_(*map(_in_years, criteria.year))


def _who_may_be(name: str) -> Iterator[Person]:
    """The people who may be called so: any of the words can begin the family name."""
    yield Person(literal=name)
    yield replace(parse(name), suffix="")
    words = name.partition(",")[0].split()
    for given in range(min(len(words), MAX_WORDS)):
        yield Person(family=" ".join(words[given:]), given=" ".join(words[:given]))


def _in_years(text: str) -> ColumnElement[bool]:
    first, dots, last = text.partition("..")
    last = last if dots else first
    return Publication.year.between(int(first or 0), int(last or 9999))
