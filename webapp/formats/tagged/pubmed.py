"""PubMed's tagged format (.nbib) to records and back."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from ...orcids import read_orcid
from ...records import Person, Record
from .. import building, suffixes
from ..building import Progress
from ..reading import Block, Reading
from ..truncation import find_incomplete_entry
from ..vocabulary import CONTAINED, container_fields
from . import lines, ris
from .lines import Tag, Tagged

_TAG = re.compile(r"^(?P<tag>[A-Z]{2,4}) *- (?P<value>.*)$")
_START = re.compile(r"^PMID *-", re.MULTILINE)
_TITLE = re.compile(r"^B?TI *- ", re.MULTILINE)
_FROM_PUBMED = re.compile(r"^OWN *- ", re.MULTILINE)
# The end of an article or a chapter that PubMed wrote, or of an entry that Octavo wrote.
_LAST_TAG = re.compile(
    r"^(?:(?:SO|ID) *- [^\n]*+(?:\n {6}[^\n]*+)*+|AID *- \w++ \[bookaccession\])\s*+\Z",
    re.MULTILINE,
)
_INITIALS = re.compile(r"[^\W\d_]{1,4}")
_ARTICLE_NUMBER = re.compile(r"[A-Za-z]{0,4}\d{1,9}")
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
_LANGUAGE_CODES: Final = {tag: code for code, tag in _LANGUAGES.items()}
_BOOKS: Final = frozenset({"book", "collection", "mvbook", "proceedings"})
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def looks_like(text: str) -> bool:
    """Return whether a text has tags that only PubMed writes."""
    return bool(re.search(r"^PMID- *\d|^(?:OWN|STAT) *- \w", text, re.MULTILINE))


def find_truncation(text: str) -> int:
    """Return the place where a last entry is cut, or -1."""
    place = lines.find_partial_line(text)
    if place >= 0:
        return place
    required = [_TITLE, _LAST_TAG] if _FROM_PUBMED.search(text) else [_TITLE]
    return find_incomplete_entry(text, _START, required, [_LAST_TAG])


def read(text: str, progress: Progress | None = None) -> Reading:
    """Read the entries of a file."""
    return building.read_entries(lines.split(text, _TAG, "PMID"), block, lines.line_of, progress)


def block(entry: Tagged) -> Block:
    """Return the block of an entry; PubMed's XML has the same fields."""
    kind = "article"
    if entry.first("BTI") or "Book" in entry.first("PT"):
        kind = "incollection" if entry.first("TI") and entry.first("BTI") else "book"
    fields = {name: entry.first(*tags) for name, tags in _FIELDS.items()}
    fields |= building.people_fields("author", _authors(entry))
    fields |= building.people_fields("editor", map(ris.person, entry.all("FED", "ED")))
    container = entry.first("BTI") if kind == "incollection" else entry.first("JT", "TA")
    fields[container_fields(kind)[0]] = container
    fields["shortjournal"] = entry.first("TA") if entry.first("TA") != container else ""
    fields["doi"] = _doi(entry)
    fields["keywords"] = building.keywords(tag.replace("*", "") for tag in entry.all("OT", "MH"))
    fields["issn"] = entry.first("IS").partition("(")[0].rstrip()
    fields["language"] = _LANGUAGES.get(fields["language"], fields["language"])
    fields["pages"] = _full_range(fields["pages"])
    fields["eid"] = _article_number(entry, fields["pages"])
    fields["pages"] = "" if fields["pages"] == fields["eid"] else fields["pages"]
    key = entry.first("ID") or (f"pmid{fields['pmid']}" if fields["pmid"] else "")
    return Block(
        entry.line, kind, building.citation_key(key), [pair for pair in fields.items() if pair[1]]
    )


def _authors(entry: Tagged) -> list[Person]:
    """Return persons, by their full names if there are any, and groups."""
    tag_of_names, person = ("FAU", ris.person) if entry.first("FAU") else ("AU", _short_name)
    people: list[Person] = []
    for tag, value in entry.tags:
        if tag in (tag_of_names, "CN") and value:
            people.append(Person(literal=value) if tag == "CN" else person(value))
        elif tag == "AUID" and people:
            orcid = read_orcid(value.removeprefix("ORCID:"))
            people[-1] = replace(people[-1], orcid=orcid or people[-1].orcid)
    return people


def _short_name(written: str) -> Person:
    """Return the person of "Doe JB Jr"."""
    name, suffix = suffixes.with_suffix(written)
    family, _, initials = name.rpartition(" ")
    if not family or not _INITIALS.fullmatch(initials):
        return ris.person(written)
    return ris.person(f"{family}, {initials}" + (f", {suffix}" if suffix else ""))


def _doi(entry: Tagged) -> str:
    identifiers = (value for value in entry.all("LID", "AID") if value.endswith("[doi]"))
    return next(identifiers, "").removesuffix("[doi]").strip()


def _article_number(entry: Tagged, pages: str) -> str:
    """Return the publisher's identifier if it is in place of pages or only a number."""
    (*_, identifier) = ("", *(v[:-5].strip() for v in entry.all("LID") if v.endswith("[pii]")))
    is_number = identifier == pages or _ARTICLE_NUMBER.fullmatch(identifier)
    return identifier if is_number else ""


def _full_range(pages: str) -> str:
    """Return "764–769" for "764-9"."""
    match = re.fullmatch(r"(\d+)-(\d+)", pages)
    if not match:
        return pages
    first, last = match[1], match[2]
    return f"{first}–{first[: max(0, len(first) - len(last))]}{last}"


def write(records: Iterable[Record]) -> Iterator[str]:
    """Yield the entry of each record."""
    return lines.write(records, _tags, "{:<4}- ")


def _tags(record: Record) -> Iterator[Tag]:
    fields = record.fields
    yield "PMID", fields.get("pmid", "") or "0"
    yield from (("VI", fields.get("volume", "")), ("IP", fields.get("number", "")))
    is_book, is_part = record.type in _BOOKS, record.type in CONTAINED
    yield from (("DP", _date(record)), ("BTI" if is_book else "TI", record.title))
    yield "BTI", record.container if is_part else ""
    yield "PG", (fields.get("pages") or fields.get("eid", "")).replace("–", "-")
    yield "LID", f"{fields['eid']} [pii]" if fields.get("eid") else ""
    yield "LID", f"{record.doi} [doi]" if record.doi else ""
    yield "AB", record.abstract
    for person in record.authors:
        yield "CN" if person.literal else "FAU", ris.written_name(person)
        yield "AUID", f"ORCID: {person.orcid}" if person.orcid else ""
    yield from (("FED", ris.written_name(person)) for person in record.editors)
    yield "LA", _LANGUAGE_CODES.get(record.language, record.language)
    yield "PT", "Journal Article" if record.type == "article" else ""
    if record.container and not is_part:
        yield from (("TA", record.venue), ("JT", record.container))
    yield from (("PB", fields.get("publisher", "")), ("EN", fields.get("edition", "")))
    yield from (("PL", fields.get("address", "")), ("IS", fields.get("issn", "")))
    yield from (("ISBN", fields.get("isbn", "")), ("CTI", fields.get("series", "")))
    yield from (("OT", tag) for tag in record.tags)
    yield "ID", record.key  # last, so that a truncated file is recognized


def _date(record: Record) -> str:
    """Return the date as PubMed writes it: "2013 Nov 7"."""
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])(?:-(\d\d))?", record.date)
    if not match:
        return record.date
    day = (match[3] or "").lstrip("0")
    return f"{match[1]} {_MONTHS[int(match[2]) - 1]} {day}".strip()
