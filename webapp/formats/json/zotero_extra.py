"""Zotero's field `extra` (in CSL, `note`), which holds what has no field of its own."""

import re
from typing import Final

from ...records import Record
from ..notes import private_note
from ..vocabulary import ONLY_IN_NOTES

_LINE = re.compile(r"\s*(?P<name>[A-Za-z][\w .+-]{1,30}?)\s*[:=]\s*(?P<value>\S.*)")
_TEX = re.compile(r"(?:tex|bibtex|biblatex)\.", re.IGNORECASE)

# What people write before the colon, and the fields of BibTeX.
_NAMES: Final = {
    "citation key": "key", "bibtex": "key", "citekey": "key", "doi": "doi", "arxiv": "arxiv",
    "pmid": "pmid", "pmcid": "pmcid", "isbn": "isbn", "issn": "issn", "original date": "origdate",
    "event title": "eventtitle", "conference name": "eventtitle", "issued": "date",
    "container title": "journal", "publisher": "publisher", "status": "pubstate", "url": "url",
    "number of pages": "pagetotal", "edition": "edition", "title short": "shorttitle",
    "language": "language", "article number": "eid",
}  # fmt: skip


def split(extra: str) -> tuple[str, dict[str, str]]:
    """Return the private note and the fields; the citation key is the field "key"."""
    if ":" not in extra and "=" not in extra:
        return extra, {}
    note: list[str] = []
    fields: dict[str, str] = {}
    for line in extra.split("\n"):
        match = _LINE.fullmatch(line)
        name = _field(match["name"]) if match else ""
        if match and name:
            fields.setdefault(name, _value(name, match["value"].strip()))
        else:
            note.append(line)
    return "\n".join(note).strip(), fields


def _field(name: str) -> str:
    """Return the field of BibTeX for a name before a colon; "" if it is none."""
    if prefix := _TEX.match(name):
        field = name[prefix.end() :].strip().lower()
        return field if re.fullmatch(r"[a-z][\w+-]*", field) else ""
    return _NAMES.get(name.strip().lower(), "")


def _value(name: str, value: str) -> str:
    return value.partition(" [")[0] if name == "arxiv" else value


def join(record: Record, kind: str, *, public_note_first: bool = False) -> str:
    """Return the private note and the fields that the format lacks, as lines "tex.name: value".

    `kind` is the type that the record would have if it were read without them. The public note is
    one of those lines, or with `public_note_first` the first line.
    """
    names = ONLY_IN_NOTES if public_note_first else ("note", "eid", *ONLY_IN_NOTES)
    fields = {name: record.fields[name] for name in names if name in record.fields}
    if kind != record.type:
        fields["entrytype"] = record.type
    if not record.container and record.venue != fields.get("howpublished", ""):
        fields["abbr"] = record.source.get("abbr", "") and record.venue
    lines = [
        record.fields.get("note", "") if public_note_first else "",
        private_note(record),
        *(f"tex.{name}: {value}" for name, value in fields.items() if value),
    ]
    return "\n".join(filter(None, lines))
