"""Zotero's field `extra` (CSL: `note`), where people put what has no field of its own."""

import re
from typing import Final

from ...records import Record
from ..notes import private_note
from ..vocabulary import KEPT_ASIDE

_LINE = re.compile(r"\s*(?P<name>[A-Za-z][\w .+-]{1,30}?)\s*[:=]\s*(?P<value>\S.*)")
_ASIDE: Final = ("note", *KEPT_ASIDE)
_TEX = re.compile(r"(?:tex|bibtex|biblatex)\.", re.IGNORECASE)

# What people write before the colon -> BibTeX's field.
_NAMES: Final = {
    "citation key": "key", "bibtex": "key", "citekey": "key", "doi": "doi", "arxiv": "arxiv",
    "pmid": "pmid", "pmcid": "pmcid", "isbn": "isbn", "issn": "issn", "original date": "origdate",
    "event title": "eventtitle", "conference name": "eventtitle", "issued": "date",
    "container title": "journal", "publisher": "publisher", "status": "pubstate", "url": "url",
    "number of pages": "pagetotal", "edition": "edition", "title short": "shorttitle",
    "language": "language",
}  # fmt: skip


def split(extra: str) -> tuple[str, dict[str, str]]:
    """What is a note of the owner's, and the fields; the citation key is under "key"."""
    if ":" not in extra and "=" not in extra:
        return extra, {}
    note: list[str] = []
    fields: dict[str, str] = {}
    for line in extra.split("\n"):
        found = _LINE.fullmatch(line)
        name = _field(found["name"]) if found else ""
        if found and name:
            fields.setdefault(name, _value(name, found["value"].strip()))
        else:
            note.append(line)
    return "\n".join(note).strip(), fields


def _field(name: str) -> str:
    if found := _TEX.match(name):
        bare = name[found.end() :].strip().lower()
        return bare if re.fullmatch(r"[a-z][\w+-]*", bare) else ""
    return _NAMES.get(name.strip().lower(), "")


def _value(name: str, value: str) -> str:
    return value.partition(" [")[0] if name == "arxiv" else value


def joined(record: Record, kind: str, *, note_apart: bool = True) -> str:
    """The owner's note of a record that would be read as a `kind`, with what has no place elsewhere
    as Better BibTeX writes it: "tex.name: words". The note for everyone is one of these, or with
    `note_apart` false the first line.
    """
    names = _ASIDE if note_apart else KEPT_ASIDE
    aside = {name: record.fields[name] for name in names if name in record.fields}
    if kind != record.type:
        aside["entrytype"] = record.type
    if not record.container and record.venue != aside.get("howpublished", ""):
        aside["abbr"] = record.source.get("abbr", "") and record.venue
    lines = [
        "" if note_apart else record.fields.get("note", ""),
        private_note(record),
        *(f"tex.{name}: {value}" for name, value in aside.items() if value),
    ]
    return "\n".join(filter(None, lines))
