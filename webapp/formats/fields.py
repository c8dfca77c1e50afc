"""The fields of one entry while its record is built."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from . import dates, inline, links
from .vocabulary import OPEN_ACCESS, RICH_FIELDS, TITLE_FIELDS

_ARTICLE = re.compile(
    r"(?:(?:art(?:icle|\.)?|paper)(?:\s++(?:no|nr|num(?:ber)?|id)\b\.?)?+|no\.?|nr\.?)[\s:#]++(\S*\d.*)",
    re.IGNORECASE,
)
_DASHES = re.compile(r"[-–—]+")
_BEFORE_PAGES = re.compile(
    r"(?:(?:pp?|pgs?|pages?|seiten?)(?:\.\s*+|\s++)|S\.\s*+)(?=\w{0,9}\d|[ivxlc]+\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to check an entry. Readers add the line."""

    reason: str
    message: str


@dataclass(slots=True)
class Fields:
    """The fields of one entry by canonical name, and which of them attributes hold."""

    source: Mapping[str, str]
    kind: str
    taken: set[str] = field(default_factory=set)
    unknown: dict[str, list[str]] = field(default_factory=dict)  # macros in the text, by field
    doubts: list[Doubt] = field(default_factory=list)
    protects_case: bool = False  # whether titles have the braces that keep their case, as <nc>

    def raw(self, name: str) -> str:
        """Return the source of a field."""
        return self.source.get(name, "")

    def text(self, name: str, *, paragraphs: bool = False) -> str:
        """Return the text of a field, on one line unless `paragraphs` is set."""
        source = self.source.get(name)
        if not source:
            return ""
        elements = inline.ELEMENTS if name in RICH_FIELDS else ()
        if self.protects_case and name in TITLE_FIELDS:
            elements = (*elements, "nc")
        decoded = inline.decode(source, elements, paragraphs=paragraphs)
        if decoded.unknown:
            self.unknown[name] = list(decoded.unknown)
        return decoded.text

    def take(self, name: str, *, paragraphs: bool = False) -> str:
        """Return the text of a field, which an attribute of the record holds from now on."""
        self.taken.add(name)
        return self.text(name, paragraphs=paragraphs)

    def value(self, name: str) -> str:
        """Return the text of a field as it is shown, which is "" for what it cannot be."""
        if name == OPEN_ACCESS:
            return links.address(self.raw(name))
        return _SHOWN.get(name, str)(self.text(name))

    def doubt(self, reason: str, message: str) -> None:
        """Add a doubt about the entry."""
        self.doubts.append(Doubt(reason, message))


def _pages(written: str) -> str:
    """Return pages without what is no page: "pp.", arXiv's identifier, and a range of one page."""
    if links.is_arxiv(written):
        return ""
    if word := _BEFORE_PAGES.match(written):
        written = written[word.end() :]
    first, *last = map(str.strip, _DASHES.split(written))
    return first if last in ([first], [""]) else written


def article_number(written: str) -> str:
    """Return the number alone of "Paper 640" and "Art. No. 12"; "" if no word says what it is."""
    article = _ARTICLE.fullmatch(written)
    return article[1] if article else ""


def _eid(written: str) -> str:
    """Return an article number, unless it is the identifier of arXiv, as ADS writes it."""
    return "" if links.is_arxiv(written) else article_number(written) or written


def _volume(written: str) -> str:
    """Return a volume, unless it is the number of a preprint: dblp's "abs/1706.03762"."""
    bare = written.strip().removeprefix("abs/")
    return "" if links.is_arxiv(bare) or links.arxiv(bare) else written


def _count(written: str) -> str:
    """Return a number of pages, unless it is 0, as programs write an unknown one."""
    return "" if not written.strip("0 ") else written


# What fields show in place of what is written.
_SHOWN: Final[Mapping[str, Callable[[str], str]]] = {
    "pages": _pages,
    "eid": _eid,
    "pagetotal": _count,
    "numpages": _count,
    "volume": _volume,
    "pubstate": dates.publication_state,
}
