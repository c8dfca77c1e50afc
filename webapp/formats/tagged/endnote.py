"""EndNote's tagged format (.enw) to records and back."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ...records import Record
from .. import building, dates, exporting, vocabulary
from ..building import Progress
from ..notes import private_note, separate_notes
from ..reading import Block, Reading
from ..truncation import find_incomplete_entry
from ..vocabulary import CONTAINED
from . import lines, ris
from .lines import Tag, Tagged

_TAG = re.compile(r"^%(?P<tag>[0-9A-Z@!#$&()*+^><=?~\[\]|,;:'\"-])(?:[ \t]+(?P<value>.*))?$")
_START = re.compile(r"^%0[ \t]", re.MULTILINE)
_TITLE = re.compile(r"^%T[ \t]", re.MULTILINE)
_KEY_AT_END = re.compile(r"^%F[ \t][^\n]*+\s*+\Z", re.MULTILINE)
_PUBLIC_NOTE: Final = "note: "  # prefix of a copy of the public note in the first custom field
_HOW_PUBLISHED: Final = "howpublished: "  # prefix of that field in the second custom field
TYPES: Final = {
    "journal article": "article", "journal": "article", "article": "article",
    "magazine article": "article", "newspaper article": "article",
    "electronic article": "article", "book": "book", "edited book": "collection",
    "electronic book": "book", "book section": "incollection",
    "conference paper": "inproceedings", "conference proceedings": "inproceedings",
    "conference": "inproceedings", "thesis": "phdthesis", "report": "techreport",
    "unpublished work": "unpublished", "manuscript": "unpublished", "web page": "online",
    "electronic source": "online", "computer program": "software", "dataset": "dataset",
    "patent": "patent", "standard": "standard", "generic": "misc",
}  # fmt: skip
_TYPES_WRITTEN: Final = {kind: name.title() for name, kind in reversed(TYPES.items())} | {
    "article": "Journal Article", "inproceedings": "Conference Paper", "thesis": "Thesis",
    "conference": "Conference Paper", "inbook": "Book Section", "mastersthesis": "Thesis",
    "report": "Report", "proceedings": "Conference Proceedings",
}  # fmt: skip
_FIELDS: Final = {
    "title": "T", "volume": "V", "number": "N", "publisher": "I", "address": "C",
    "edition": "7", "abstract": "X", "doi": "R", "language": "G", "pages": "P", "series": "S",
    "shorttitle": "!",
}  # fmt: skip


def looks_like(text: str) -> bool:
    """Return whether a text has the tag that starts an entry of EndNote."""
    return bool(re.search(r"^%0[ \t]+\S", text, re.MULTILINE)) and "@" not in text[:1]


def find_truncation(text: str) -> int:
    """Return the place where a last entry is cut, or -1. Octavo writes the key last."""
    place = lines.find_partial_line(text)
    return place if place >= 0 else find_incomplete_entry(text, _START, [_TITLE], [_KEY_AT_END])


def read(text: str, progress: Progress | None = None) -> Reading:
    """Read the entries of a file."""
    return building.read_entries(lines.split(text, _TAG, "0"), block, lines.line_of, progress)


def block(entry: Tagged) -> Block:
    """Return the block of an entry; EndNote's XML has the same fields."""
    kind = TYPES.get(entry.first("0").lower(), "misc")
    kind = vocabulary.thesis_type(kind, entry.first("9"))
    fields = [(name, entry.first(*tags)) for name, tags in _FIELDS.items()]
    fields.append(("eid", ris.article_number(entry.first("]"))))
    fields.append(("date", dates.with_year(entry.first("8"), entry.first("D"))))
    fields.append(("author", building.people_source(ris.people(entry.all("A")))))
    fields.append(("editor", building.people_source(ris.people(entry.all("E")))))
    container = entry.first("B", "J") if kind in CONTAINED else entry.first("J", "B")
    short_title = entry.first("O")
    name, short_name = vocabulary.container_fields(kind)
    fields += [(name, container), (short_name, short_title if short_title != container else "")]
    fields.append(("keywords", building.keywords("\n".join(entry.all("K")).split("\n"))))
    fields.append(("url", " ".join(entry.all("U"))))
    fields.append(("pdf", entry.first(">")))
    custom = entry.first("1")
    public_note = custom.removeprefix(_PUBLIC_NOTE) if custom.startswith(_PUBLIC_NOTE) else ""
    fields += separate_notes(entry.all("Z"), public_note)
    custom = entry.first("2")
    fields.append(("howpublished", custom.partition(_HOW_PUBLISHED)[2]))
    fields.append((vocabulary.serial_field(kind), entry.first("@")))
    fields = [pair for pair in vocabulary.rename_publisher(fields, kind) if pair[1]]
    return Block(entry.line, kind, building.citation_key(entry.first("F")), fields)


def write(records: Iterable[Record]) -> Iterator[str]:
    """Yield the entry of each record."""
    return lines.write(records, _tags, "%{} ")


def _tags(record: Record) -> Iterator[Tag]:
    fields = record.fields
    yield "0", _TYPES_WRITTEN.get(record.type, "Generic")
    if record.type == "mastersthesis":
        yield "9", vocabulary.MASTERS_THESIS
    yield "T", record.title
    yield from (("A", ris.written_name(person)) for person in record.authors)
    yield from (("E", ris.written_name(person)) for person in record.editors)
    yield "B" if record.type in CONTAINED else "J", record.container
    yield "O", exporting.short_container(record)
    yield from (("D", str(record.year or "")), ("8", record.date))
    for name in ("volume", "number", "edition", "pages", "address", "series"):
        yield _FIELDS[name], fields.get(name, "")
    yield "]", fields.get("eid", "")
    yield "I", exporting.first_field(record)
    yield "@", fields.get("issn", "") or fields.get("isbn", "")
    yield from (("G", exporting.language(record)), ("!", fields.get("shorttitle", "")))
    if note := fields.get("note"):
        yield from (("Z", note), ("1", _PUBLIC_NOTE + note))
    if how_published := fields.get("howpublished"):
        yield "2", _HOW_PUBLISHED + how_published
    yield from (("Z", private_note(record)), ("R", record.doi))
    yield from (("K", tag) for tag in record.tags)
    yield "X", record.abstract
    yield from lines.link_tags(record, ">", "U")
    yield "F", record.key  # last, so that a truncated file is recognized
