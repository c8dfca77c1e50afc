"""Search in the rows themselves, without an index: plain SQL, no ranking, no facets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from json import dumps

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, not_, or_, select

from ..records import Person
from .publications import values_of
from .tables import Publication
from .versions import is_behind_another

MAX_DIGITS = 9  # of a year: what a database takes for a number

_TEXTS = (Publication.title, Publication.abstract, Publication.venue, Publication.container)
_PEOPLE = cast(Publication.authors, Text) + cast(Publication.editors, Text)
_TAGS = cast(Publication.tags, Text)


@dataclass(frozen=True, slots=True)
class Scan:
    """What to look for: all words, and of each filter that is not empty one value."""

    words: Sequence[str]
    venues: Sequence[str]
    types: Sequence[str]
    tags: Sequence[str]
    people: Sequence[Person]  # a person matches whose name begins like this
    years: Sequence[tuple[int, int]]  # first and last


def scan(
    connection: Connection,
    wanted: Scan,
    newest_first: bool,
    offset: int = 0,
    limit: int | None = None,
) -> tuple[Sequence[int], int]:
    """Return a page of ids and the number of all matches, in the owner's order or by year."""
    condition = and_(True, *_conditions(wanted))
    order = [Publication.year.desc()] if newest_first else []
    query = select(Publication.id).where(condition).order_by(*order, Publication.position)
    ids = connection.scalars(query.offset(offset).limit(limit)).all()
    total = connection.scalar(select(func.count()).select_from(Publication).where(condition))
    return ids, total or 0


def _conditions(wanted: Scan) -> Iterator[ColumnElement[bool]]:
    yield not_(is_behind_another())
    for word in wanted.words:
        matches = [text.icontains(word, autoescape=True) for text in _TEXTS]
        if word.isdecimal():
            matches.append(Publication.year == int(word[:MAX_DIGITS]))
        yield or_(*matches, _PEOPLE.icontains(dumps(word)[1:-1], autoescape=True))
    if wanted.venues:
        yield Publication.venue.in_(wanted.venues)
    if wanted.types:
        yield Publication.type.in_(wanted.types)
    if wanted.tags:
        yield or_(*(_TAGS.contains(dumps(tag), autoescape=True) for tag in wanted.tags))
    if wanted.people:
        # More may follow in the row, so the list is left open.
        starts = (dumps(values)[:-1] for values in map(values_of, wanted.people) if values)
        yield or_(*(_PEOPLE.contains(start, autoescape=True) for start in starts))
    if wanted.years:
        yield or_(*(Publication.year.between(first, last) for first, last in wanted.years))
