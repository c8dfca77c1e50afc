"""What Web of Science and Inspec export (.isi, .ciw) -> records."""

import re
from collections.abc import Iterator
from typing import Final

from ...records import Person
from .. import building, names
from ..building import Progress
from ..latex import decoding
from ..latex.encoding import encode
from ..reading import Block, Reading
from ..time_limit import each_guarded
from ..vocabulary import CONTAINED
from . import ris
from .lines import Tagged, cut, line_of

# FN, VR and EF are the file's own, around its entries.
_TAG = re.compile(r"^(?!FN|VR|EF)(?P<tag>[A-Z][A-Z0-9])(?: (?P<value>.*))?$")
_TYPES: Final = {"J": "article", "B": "book", "S": "incollection", "C": "inproceedings",
                 "P": "patent"}  # fmt: skip
_FIELDS: Final = {
    "title": "TI", "abstract": "AB", "volume": "VL", "number": "IS", "publisher": "PU",
    "address": "PI", "issn": "SN", "isbn": "BN", "language": "LA", "series": "SE", "eid": "AR",
    "eventtitle": "CT", "venue": "CL", "affiliation": "C1", "pmid": "PM", "unique-id": "UT",
}  # fmt: skip
_DOI = re.compile(r"\[(10\.\d{4,}/[^\]\s]+)\]")
_SHIFTED = re.compile(r"(?<!\s)\s*+/(sub|sup)\s([^/{}\\]{0,40}?)\s*+/")


def looks_like(text: str) -> bool:
    return bool(re.search(r"^(?:FN ISI|FN Clarivate|FN Thomson|PT [A-Z]$)", text, re.MULTILINE))


def read(text: str, progress: Progress | None = None) -> Reading:
    found = each_guarded(cut(text, _TAG, "PT", "ER"), _block, line_of)
    return building.from_text("isi", found, progress)


def _block(entry: Tagged) -> Block:
    said = {name: entry.first(tag) for name, tag in _FIELDS.items()}
    kind = _TYPES.get(entry.first("PT"), "misc")
    if kind == "book" and "chapter" in entry.first("DT").lower():
        kind = "incollection"
    said["author"] = building.people_source(_authors(entry))
    editors = "\n".join(entry.all("BE", "ED")).split("\n")
    said["editor"] = building.people_source(map(_person, filter(None, editors)))
    around = entry.first("SO")
    said["title"], around = (said["title"], around) if said["title"] else (around, "")
    said["booktitle" if kind in CONTAINED else "journal"] = around
    said["shortbooktitle" if kind in CONTAINED else "shortjournal"] = entry.first("JI", "J9")
    said["date"] = _date(entry.first("PY"), entry.first("PD"))
    said["pages"] = _pages(entry)
    said["doi"] = entry.first("DI")
    if said["unique-id"].startswith("INSPEC:"):
        said |= _of_inspec(entry, said)
    else:
        said["keywords"] = building.keywords(_terms(entry.first("DE")))
        said["keywords-plus"] = entry.first("ID")
    key = building.key_of(said["unique-id"])
    return Block(entry.line, kind, key, [pair for pair in said.items() if pair[1]])


def _authors(entry: Tagged) -> Iterator[Person]:
    """Full names where there are any; groups have a tag of their own."""
    people = entry.all("AF") or entry.all("AU") or entry.all("BA")
    yield from (_person(name) for name in "\n".join(people).split("\n") if name)
    yield from (Person(literal=name) for name in "\n".join(entry.all("CA")).split("\n") if name)


def _person(written: str) -> Person:
    return ris.person(written) if "," in written else names.parse(encode(written))


def _terms(written: str) -> list[str]:
    return " ".join(written.split()).split("; ")


def _date(year: str, rest: str) -> str:
    """ "JUN 14" of a year; Inspec has "04 2006"."""
    if found := re.fullmatch(r"(\d\d) (\d{4})", rest):
        return f"{found[2]}-{found[1]}"
    return f"{year} {rest}".strip()


def _pages(entry: Tagged) -> str:
    first, last = entry.first("BP"), entry.first("EP")
    if entry.first("PS") and not (first + last).isdecimal():
        return entry.first("PS")
    return f"{first}–{last}" if first and last and first != last else first or last


def _of_inspec(entry: Tagged, said: dict[str, str]) -> dict[str, str]:
    """Where Inspec differs: terms by kind of index, "O/sub 2/", the DOI among other numbers."""
    indexed = _SHIFTED.sub(_shift, " ".join(entry.first("DE").split()))
    terms = re.split(r"(?<!/)/++\s", indexed)[1:3]
    doi = _DOI.search(entry.first("ID"))
    return {
        "title": _SHIFTED.sub(_shift, said["title"]),
        "abstract": _SHIFTED.sub(_shift, said["abstract"]),
        "keywords": building.keywords(term for part in terms for term in _terms(part)),
        "doi": said["doi"] or (doi[1] if doi else ""),
    }


def _shift(found: re.Match[str]) -> str:
    macro = {"sub": "textsubscript", "sup": "textsuperscript"}[found[1]]
    return decoding.text(f"\\{macro}{{{found[2]}}}")
