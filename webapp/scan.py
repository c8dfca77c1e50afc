"""The list while there is no index: plain SQL, no ranking, no facets."""

import re
from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, or_, select

from .criteria import Criteria
from .models import Contribution, PersonName, Publication, PublicationTag
from .search.engine import Hits, Span
from .works import is_behind_another

MAX_WORDS = 12

_TEXTS = (Publication.title, Publication.abstract, Publication.venue, Publication.container)
_NAMES = (PersonName.family, PersonName.given, PersonName.literal)


class NoMarker:
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
    return Hits(revision, tuple(ids), total, facets={}, marker=NoMarker())


def _conditions(criteria: Criteria) -> Iterator[ColumnElement[bool]]:
    yield not_(is_behind_another())
    for word in re.findall(r"\w+", criteria.q)[:MAX_WORDS]:
        texts = [text.icontains(word, autoescape=True) for text in _TEXTS]
        names = [name.icontains(word, autoescape=True) for name in _NAMES]
        yield or_(*texts, _has_person(or_(*names)))
    if criteria.venue:
        yield Publication.venue.in_(criteria.venue)
    if criteria.type:
        yield Publication.type.in_(criteria.type)
    if criteria.tag:
        yield exists().where(
            PublicationTag.publication_id == Publication.id, PublicationTag.name.in_(criteria.tag)
        )
    if criteria.author:
        yield _has_person(or_(*(_is_named(name) for name in criteria.author)))
    if criteria.year:
        yield or_(*map(_in_years, criteria.year))


def _has_person(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Contribution.publication_id == Publication.id,
        Contribution.person_id == PersonName.id,
        condition,
    )


def _is_named(name: str) -> ColumnElement[bool]:
    whole = PersonName.given + " " + PersonName.family
    return or_(whole == name, PersonName.literal == name)


def _in_years(text: str) -> ColumnElement[bool]:
    first, dots, last = text.partition("..")
    last = last if dots else first
    return Publication.year.between(int(first or 0), int(last or 9999))
