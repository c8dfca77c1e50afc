"""A record as the page shows it: names joined, members and found words marked, links resolved.

Done here and not in the templates, because a list is rendered at every keystroke.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

from ..config import Settings
from ..formats.memory import remembered
from ..formats.scholar import coins
from ..records import LINK_KINDS, OTHERS, Link, Person, Record
from ..search.engine import Marker, Span
from ..search.text import fold

EQUAL_MARK = "*"
KEPT_COINS = 4096  # as many as the catalog keeps records for lists
MIN_HIDDEN = 3  # to hide one or two names saves nothing

EMPTY = Markup()
COMMA = Markup(", ")
GAP = Markup("…")

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WEB_SCHEME = re.compile(r"(?:https?|ftp)://|mailto:", re.IGNORECASE)
_LINK_ORDER = {kind: place for place, kind in enumerate(LINK_KINDS)}


@dataclass(frozen=True, slots=True)
class Byline:
    """Names ready to print. `short` leaves `hidden` of them out; it is empty when nobody is."""

    whole: Markup
    short: Markup = EMPTY
    hidden: int = 0
    equal: bool = False  # someone carries the mark of equal contribution


@dataclass(frozen=True, slots=True)
class Name:
    """One person on a publication's own page."""

    name: str
    address: str  # of the member's own page, or of all that the person wrote; may be empty
    member: bool
    marks: str  # "*†": said to be equal, deceased, corresponding ...


@dataclass(frozen=True, slots=True)
class Item:
    """One publication of a list."""

    record: Record
    slug: str
    title: Markup
    byline: Byline
    issued: Markup  # "ASPLOS, 2023"
    snippet: Markup  # of the abstract, when nothing else shows why it was found
    links: tuple[tuple[str, str], ...]  # label, address
    paragraphs: tuple[Markup, ...]  # of the abstract; empty while it is closed
    coins: Markup  # what Zotero reads

    @property
    def heading(self) -> str:
        """What the item stands under in a list by year."""
        return issued_year(self.record) or "Undated"


class Presenter:
    """Turns records into items, as the settings of the site want them."""

    def __init__(self, settings: Settings) -> None:
        self._shown = settings.authors_shown
        self._owner = _plain_name(settings.owner)
        addresses = settings.profiles.values()
        self._orcid = next((a for a in addresses if "://orcid.org/" in a), "")
        self._members = {
            _plain_name(name): member.url or ""
            for member in settings.everyone
            for name in (member.name, *member.variants)
        }

    def item(self, record: Record, marker: Marker | None, root: str, opened: bool = False) -> Item:
        """`marker` says which words were found; `root` is the path that the site lives under."""
        title = record.title or "Untitled"
        title_spans = marker.spans(title, "title") if marker else ()
        venue_spans = marker.spans(record.venue, "venue") if marker else ()
        byline, named = self.byline(record, marker)
        snippet = EMPTY
        if marker and not opened and not (title_spans or venue_spans or named):
            snippet = _snippet(record.abstract, marker)
        return Item(
            record=record,
            slug=record.slug,
            title=marked(title, title_spans),
            byline=byline,
            issued=issued(record, venue_spans),
            snippet=snippet,
            links=links(record, root),
            paragraphs=paragraphs(record.abstract, marker) if opened else (),
            coins=_coins(record),
        )

    def byline(self, record: Record, marker: Marker | None = None) -> tuple[Byline, bool]:
        """The authors, or else the editors; and whether any of the words found is a name."""
        people = record.authors or record.editors
        if not people:
            return Byline(EMPTY), False
        spans = _spans_of_names(people, marker) if marker else {}
        names = [self._marked_name(person, spans.get(i, ())) for i, person in enumerate(people)]
        shown = self._shown_places(people, spans)
        return Byline(
            whole=COMMA.join(names) + _role(record),
            short=COMMA.join(_with_gaps(names, shown)) if len(shown) < len(people) else EMPTY,
            hidden=len(people) - len(shown),
            equal=any(person.equal for person in people),
        ), bool(spans)

    def names(self, people: Iterable[Person], root: str) -> list[Name]:
        """Everyone, each with an address to go to."""
        return [
            Name(
                name=person.name,
                address=self._address_of(person, root),
                member=self._is_member(person),
                marks=person.marks or (EQUAL_MARK if person.equal else ""),
            )
            for person in people
        ]

    def own_address(self, person: Person) -> str:
        """The page of a member or the ORCID of the owner, as the settings have them."""
        name = _plain_name(person.name)
        return self._members.get(name) or (self._orcid if name == self._owner else "")

    def _address_of(self, person: Person, root: str) -> str:
        if person == OTHERS:
            return ""
        own = self._members.get(_plain_name(person.name))
        return own or f"{root}/?{urlencode({'author': person.name})}"

    def _is_member(self, person: Person) -> bool:
        return _plain_name(person.name) in self._members

    def _marked_name(self, person: Person, spans: Sequence[Span]) -> Markup:
        name = marked(person.name, spans)
        if not person.name.isascii():  # a right-to-left name leaves its neighbours in place
            name = Markup("<bdi>") + name + Markup("</bdi>")
        if self._is_member(person):
            name = Markup("<b>") + name + Markup("</b>")
        return name + Markup("<sup>*</sup>") if person.equal else name

    def _shown_places(self, people: Sequence[Person], found: Iterable[int]) -> list[int]:
        """The first few, and wherever they stand the members and those who were searched for."""
        members = (i for i, person in enumerate(people) if self._is_member(person))
        shown = {*range(min(self._shown, len(people))), *members, *found}
        return sorted(shown) if len(people) - len(shown) >= MIN_HIDDEN else list(range(len(people)))


def _make_coins(record: Record) -> Markup:
    return Markup('<span class="Z3988" title="{}"></span>').format(coins(record))


_coins = remembered(_make_coins, KEPT_COINS)


def marked(text: str, spans: Sequence[Span]) -> Markup:
    """The text, escaped, with `<mark>` around the spans."""
    if not spans:
        return escape(text)
    parts: list[Markup] = []
    end = 0
    for start, stop in spans:
        parts += [
            escape(text[end:start]),
            Markup("<mark>"),
            escape(text[start:stop]),
            Markup("</mark>"),
        ]
        end = stop
    return EMPTY.join([*parts, escape(text[end:])])


def paragraphs(text: str, marker: Marker | None = None) -> tuple[Markup, ...]:
    """The paragraphs of an abstract, with the words found marked."""
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    return tuple(
        marked(part, marker.spans(part, "abstract") if marker else ()) for part in parts if part
    )


def issued_year(record: Record) -> str:
    """The year, or what stands for it: "forthcoming"."""
    return str(record.year) if record.year else record.date


def links(record: Record, root: str) -> tuple[tuple[str, str], ...]:
    """Label and address of each link, in the order of LINK_KINDS, the identifiers among them."""
    found = list(record.links)
    kinds = {link.kind for link in found}
    if record.arxiv and "arxiv" not in kinds:
        found.append(Link("arxiv", f"https://arxiv.org/abs/{quote(record.arxiv)}"))
    if record.doi and "doi" not in kinds:
        found.append(Link("doi", doi_address(record.doi)))
    found.sort(key=lambda link: _LINK_ORDER[link.kind])
    return tuple((link.label, url) for link in found if (url := _address(link.url, root)))


def doi_address(doi: str) -> str:
    return f"https://doi.org/{quote(doi, safe='/:;().,+@!*~')}"


def _address(url: str, root: str) -> str:
    """An absolute address as it is, a name below `files/`; nothing for any other scheme."""
    if _WEB_SCHEME.match(url):
        return url
    return "" if _SCHEME.match(url) else f"{root}/files/{quote(url.lstrip('/'))}"


def issued(record: Record, venue_spans: Sequence[Span] = ()) -> Markup:
    """Venue and year: "ASPLOS, 2023"."""
    venue = marked(record.venue, venue_spans) if record.venue else EMPTY
    year = escape(issued_year(record))
    return COMMA.join(part for part in (venue, year) if part)


def _snippet(abstract: str, marker: Marker) -> Markup:
    window = marker.snippet(abstract)
    if window is None:
        return EMPTY
    start, end = window
    text = abstract[start:end]
    before = "… " if start else ""
    after = " …" if end < len(abstract) else ""
    return before + marked(text, marker.spans(text, "abstract")) + after


def _spans_of_names(people: Sequence[Person], marker: Marker) -> dict[int, list[Span]]:
    """The spans found in each name, by its place: one look at all of the names together."""
    starts = []
    position = 0
    for person in people:
        starts.append(position)
        position += len(person.name) + 2
    text = ", ".join(person.name for person in people)
    return dict(_split_spans(marker.spans(text, "authors"), starts, people))


def _split_spans(
    spans: Sequence[Span], starts: Sequence[int], people: Sequence[Person]
) -> Iterator[tuple[int, list[Span]]]:
    if not spans:
        return
    for place, (start, person) in enumerate(zip(starts, people, strict=True)):
        end = start + len(person.name)
        inside = [
            (max(first, start) - start, min(last, end) - start)
            for first, last in spans
            if first < end and last > start
        ]
        if inside:
            yield place, inside


def _with_gaps(names: Sequence[Markup], shown: Sequence[int]) -> Iterator[Markup]:
    """The names at the places shown, with an ellipsis wherever some between them are left out."""
    previous = -1
    for place in shown:
        if place != previous + 1:
            yield GAP
        yield names[place]
        previous = place


def _role(record: Record) -> str:
    if record.authors:
        return ""
    return " (editors)" if len(record.editors) > 1 else " (editor)"


@lru_cache(maxsize=4096)
def _plain_name(name: str) -> str:
    """A name without case, accents and dots, in reading order: two spellings that are one."""
    family, comma, given = name.partition(",")
    if comma:
        name = f"{given} {family}"
    return " ".join(re.findall(r"\w+", fold(name)))
