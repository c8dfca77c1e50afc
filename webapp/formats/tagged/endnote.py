"""EndNote's tagged form (.enw) <-> records."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ...records import Record
from .. import building
from ..building import Progress
from ..notes import notes_apart, private_note
from ..reading import Block, Reading
from ..time_limit import each_guarded
from ..vocabulary import CONTAINED
from . import ris
from .lines import Tagged, continued, cut, line_of

_TAG = re.compile(r"^%(?P<tag>[0-9A-Z@!#$&()*+^><=?~\[\]|,;:'\"-])(?:[ \t]+(?P<value>.*))?$")
_NOTE: Final = "note: "  # in the first custom field: which of the notes is for everyone
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
_WRITTEN: Final = {kind: name.title() for name, kind in reversed(TYPES.items())} | {
    "article": "Journal Article", "inproceedings": "Conference Paper", "thesis": "Thesis",
    "conference": "Conference Paper", "inbook": "Book Section", "mastersthesis": "Thesis",
    "report": "Report", "proceedings": "Conference Proceedings",
}  # fmt: skip
_FIELDS: Final = {
    "title": "T", "date": "8D", "volume": "V", "number": "N", "publisher": "I", "address": "C",
    "edition": "7", "abstract": "X", "doi": "R", "language": "G", "pages": "P", "series": "S",
    "shorttitle": "!",
}  # fmt: skip


def looks_like(text: str) -> bool:
    return bool(re.search(r"^%0[ \t]+\S", text, re.MULTILINE)) and "@" not in text[:1]


def read(text: str, progress: Progress | None = None) -> Reading:
    found = each_guarded(cut(text, _TAG, "0"), block, line_of)
    return building.from_text("endnote", found, progress)


def block(entry: Tagged) -> Block:
    kind = TYPES.get(entry.first("0").lower(), "misc")
    if kind == "phdthesis" and re.search(r"master|m\.?sc|diplom", entry.first("9"), re.IGNORECASE):
        kind = "mastersthesis"
    fields = [(name, entry.first(*tags)) for name, tags in _FIELDS.items()]
    people = [("author", entry.all("A")), ("editor", entry.all("E"))]
    fields += [(name, building.people_source(map(ris.person, all_))) for name, all_ in people]
    around = entry.first("B", "J") if kind in CONTAINED else entry.first("J", "B")
    fields.append(("booktitle" if kind in CONTAINED else "journal", around))
    short = "shortbooktitle" if kind in CONTAINED else "shortjournal"
    fields.append((short, entry.first("O") if entry.first("O") != around else ""))
    fields.append(("keywords", building.keywords("\n".join(entry.all("K")).split("\n"))))
    fields.append(("url", " ".join(entry.all("U"))))
    fields.append(("pdf", entry.first(">")))
    custom = entry.first("1")
    public = custom.removeprefix(_NOTE) if custom.startswith(_NOTE) else ""
    fields += notes_apart(entry.all("Z"), public)
    serial = "isbn" if kind in ("book", "collection", *CONTAINED) else "issn"
    fields.append((serial, entry.first("@")))
    if kind in ("phdthesis", "mastersthesis", "techreport"):
        school = "institution" if kind == "techreport" else "school"
        fields = [(school if name == "publisher" else name, value) for name, value in fields]
    return Block(entry.line, kind, building.key_of(entry.first("F")), [f for f in fields if f[1]])


def write(records: Iterable[Record]) -> Iterator[str]:
    for record in records:
        lines = [f"%{tag} {continued(value)}\n" for tag, value in _tags(record) if value]
        yield "".join(lines) + "\n"


def _tags(record: Record) -> Iterator[tuple[str, str]]:
    fields = record.fields
    yield "0", _WRITTEN.get(record.type, "Generic")
    yield "F", record.key
    if record.type == "mastersthesis":
        yield "9", "Master's thesis"
    yield "T", record.title
    yield from (("A", ris.as_written(each)) for each in record.authors)
    yield from (("E", ris.as_written(each)) for each in record.editors)
    yield "B" if record.type in CONTAINED else "J", record.container
    yield "O", record.venue if record.venue != record.container else ""
    yield from (("D", str(record.year or "")), ("8", record.date))
    for name in ("volume", "number", "edition", "pages", "address", "series"):
        yield _FIELDS[name], fields.get(name, "")
    yield "I", next((fields[n] for n in ("publisher", "school", "institution") if n in fields), "")
    yield "@", fields.get("issn", "") or fields.get("isbn", "")
    yield from (
        ("G", record.language or fields.get("language", "")),
        ("!", fields.get("shorttitle", "")),
    )
    if note := fields.get("note"):
        yield from (("Z", note), ("1", _NOTE + note))
    yield from (("Z", private_note(record)), ("R", record.doi))
    yield from (("K", tag) for tag in record.tags)
    yield "X", record.abstract
    for link in record.links:
        if link.kind != "doi" and "://" in link.url:
            yield ">" if link.kind == "pdf" else "U", link.url
