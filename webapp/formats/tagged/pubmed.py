"""PubMed's .nbib <-> records."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ...records import Person, Record
from .. import building
from ..building import Progress
from ..reading import Block, Reading
from ..time_limit import each_guarded
from . import ris
from .lines import Tagged, continued, cut, line_of

_TAG = re.compile(r"^(?P<tag>[A-Z]{2,4}) *- (?P<value>.*)$")
_FIELDS: Final = {
    "title": ("TI", "BTI"), "abstract": ("AB",), "date": ("DP", "DEP"), "volume": ("VI",),
    "number": ("IP",), "pages": ("PG",), "pmid": ("PMID",), "pmcid": ("PMC",), "language": ("LA",),
    "publisher": ("PB",), "address": ("PL",), "edition": ("EN",), "note": ("GN",),
    "isbn": ("ISBN",), "series": ("CTI",),
}  # fmt: skip
_LANGUAGES: Final = {
    "eng": "en", "ger": "de", "fre": "fr", "spa": "es", "ita": "it", "por": "pt", "rus": "ru",
    "jpn": "ja", "chi": "zh", "kor": "ko", "dut": "nl", "pol": "pl", "tur": "tr", "swe": "sv",
    "dan": "da", "nor": "no", "fin": "fi", "hun": "hu", "cze": "cs",
}  # fmt: skip
_CODES: Final = {tag: code for code, tag in _LANGUAGES.items()}
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"


def looks_like(text: str) -> bool:
    return bool(re.search(r"^PMID- *\d|^(?:OWN|STAT) *- \w", text, re.MULTILINE))


def read(text: str, progress: Progress | None = None) -> Reading:
    found = each_guarded(cut(text, _TAG, "PMID"), block, line_of)
    return building.from_text("pubmed", found, progress)


def block(entry: Tagged) -> Block:
    fields = [(name, entry.first(*tags)) for name, tags in _FIELDS.items()]
    kind = "article"
    if entry.first("BTI") or "Book" in entry.first("PT"):
        kind = "incollection" if entry.first("TI") and entry.first("BTI") else "book"
    names = "FAU" if entry.first("FAU") else "AU"
    people = [
        Person(literal=value) if tag == "CN" else ris.person(value)
        for tag, value in entry.tags
        if tag in (names, "CN") and value
    ]
    fields.append(("author", building.people_source(people)))
    fields.append(("editor", building.people_source(map(ris.person, entry.all("FED", "ED")))))
    around = entry.first("BTI") if kind == "incollection" else entry.first("JT", "TA")
    fields.append(("booktitle" if kind == "incollection" else "journal", around))
    fields.append(("shortjournal", entry.first("TA") if entry.first("TA") != around else ""))
    fields.append(("doi", _doi(entry)))
    fields.append(
        ("keywords", building.keywords(tag.replace("*", "") for tag in entry.all("OT", "MH")))
    )
    fields.append(("issn", entry.first("IS").partition("(")[0].rstrip()))
    said = {name: value for name, value in fields if value}
    said["language"] = _LANGUAGES.get(said.get("language", ""), said.get("language", ""))
    said["pages"] = _full_range(said.get("pages", ""))
    key = entry.first("ID") or (f"pmid{said['pmid']}" if said.get("pmid") else "")
    return Block(entry.line, kind, building.key_of(key), [f for f in said.items() if f[1]])


def _doi(entry: Tagged) -> str:
    for value in entry.all("LID", "AID"):
        if value.endswith("[doi]"):
            return value.removesuffix("[doi]").strip()
    return ""


def _full_range(pages: str) -> str:
    """ "764-9" as "764–769"."""
    found = re.fullmatch(r"(\d+)-(\d+)", pages)
    if not found:
        return pages
    first, last = found[1], found[2]
    return f"{first}–{first[: max(0, len(first) - len(last))]}{last}"


def write(records: Iterable[Record]) -> Iterator[str]:
    for record in records:
        lines = [f"{tag:<4}- {continued(value)}\n" for tag, value in _tags(record) if value]
        yield "".join(lines) + "\n"


def _tags(record: Record) -> Iterator[tuple[str, str]]:
    fields = record.fields
    yield "PMID", fields.get("pmid", "") or "0"
    yield "ID", record.key
    yield from (("VI", fields.get("volume", "")), ("IP", fields.get("number", "")))
    yield from (("DP", _date(record)), ("TI", record.title))
    yield "PG", fields.get("pages", "").replace("–", "-")
    yield "LID", f"{record.doi} [doi]" if record.doi else ""
    yield "AB", record.abstract
    for person in record.authors:
        yield "CN" if person.literal else "FAU", ris.as_written(person)
    yield from (("FED", ris.as_written(each)) for each in record.editors)
    yield "LA", _CODES.get(record.language, record.language)
    yield "PT", "Journal Article" if record.type == "article" else ""
    yield "TA", record.venue
    yield from (("JT", record.container), ("IS", fields.get("issn", "")))
    yield from (("ISBN", fields.get("isbn", "")), ("CTI", fields.get("series", "")))
    yield from (("OT", tag) for tag in record.tags)


def _date(record: Record) -> str:
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])(?:-(\d\d))?", record.date)
    if not found:
        return record.date
    day = (found[3] or "").lstrip("0")
    return f"{found[1]} {_MONTHS.split()[int(found[2]) - 1]} {day}".strip()
