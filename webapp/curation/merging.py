"""Merging an imported record into the publication that the catalog has.

A BibTeX entry replaces everything. Other formats hold less: of their fields, those count that
differ from an export of the publication in that format. All other fields stay as they are.
"""

from collections.abc import Mapping
from typing import Final

from ..formats.entries import build
from ..formats.people.orcids import renumber
from ..formats.registry import READERS, WRITERS, write
from ..formats.vocabulary import ALIASES
from ..records import Record

# Fields with the same meaning: a new one removes the others in its row.
_SYNONYMS: Final = (
    ("title", "subtitle"),
    ("date", "year", "month", "day"),
    ("journal", "journalsubtitle", "booktitle", "booksubtitle"),
    ("abbr", "shortjournal", "shortbooktitle"),
    ("keywords", "tags"),
    ("langid", "language", "hyphenation"),
    ("school", "institution"),
    ("annote", "annotation"),
)
_MEANINGS: Final = {name: names[0] for names in _SYNONYMS for name in names}


def merge(known: Record, new: Record, format_: str) -> Record:
    """Return `known` with the changes in `new`, which was read from a file in this format."""
    if format_ == "bibtex":
        return new
    exported = _export_and_read(known, format_)
    source = exported.source if exported else {}
    changed = {meaning(name) for name, value in new.source.items() if source.get(name) != value}
    changes = {name: value for name, value in new.source.items() if meaning(name) in changed}
    type_ = known.type if exported and exported.type == new.type else new.type
    if not changes and type_ == known.type:
        return known
    fields = {name: value for name, value in known.source.items() if meaning(name) not in changed}
    merged = renumber(in_order(known.source, fields | changes), known, new)
    return build(known.key, type_, merged).record


def _export_and_read(record: Record, format_: str) -> Record | None:
    """Export a record and read it again. Returns None if nothing of it can be read."""
    if format_ not in WRITERS:
        return None
    records = READERS[format_]("".join(write([record], format_)), None).records
    return records[0] if records else None


def meaning(name: str) -> str:
    """Return one name for all fields with the same meaning: "date" for "year"."""
    name = ALIASES.get(name, name)
    return _MEANINGS.get(name, name)


def in_order(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Return fields in the order that they had before, new ones last."""
    return {name: after[name] for name in {**before, **after} if name in after}
