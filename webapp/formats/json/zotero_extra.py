"""Zotero's field `extra` (in CSL, `note`), which holds what has no field of its own."""

import re
from typing import Final

from ...records import Person, Record
from .. import building, vocabulary
from ..notes import private_note
from ..people import orcids
from ..vocabulary import ONLY_IN_NOTES

_LINE = re.compile(r"\s*(?P<name>[A-Za-z][\w .+-]{1,30}?)\s*[:=]\s*(?P<value>\S.*)")
_TEX = re.compile(r"(?:tex|bibtex|biblatex)\.", re.IGNORECASE)

# What people write before the colon, and the fields of BibTeX.
_NAMES: Final = {
    "citation key": "key", "bibtex": "key", "citekey": "key", "doi": "doi", "arxiv": "arxiv",
    "pmid": "pmid", "pmcid": "pmcid", "isbn": "isbn", "issn": "issn", "original date": "origdate",
    "event title": "eventtitle", "conference name": "eventtitle", "issued": "date",
    "container title": "container", "publisher": "publisher", "status": "pubstate", "url": "url",
    "number of pages": "pagetotal", "edition": "edition", "title short": "shorttitle",
    "language": "language", "article number": "eid", "event": "eventtitle", "event date":
    "eventdate", "event place": "venue", "original title": "origtitle", "original publisher":
    "origpublisher", "original publisher place": "origlocation", "container title short":
    "shortjournal", "journal abbreviation": "shortjournal", "collection title": "series",
    "volume title": "maintitle", "genre": "type", "medium": "medium", "type": "csltype",
    "number": "number", "volume": "volume", "issue": "issue", "page": "pages", "pages": "pages",
    "number of volumes": "volumes", "chapter number": "chapter", "version": "version",
    "publisher place": "address", "place": "address", "short title": "shorttitle", "license":
    "license", "rights": "rights", "keyword": "keywords", "orcid": "orcid", "orcids": "orcid",
    "author orcid": "orcid", "author orcids": "orcid",
}  # fmt: skip
# Roles of people, one on each line: "Translator: Doe || Jane".
_ROLES: Final = {
    "author": "author", "editor": "editor", "translator": "translator", "director": "director",
    "container author": "bookauthor", "composer": "composer", "performer": "performer",
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
        value = _value(name, match["value"].strip()) if match else ""
        if name in fields and "||" in line:
            fields[name] += f" and {value}"
        elif name and value:
            fields.setdefault(name, value)
        else:
            note.append(line)
    return "\n".join(note).strip(), fields


def _field(name: str) -> str:
    """Return the field of BibTeX for a name before a colon; "" if it is none."""
    if prefix := _TEX.match(name):
        field = name[prefix.end() :].strip().lower()
        return field if re.fullmatch(r"[a-z][\w+-]*", field) else ""
    name = " ".join(name.replace("-", " ").lower().split())
    return _NAMES.get(name) or _ROLES.get(name, "")


def _value(name: str, value: str) -> str:
    """Return the value of a field; "" if it is none, so that its line is a note."""
    if name == "csltype":
        return vocabulary.CSL_TYPES.get(value.lower(), "")
    if name in _ROLES.values():
        family, is_name, given = (part.strip() for part in value.partition("||"))
        person = Person(family, given) if given else Person(literal=family)
        return building.name_source(person) if is_name else ""
    return value.partition(" [")[0] if name == "arxiv" else value


def pop_type(extra: dict[str, str]) -> str:
    """Remove the type of BibTeX or CSL from the fields, and return the one of BibTeX, or ""."""
    csl_type = extra.pop("csltype", "")
    return extra.pop("entrytype", csl_type)


def add(fields: dict[str, str], extra: dict[str, str], kind: str) -> None:
    """Add the fields of `extra` to those of an item, which count more."""
    container, short_container = vocabulary.container_fields(kind)
    names = {"container": container, "shortjournal": short_container, "issue": "number"}
    if kind in vocabulary.WITH_ARTICLE_NUMBERS:
        names["number"] = "eid"
    for name, value in extra.items():
        if not fields.get(names.get(name, name)):
            fields[names.get(name, name)] = value


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
    fields["orcid"] = orcids.listing(record.authors)
    lines = [
        record.fields.get("note", "") if public_note_first else "",
        private_note(record),
        *(f"tex.{name}: {value}" for name, value in fields.items() if value),
    ]
    return "\n".join(filter(None, lines))
