"""Exports of Web of Science and Inspec (.isi, .ciw) to records."""

import re
from collections.abc import Iterator
from typing import Final

from ...records import Person
from .. import building, name_lists, names
from ..building import Progress
from ..latex import decoding
from ..latex.encoding import encode
from ..reading import Block, Reading
from ..vocabulary import container_fields
from . import lines, ris
from .lines import Tagged

# FN, VR and EF belong to the file, not to an entry.
_TAG = re.compile(r"^(?!FN|VR|EF)(?P<tag>[A-Z][A-Z0-9])(?: (?P<value>.*))?$")
_START_OR_END = re.compile(r"^(?:(P\Z|PT(?=\s|\Z))|(ER)(?=\s|\Z))", re.MULTILINE)
_FILE_START_OR_END = re.compile(r"^(?:(FN)|(EF))(?=\s|\Z)", re.MULTILINE)
_TYPES: Final = {"J": "article", "B": "book", "S": "incollection", "C": "inproceedings",
                 "P": "patent"}  # fmt: skip
_FIELDS: Final = {
    "title": "TI", "abstract": "AB", "volume": "VL", "number": "IS", "publisher": "PU",
    "address": "PI", "issn": "SN", "isbn": "BN", "language": "LA", "series": "SE", "eid": "AR",
    "eventtitle": "CT", "venue": "CL", "affiliation": "C1", "pmid": "PM", "unique-id": "UT",
    "orcid-numbers": "OI",
}  # fmt: skip
_DOI = re.compile(r"\[(10\.\d{4,}/[^\]\s]+)\]")
_SHIFTED = re.compile(r"(?<!\s)\s*+/(sub|sup)\s([^/{}\\]{0,40}?)\s*+/")


def looks_like(text: str) -> bool:
    """Return whether a text has the start of a file or an entry of Web of Science."""
    return bool(re.search(r"^(?:FN ISI|FN Clarivate|FN Thomson|PT [A-Z]$)", text, re.MULTILINE))


def find_truncation(text: str) -> int:
    """Return the place of an entry (which ER ends) or file (FN, EF) without an end, or -1."""
    entry = lines.find_open_entry(_START_OR_END, text)
    return entry if entry >= 0 else lines.find_open_entry(_FILE_START_OR_END, text)


def read(text: str, progress: Progress | None = None) -> Reading:
    """Read the entries of a file."""
    entries = lines.split(text, _TAG, "PT", "ER")
    return building.read_entries(entries, _block, lines.line_of, progress)


def _block(entry: Tagged) -> Block:
    fields = {name: entry.first(tag) for name, tag in _FIELDS.items()}
    kind = _TYPES.get(entry.first("PT"), "misc")
    if kind == "book" and "chapter" in entry.first("DT").lower():
        kind = "incollection"
    fields["author"] = building.people_source(_authors(entry))
    editors = "\n".join(entry.all("BE", "ED")).split("\n")
    fields["editor"] = building.people_source(map(_person, filter(None, editors)))
    container = entry.first("SO")
    if not fields["title"]:
        fields["title"], container = container, ""
    name, short_name = container_fields(kind)
    fields |= {name: container, short_name: entry.first("JI", "J9")}
    fields["date"] = _date(entry.first("PY"), entry.first("PD"))
    fields["pages"] = _pages(entry)
    fields["doi"] = entry.first("DI")
    if fields["unique-id"].startswith("INSPEC:"):
        fields |= _inspec_fields(entry, fields)
    else:
        fields["keywords"] = building.keywords(_terms(entry.first("DE")))
        fields["keywords-plus"] = entry.first("ID")
    key = building.citation_key(fields["unique-id"])
    return Block(entry.line, kind, key, [pair for pair in fields.items() if pair[1]])


def _authors(entry: Tagged) -> Iterator[Person]:
    """Yield persons, by their full names if there are any, then groups."""
    people = entry.all("AF") or entry.all("AU") or entry.all("BA")
    lines = (line for line in "\n".join(people).split("\n") if line)
    yield from (_person(name) for line in lines for name in name_lists.on_one_line(line))
    groups = re.split(r"[;\n]\s*+", "\n".join(entry.all("CA")))
    yield from (Person(literal=name) for name in groups if name)


def _person(written: str) -> Person:
    return ris.person(written) if "," in written else names.parse(encode(written))


def _terms(written: str) -> list[str]:
    return " ".join(written.split()).split("; ")


def _date(year: str, rest: str) -> str:
    """Return a date from PY and PD: "2014" and "JUN 14"; Inspec's PD is "04 2006"."""
    if match := re.fullmatch(r"(\d\d) (\d{4})", rest):
        return f"{match[2]}-{match[1]}"
    return f"{year} {rest}".strip()


def _pages(entry: Tagged) -> str:
    first, last = entry.first("BP"), entry.first("EP")
    if entry.first("PS") and not (first + last).isdecimal():
        return entry.first("PS")
    return building.page_range(first, last)


def _inspec_fields(entry: Tagged, fields: dict[str, str]) -> dict[str, str]:
    """Return what Inspec writes differently.

    Terms are grouped by the kind of index, subscripts are "O/sub 2/", and the DOI is one of several
    numbers in ID.
    """
    indexed = _SHIFTED.sub(_shift, " ".join(entry.first("DE").split()))
    groups = re.split(r"(?<!/)/++\s", indexed)[1:3]
    doi = _DOI.search(entry.first("ID"))
    return {
        "title": _SHIFTED.sub(_shift, fields["title"]),
        "abstract": _SHIFTED.sub(_shift, fields["abstract"]),
        "keywords": building.keywords(term for group in groups for term in _terms(group)),
        "doi": fields["doi"] or (doi[1] if doi else ""),
    }


def _shift(match: re.Match[str]) -> str:
    macro = {"sub": "textsubscript", "sup": "textsuperscript"}[match[1]]
    return decoding.text(f"\\{macro}{{{match[2]}}}")
