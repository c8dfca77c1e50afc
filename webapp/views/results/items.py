"""A record as the page shows it: names joined, members and found words marked, links resolved.

Done here and not in the templates, because a list is rendered at every keystroke.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from ...config import Settings
from ...formats.latex.decoding import plain
from ...formats.links import doi_url
from ...records import LINK_KINDS, OTHERS, Link, Person, Record
from ...search.engine import Highlighter
from ..urls import Urls
from .bylines import Byline, Bylines, plain_name
from .highlighting import EMPTY, LOOKED_AT, around_mathematics, marked, spans_in
from .mathml import FormulaBudget

EQUAL_MARK = "*"
MAX_PARAGRAPHS = 1_000  # of an abstract; what follows is one more

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WEB_SCHEME = re.compile(r"(?:https?|ftp)://|mailto:", re.IGNORECASE)
_LINK_ORDER = {kind: place for place, kind in enumerate(LINK_KINDS)}


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
    snippet: Markup  # of the abstract, when it has words that nothing else shows
    paragraphs: tuple[Markup, ...]  # of the abstract; empty while it is closed
    versions: tuple[tuple[str, str], ...] = ()  # of the same work: what each is, address

    @property
    def heading(self) -> str:
        """What the item stands under in a list by year."""
        return issued_year(self.record) or "Undated"


class Presenter:
    """Turns records into items, as the settings of the site want them."""

    def __init__(self, settings: Settings) -> None:
        self._owner = plain_name(settings.owner)
        addresses = settings.profiles.values()
        self._orcid = next((a for a in addresses if "://orcid.org/" in a), "")
        self._members = {
            plain_name(name): member.url or ""
            for member in settings.everyone
            for name in (member.name, *member.variants)
        }
        self._bylines = Bylines(self._members, settings.authors_shown)

    def item(
        self,
        record: Record,
        marker: Highlighter | None,
        urls: Urls,
        *,
        opened: bool = False,
        behind: Iterable[Record] = (),
        formulas: FormulaBudget | None = None,
    ) -> Item:
        """`marker` says which words were found.

        `behind` are the other versions of the same work, `formulas` what the page can still draw.
        """
        title = record.title or "Untitled"
        formulas = formulas or FormulaBudget()
        byline = self._bylines.of(record, marker)
        snippet = EMPTY
        if marker and not opened:
            issue = ((record.venue, "venue"), (issued_year(record), "venue"))
            shown = ((title, "title"), *issue, (byline.found, "authors"))
            snippet = _snippet(record.abstract, marker, shown, formulas)
        return Item(
            record=record,
            slug=record.slug,
            title=marked(title, spans_in(marker, title, "title"), formulas),
            byline=byline,
            issued=issued(record, marker, formulas),
            snippet=snippet,
            paragraphs=paragraphs(record.abstract, marker, formulas) if opened else (),
            versions=versions(behind, urls),
        )

    def names(self, people: Iterable[Person], urls: Urls) -> list[Name]:
        """Everyone, each with an address to go to."""
        return [
            Name(
                name=person.name,
                address=self._address_of(person, urls),
                member=self._bylines.is_member(person.name),
                marks=person.marks or (EQUAL_MARK if person.equal else ""),
            )
            for person in people
        ]

    def own_address(self, person: Person) -> str:
        """The page of a member or the ORCID of the owner, as the settings have them."""
        name = plain_name(person.name)
        return self._members.get(name) or (self._orcid if name == self._owner else "")

    def _address_of(self, person: Person, urls: Urls) -> str:
        if person == OTHERS:
            return ""
        own = self._members.get(plain_name(person.name))
        return own or urls.filtered(author=person.name)


def paragraphs(
    text: str, marker: Highlighter | None = None, formulas: FormulaBudget | None = None
) -> tuple[Markup, ...]:
    """The paragraphs of an abstract, with the words found marked."""
    formulas = formulas or FormulaBudget()
    blocks = re.split(r"\n\s*\n", text, maxsplit=MAX_PARAGRAPHS)
    parts = (" ".join(block.split()) for block in blocks)
    return tuple(
        marked(part, spans_in(marker, part, "abstract"), formulas) for part in parts if part
    )


def issued_year(record: Record) -> str:
    """The year, or what stands for it: "forthcoming"."""
    return str(record.year) if record.year else record.date


def links(record: Record, urls: Urls) -> tuple[tuple[str, str], ...]:
    """Label and address of each link, in the order of LINK_KINDS, the identifiers among them."""
    found = list(record.links)
    kinds = {link.kind for link in found}
    if record.arxiv and "arxiv" not in kinds:
        found.append(Link("arxiv", f"https://arxiv.org/abs/{quote(record.arxiv)}"))
    if record.doi and "doi" not in kinds:
        found.append(Link("doi", doi_url(record.doi)))
    found.sort(key=lambda link: _LINK_ORDER[link.kind])
    return tuple((link.label, url) for link in found if (url := _address(link.url, urls)))


def versions(records: Iterable[Record], urls: Urls) -> tuple[tuple[str, str], ...]:
    """Return the label, "Preprint (2022)", and the address of each version of a work."""
    return tuple(
        (
            _version_label(one),
            urls.publication(one.slug),
        )
        for one in records
    )


def _version_label(record: Record) -> str:
    venue, year = plain(record.venue), issued_year(record)
    return f"{venue} ({year})" if venue and year else venue or year or "Another version"


def _address(url: str, urls: Urls) -> str:
    """An absolute address as it is, a name below `files/`; nothing for any other scheme."""
    if _WEB_SCHEME.match(url):
        return url
    return "" if _SCHEME.match(url) else urls.file(url.lstrip("/"))


def issued(
    record: Record, marker: Highlighter | None = None, formulas: FormulaBudget | None = None
) -> Markup:
    """Venue and year: "ASPLOS, 2023"."""
    formulas = formulas or FormulaBudget()
    venue, year = (
        marked(text, spans_in(marker, text, "venue"), formulas) if text else EMPTY
        for text in (record.venue, issued_year(record))
    )
    return Markup(f"{venue}, {year}") if venue and year else venue or year  # noqa: S704


def _snippet(
    abstract: str, marker: Highlighter, shown: Iterable[tuple[str, str]], formulas: FormulaBudget
) -> Markup:
    seen = [(text[:LOOKED_AT], field) for text, field in shown]
    window = marker.snippet(abstract[:LOOKED_AT], shown=seen)
    if window is None:
        return EMPTY
    start, end = around_mathematics(abstract, window)
    text = abstract[start:end]
    before = "… " if start else ""
    after = " …" if end < len(abstract) else ""
    return before + marked(text, spans_in(marker, text, "abstract"), formulas) + after
