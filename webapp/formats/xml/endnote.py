"""EndNote's XML -> records, by way of EndNote's tagged form."""

import re
from collections.abc import Iterator
from typing import Final

from .. import building
from ..building import Progress
from ..reading import Block, Reading
from ..tagged import endnote
from ..tagged.lines import Tagged
from ..time_limit import each_guarded
from ..vocabulary import CONTAINED
from .entries import Element, each, elements, line_of, words

# EndNote's tags, and where the XML has what stands after them.
_PLACES: Final = {
    "A": "contributors/authors/author", "E": "contributors/secondary-authors/author",
    "T": "titles/title", "!": "titles/short-title", "V": "volume", "N": "number",
    "I": "publisher", "C": "pub-location", "7": "edition", "X": "abstract",
    "R": "electronic-resource-num", "G": "language", "P": "pages", "S": "titles/tertiary-title",
    "K": "keywords/keyword", ">": "urls/pdf-urls/url", "Z": "notes", "@": "isbn", "9": "work-type",
    "F": "label",
}  # fmt: skip
_AROUND: Final = ("titles/secondary-title", "periodical/full-title", "titles/alt-title")
_SHORT: Final = ("periodical/abbr-1", "alt-periodical/abbr-1")
_YEAR = re.compile(r"\d{4}")


def looks_like(text: str) -> bool:
    return bool(re.search(r"<records?>.{0,2000}<(?:ref-type|rec-number)\b", text, re.DOTALL))


def read(text: str, progress: Progress | None = None) -> Reading:
    found = each_guarded(elements(text, "record"), _block, line_of)
    return building.from_text("endnote-xml", found, progress)


def _block(record: Element) -> Block:
    return endnote.block(Tagged(line_of(record), list(_tags(record))))


def _tags(record: Element) -> Iterator[tuple[str, str]]:
    kind = next((found.get("name", "") for found in record.iterfind("ref-type")), "")
    yield "0", kind
    for tag, place in _PLACES.items():
        yield from ((tag, value) for value in each(record, place))
    yield from (("Z", value) for value in each(record, "research-notes"))
    around = next(filter(None, (words(record, place) for place in _AROUND)), "")
    yield "B" if endnote.TYPES.get(kind.lower()) in CONTAINED else "J", around
    yield "O", next(filter(None, (words(record, place) for place in _SHORT)), "")
    year, day = words(record, "dates/year"), words(record, "dates/pub-dates/date")
    yield "8", day if _YEAR.search(day) else f"{year} {day}".strip()
    # Addresses that only EndNote can follow are no links: <Go to ISI>://0002
    addresses = each(record, "urls/related-urls/url") + each(record, "urls/web-urls/url")
    yield from (("U", address) for address in addresses if not address.startswith("<"))
