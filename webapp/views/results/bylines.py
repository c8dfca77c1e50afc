"""The names of a record as a list shows them: members and names found marked, long lists cut."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from markupsafe import Markup

from ...catalog import CACHED_RECORDS
from ...formats.memory import remembered
from ...records import Person, Record
from ...search.engine import Highlighter, Span
from ...search.text import fold
from .highlighting import EMPTY, marked, spans_in
from .mathml import FormulaBudget, tex_cost

_WORD = re.compile(r"\w+")
DRAWN = 200  # characters of TeX in the names of a record; of more none is drawn
MIN_HIDDEN = 3  # to hide one or two names saves nothing

COMMA = ", "
GAP = "…"


@dataclass(frozen=True, slots=True)
class Byline:
    """Names ready to print. `short` leaves `hidden` of them out; it is empty when nobody is."""

    whole: Markup = EMPTY
    short: Markup = EMPTY
    hidden: int = 0
    equal: bool = False  # someone carries the mark of equal contribution
    found: str = ""  # all names, if some of the words searched for are in one


@dataclass(frozen=True, slots=True)
class _Names:
    """What is the same in every search: the names and where each begins in `text`."""

    people: tuple[Person, ...]
    text: str
    starts: tuple[int, ...]
    html: tuple[str, ...]  # each escaped
    drawn: bool  # whether formulas in them become MathML
    members: frozenset[int]  # their places
    role: str
    equal: bool


class Bylines:
    """Writes bylines, quickly: most of each is made once for a record."""

    def __init__(self, members: Iterable[str], shown: int) -> None:
        """`members`: names to be marked, plain. `shown`: how many names before the rest hides."""
        self._members = frozenset(members)
        self._shown = shown
        self._names = remembered(self._make_names, CACHED_RECORDS)
        self._plain = remembered(
            lambda record: self._byline(self._names(record), {}), CACHED_RECORDS
        )

    def of(self, record: Record, marker: Highlighter | None = None) -> Byline:
        """The authors, or else the editors."""
        names = self._names(record)
        spans = spans_in(marker, names.text, "authors")
        return self._byline(names, _by_place(spans, names)) if spans else self._plain(record)

    def is_member(self, name: str) -> bool:
        return bool(self._members) and plain_name(name) in self._members

    def _make_names(self, record: Record) -> _Names:
        people = record.authors or record.editors
        names = [person.name for person in people]
        text = COMMA.join(names)
        drawn = tex_cost(text) <= DRAWN
        lengths = (len(name) + len(COMMA) for name in names[:-1])
        return _Names(
            people=people,
            text=text,
            starts=tuple(accumulate(lengths, initial=0)),
            html=tuple(self._name(person, (), drawn=drawn) for person in people),
            drawn=drawn,
            members=frozenset(i for i, name in enumerate(names) if self.is_member(name)),
            role=_role(record),
            equal=any(person.equal for person in people),
        )

    def _byline(self, names: _Names, found: Mapping[int, Sequence[Span]]) -> Byline:
        html = list(names.html)
        for place, inside in found.items():
            html[place] = self._name(names.people[place], inside, drawn=names.drawn)
        shown = self._shown_places(names, found)
        return Byline(
            whole=_joined(html) + names.role,
            short=_joined(_with_gaps(html, shown)) if len(shown) < len(html) else EMPTY,
            hidden=len(html) - len(shown),
            equal=names.equal,
            found=names.text if found else "",
        )

    def _name(self, person: Person, spans: Sequence[Span], *, drawn: bool) -> str:
        name = person.name
        html: str = marked(name, spans, FormulaBudget() if drawn else FormulaBudget(0))
        if not name.isascii():  # a right-to-left name leaves its neighbours in place
            html = f"<bdi>{html}</bdi>"
        if self.is_member(name):
            html = f"<b>{html}</b>"
        return f"{html}<sup>*</sup>" if person.equal else html

    def _shown_places(self, names: _Names, found: Iterable[int]) -> Sequence[int]:
        """The first few, and wherever they stand the members and those who were searched for."""
        count = len(names.people)
        shown = {*range(min(self._shown, count)), *names.members, *found}
        return sorted(shown) if count - len(shown) >= MIN_HIDDEN else range(count)


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A name without case, accents and dots, in reading order: two spellings that are one."""
    family, comma, given = name.partition(",")
    if comma:
        name = f"{given} {family}"
    return " ".join(_WORD.findall(fold(name)))


def _by_place(spans: Sequence[Span], names: _Names) -> dict[int, list[Span]]:
    """The spans found in all the names together, for each name its own."""
    found: dict[int, list[Span]] = {}
    bounds = (*names.starts, len(names.text) + len(COMMA))
    for first, last in spans:
        place = bisect_right(names.starts, first) - 1
        while place < len(names.starts) and names.starts[place] < last:
            start = names.starts[place]
            inside = (max(first, start) - start, min(last, bounds[place + 1] - len(COMMA)) - start)
            if inside[0] < inside[1]:
                found.setdefault(place, []).append(inside)
            place += 1
    return found


def _joined(names: Iterable[str]) -> Markup:
    return Markup(COMMA.join(names))  # noqa: S704  each of them is escaped


def _with_gaps(names: Sequence[str], shown: Sequence[int]) -> Iterator[str]:
    """The names at the places shown, with an ellipsis wherever some between them are left out."""
    previous = -1
    for place in shown:
        if place != previous + 1:
            yield GAP
        yield names[place]
        previous = place


def _role(record: Record) -> str:
    if record.authors or not record.editors:
        return ""
    return " (editors)" if len(record.editors) > 1 else " (editor)"
