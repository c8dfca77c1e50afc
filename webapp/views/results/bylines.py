"""The authors line of an item: members and matches emphasized, long lists of names shortened."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from markupsafe import Markup

from ...records import Person, Record
from ...search.engine import Highlighter, Span
from ..language import ngettext
from ..markup import EMPTY, join
from ..urls import Urls
from .highlighting import highlight, matching_spans
from .mathml import FormulaBudget, tex_cost
from .people import People

MAX_TEX = 200  # characters of TeX in the names of a record; beyond, no formula is rendered
MAX_LINKED = 200  # names of a record that are links; a list of physicists has thousands
MAX_UNFETCHED = 100  # hidden names that a list has; if there are more, they are fetched
MIN_HIDDEN = 3  # hiding one or two names saves no space

COMMA = Markup(", ")
ELLIPSIS = Markup("…")


class RenderName(Protocol):
    """The macro `name` of `publications/_record.html`."""

    def __call__(self, person: Person, name: Markup, url: str, *, member: bool) -> Markup:
        """Render a name that is escaped and highlighted already, as a link if `url` is not ""."""
        ...


@dataclass(frozen=True, slots=True)
class Byline:
    """Names as HTML. `short` omits `hidden` of them; it is empty if all are shown.

    `names` is empty if the list leaves them to a request: more than MAX_UNFETCHED are hidden.
    """

    names: Markup = EMPTY
    short: Markup = EMPTY
    hidden: int = 0
    role: str = ""  # " (editors)"
    equal: bool = False  # someone is marked as an equal contributor
    matched_text: str = ""  # all names as text if the query matches in one of them


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a record without highlights. `text` joins them; each begins at its start."""

    people: tuple[Person, ...]
    text: str
    starts: tuple[int, ...]
    urls: tuple[str, ...]  # of what each person wrote; "" for those without a link
    html: tuple[Markup, ...]
    has_formulas: bool  # whether formulas in them are rendered as MathML
    members: frozenset[int]  # indexes into `people`
    role: str
    equal: bool


class Bylines:
    """Makes bylines. The names of a record are the same in every search, so they can be cached."""

    def __init__(self, people: People, shown: int, render_name: RenderName) -> None:
        """`shown` is the number of names before the others are hidden."""
        self._people = people
        self._shown = shown
        self._render_name = render_name

    def names(self, record: Record, urls: Urls) -> Names:
        """Return the authors, or else the editors, the first MAX_LINKED as links to their works."""
        people = record.authors or record.editors
        attributed = self._people.attribute(record, people, urls, MAX_LINKED)
        names = [person.name for person in people]
        text = str(COMMA).join(names)
        has_formulas = tex_cost(text) <= MAX_TEX
        members = frozenset(i for i, item in enumerate(attributed) if item.member)
        works = [item.url for item in attributed]
        lengths = (len(name) + len(COMMA) for name in names[:-1])
        return Names(
            people=people,
            text=text,
            starts=tuple(accumulate(lengths, initial=0)),
            urls=tuple(works),
            html=tuple(
                self._name(person, highlight(name, (), _budget(has_formulas)), url, i in members)
                for i, (person, name, url) in enumerate(zip(people, names, works, strict=True))
            ),
            has_formulas=has_formulas,
            members=members,
            role=_role(record),
            equal=any(person.equal for person in people),
        )

    def byline(self, names: Names, spans: Sequence[Span] = (), *, whole: bool = False) -> Byline:
        """Return the byline of a record, with the spans of its names highlighted.

        `whole` is set for the answer to a request for all names.
        """
        spans_by_name = _split_spans(spans, names)
        html = list(names.html)
        for index, name_spans in spans_by_name.items():
            person, is_member = names.people[index], index in names.members
            name = highlight(person.name, name_spans, _budget(names.has_formulas))
            html[index] = self._name(person, name, names.urls[index], is_member)
        shown = self._shown_indexes(names, spans_by_name)
        short = join(_with_ellipses(html, shown), COMMA) if len(shown) < len(html) else EMPTY
        hidden = len(html) - len(shown)
        return Byline(
            names=join(html, COMMA) if whole or hidden <= MAX_UNFETCHED else EMPTY,
            short=short,
            hidden=hidden,
            role=names.role,
            equal=names.equal,
            matched_text=names.text if spans_by_name else "",
        )

    def matching(self, names: Names, highlighter: Highlighter | None) -> Byline | None:
        """Return the byline with matches highlighted; None if no name matches."""
        spans = matching_spans(highlighter, names.text, "authors")
        return self.byline(names, spans) if spans else None

    def _name(self, person: Person, name: Markup, url: str, is_member: bool) -> Markup:
        if not (url or is_member or person.equal) and name.isascii():
            return name  # the macro would take five times as long
        return self._render_name(person, name, url, member=is_member)

    def _shown_indexes(self, names: Names, matches: Iterable[int]) -> Sequence[int]:
        """Return the first few, and all members and matches."""
        count = len(names.people)
        shown = {*range(min(self._shown, count)), *names.members, *matches}
        return sorted(shown) if count - len(shown) >= MIN_HIDDEN else range(count)


def _budget(has_formulas: bool) -> FormulaBudget:
    return FormulaBudget() if has_formulas else FormulaBudget(0)


def _split_spans(spans: Sequence[Span], names: Names) -> Mapping[int, Sequence[Span]]:
    """Return for each name with matches their spans within it, from spans in the joined text."""
    spans_by_name: dict[int, list[Span]] = {}
    bounds = (*names.starts, len(names.text) + len(COMMA))
    for first, last in spans:
        index = bisect_right(names.starts, first) - 1
        while index < len(names.starts) and names.starts[index] < last:
            start = names.starts[index]
            span = (
                max(first, start) - start,
                min(last, bounds[index + 1] - len(COMMA)) - start,
            )
            if span[0] < span[1]:
                spans_by_name.setdefault(index, []).append(span)
            index += 1
    return spans_by_name


def _with_ellipses(names: Sequence[Markup], shown: Sequence[int]) -> Iterator[Markup]:
    """Yield the names at the indexes shown, and an ellipsis wherever some are left out."""
    previous = -1
    for index in shown:
        if index != previous + 1:
            yield ELLIPSIS
        yield names[index]
        previous = index


def _role(record: Record) -> str:
    if record.authors or not record.editors:
        return ""
    role = ngettext("(editor)", "(editors)", len(record.editors))
    return f" {role}"
