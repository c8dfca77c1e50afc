"""What a file changes of a publication that is known.

BibTeX has the last word on everything. The other formats hold less: what they say counts where it
differs from what an export of the known publication says, and all the rest stays as it was written.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from ..formats.entries import build
from ..formats.registry import READERS, WRITERS
from ..formats.vocabulary import ALIASES
from ..records import Record

# Fields that say one thing: a new one puts the others of its row out.
_ONE_THING: Final = (
    {"title", "subtitle"},
    {"date", "year", "month", "day"},
    {"journal", "journalsubtitle", "booktitle", "booksubtitle"},
    {"abbr", "shortjournal", "shortbooktitle"},
    {"keywords", "tags"},
    {"langid", "language", "hyphenation"},
)


def merged(known: Record, said: Record, format_: str) -> Record:
    """What becomes of `known` by `said`, read from a file of that format."""
    if format_ == "bibtex":
        return said
    exported = _read_back(known, format_)
    source = exported.source if exported else {}
    news = {name: value for name, value in said.source.items() if source.get(name) != value}
    kind = known.type if exported and exported.type == said.type else said.type
    if not news and kind == known.type:
        return known
    kept = {name: value for name, value in known.source.items() if not _is_said(name, news)}
    return build(known.key, kind, _in_order(known.source, kept | news)).record


def _read_back(record: Record, format_: str) -> Record | None:
    """What an export of the record is read as; None when the format holds none of it."""
    if format_ not in WRITERS:
        return None
    records = READERS[format_]("".join(WRITERS[format_]([record])), None).records
    return records[0] if records else None


def _is_said(name: str, news: Iterable[str]) -> bool:
    """Whether the new fields say what the field says."""
    name = ALIASES.get(name, name)
    row = next((row for row in _ONE_THING if name in row), {name})
    return not row.isdisjoint(news)


def _in_order(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """The fields in the order that they had, new ones last."""
    return {name: after[name] for name in {**before, **after} if name in after}
