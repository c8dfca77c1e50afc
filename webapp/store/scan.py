"""Search without an index, by scanning the rows: plain SQL, no ranking, no facets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from json import dumps

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, or_, select

from ..plain_records import values_of
from ..records import FORTHCOMING, Person
from .tables import Publication
from .versions import is_hidden, is_listed

MAX_DIGITS = 9  # of a year: more do not fit into a database's integer

_TEXTS = (Publication.title, Publication.abstract, Publication.venue, Publication.container)
_PEOPLE = cast(Publication.authors, Text) + cast(Publication.editors, Text)
_TAGS = cast(Publication.tags, Text)


@dataclass(frozen=True, slots=True)
class Scan:
    """Conditions of a scan: all words, and one value of each filter that is not empty."""

    words: Sequence[str]
    types: Sequence[str]
    tags: Sequence[str]
    people: Sequence[Person]  # each matches people whose values begin with its own
    years: Sequence[tuple[int, int]]  # first and last
    hidden: bool = False  # scan the hidden publications instead of the listed ones


def scan(
    connection: Connection,
    wanted: Scan,
    newest_first: bool,
    offset: int = 0,
    limit: int | None = None,
) -> tuple[Sequence[int], int]:
    """Return a page of ids and the total of matches, in the owner's order or by year."""
    condition = and_(True, *_conditions(wanted))
    query = select(Publication.id).where(condition)
    if newest_first:
        query = query.order_by(_is_forthcoming().desc(), Publication.year.desc().nulls_last())
    query = query.order_by(Publication.position)
    ids = connection.scalars(query.offset(offset).limit(limit)).all()
    total = connection.scalar(select(func.count()).select_from(Publication).where(condition))
    return ids, total or 0


def _is_forthcoming() -> ColumnElement[bool]:
    """Return the condition of `Record.is_forthcoming`."""
    words = (Publication.date.icontains(word, autoescape=True) for word in FORTHCOMING)
    return and_(Publication.year.is_(None), or_(*words))


def _conditions(wanted: Scan) -> Iterator[ColumnElement[bool]]:
    yield is_hidden() if wanted.hidden else is_listed()
    for word in wanted.words:
        matches = [text.icontains(word, autoescape=True) for text in _TEXTS]
        if word.isdecimal():
            matches.append(Publication.year == int(word[:MAX_DIGITS]))
        yield or_(*matches, _PEOPLE.icontains(dumps(word)[1:-1], autoescape=True))
    if wanted.types:
        yield Publication.type.in_(wanted.types)
    if wanted.tags:
        yield or_(*(_TAGS.contains(dumps(tag), autoescape=True) for tag in wanted.tags))
    if wanted.people:
        # The row may have further values, so the JSON list is not closed.
        starts = (dumps(values)[:-1] for values in map(values_of, wanted.people) if values)
        yield or_(*(_PEOPLE.contains(start, autoescape=True) for start in starts))
    if wanted.years:
        yield or_(*(Publication.year.between(first, last) for first, last in wanted.years))
