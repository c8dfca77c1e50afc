"""EndNote's XML to records, through the tags of EndNote's tagged format."""

import re
from collections.abc import Iterator
from typing import Final

from .. import building
from ..building import Progress
from ..reading import Block, Reading
from ..tagged import endnote
from ..tagged.lines import Tag, Tagged
from ..vocabulary import CONTAINED
from .elements import Element, elements, first_text, line_of, texts

# EndNote's tags, and the elements that hold their values.
_PATHS: Final = {
    "A": "contributors/authors/author", "E": "contributors/secondary-authors/author",
    "T": "titles/title", "!": "titles/short-title", "V": "volume", "N": "number",
    "I": "publisher", "C": "pub-location", "7": "edition", "X": "abstract",
    "R": "electronic-resource-num", "G": "language", "P": "pages", "S": "titles/tertiary-title",
    "K": "keywords/keyword", ">": "urls/pdf-urls/url", "Z": "notes", "@": "isbn", "9": "work-type",
    "F": "label", "]": "custom7",
}  # fmt: skip
_CONTAINERS: Final = ("titles/secondary-title", "periodical/full-title", "titles/alt-title")
_SHORT_CONTAINERS: Final = ("periodical/abbr-1", "alt-periodical/abbr-1")
_RECORD = re.compile(r"<records?>.{0,2000}<(?:ref-type|rec-number)\b", re.DOTALL)
_HEAD: Final = 20_000  # characters in which the first record starts
_YEAR = re.compile(r"\d{4}")


def looks_like(text: str) -> bool:
    """Return whether a text has the elements that start a record of EndNote."""
    return bool(_RECORD.search(text, 0, _HEAD))


def read(text: str, progress: Progress | None = None) -> Reading:
    """Read the records of a file."""
    return building.read_entries(elements(text, "record"), _block, line_of, progress)


def _block(record: Element) -> Block:
    return endnote.block(Tagged(line_of(record), list(_tags(record))))


def _tags(record: Element) -> Iterator[Tag]:
    kind = next((element.get("name", "") for element in record.iterfind("ref-type")), "")
    yield "0", kind
    for tag, path in _PATHS.items():
        yield from ((tag, value) for value in texts(record, path))
    yield from (("Z", value) for value in texts(record, "research-notes"))
    contained = endnote.TYPES.get(kind.lower()) in CONTAINED
    yield "B" if contained else "J", first_text(record, *_CONTAINERS)
    yield "O", first_text(record, *_SHORT_CONTAINERS)
    year, day = first_text(record, "dates/year"), first_text(record, "dates/pub-dates/date")
    yield "8", day if _YEAR.search(day) else f"{year} {day}".strip()
    # "<Go to ISI>://0002" is an address that only EndNote can open.
    addresses = texts(record, "urls/related-urls/url") + texts(record, "urls/web-urls/url")
    yield from (("U", address) for address in addresses if not address.startswith("<"))
