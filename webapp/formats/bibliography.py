"""What exports and citations take from a public record: bibliography that other programs can read.

A public record still has what only a page can use: links to files, and marks of equal contribution
at names.
"""

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from ..records import Record
from . import building, dates, names
from .inline import to_plain, without_tags
from .latex import decoding
from .public_fields import is_exported
from .vocabulary import LINK_FIELDS, NAME_FIELDS, NOTE_FIELDS

_ADDRESSES: Final = frozenset({"url", "ee", "link", "doi", "eprint", "arxiv", "howpublished"})
_OPTION = re.compile(r"[\s\"{]*[\w-]+\s*=")  # begins a name in the extended form of biblatex
_EXPLAINS_MARKS = re.compile(
    r"\W*(?:(?:denotes|indicates|means|these|both|the|first|two|three|authors?)\W+)*"
    r"(?:equal(?:ly)?\W+contribut\w+|contribut\w+\W+equal(?:ly)?|joint\W+first\W+authors?)\W*",
    re.IGNORECASE,
)


def bibliography(record: Record, added_fields: Collection[str] = ()) -> Record:
    """Return a public record without what is no bibliography and without marks at names.

    `added_fields` are the names in the setting `public_fields`.
    """
    source = {
        name: cleaned
        for name, value in record.source.items()
        if is_exported(name, record.type, added_fields) and (cleaned := _cleaned(name, value))
    }
    source = _with_year(source)
    if source.keys().isdisjoint(_ADDRESSES) and (url := _url_of_links(record)):
        source["url"] = url
    fields = {
        name: _cleaned_text(name, value)
        for name, value in record.fields.items()
        if is_exported(name, record.type, added_fields)
    }
    return replace(record, source=source, fields=fields)


def _with_year(source: dict[str, str]) -> dict[str, str]:
    """Return fields with `year` and `month` beside `date`, which alone only biblatex reads."""
    if "date" not in source or "year" in source:
        return source
    fields: dict[str, str] = {}
    for name, value in source.items():
        fields |= dates.to_fields(value) if name == "date" else {name: value}
    return fields


def _cleaned(name: str, value: str) -> str:
    """Return the LaTeX of a field without marks; "" if nothing is left."""
    if name in NAME_FIELDS:
        return _names(names.without_marks(value))
    if name in NOTE_FIELDS:
        return "" if explains_marks(decoding.text(value)) else value
    return _month(value) if name == "month" else value


def _names(value: str) -> str:
    """Return a field of names without those for which other programs refuse the whole file."""
    written = names.split(value)
    if not any(map(_is_refused, written)):
        return value
    return " and ".join(
        building.people_source(names.people(name)) if _is_refused(name) else name
        for name in written
    )


def _is_refused(name: str) -> bool:
    """Return whether only biblatex reads a name, or it has more commas than BibTeX allows."""
    return bool(_OPTION.match(name)) or ("{" not in name and name.count(",") > 2)


def _month(value: str) -> str:
    """Return the macro of a month, for "May" and "05"; any other value as it is."""
    word = value.strip(" .").lower()
    if word.isdecimal() and 1 <= int(word) <= len(dates.MONTH_MACROS):
        return dates.MONTH_MACROS[int(word) - 1]
    return word[:3] if word.isalpha() and word[:3] in dates.MONTH_MACROS else value


def _cleaned_text(name: str, value: str) -> str:
    if name not in NOTE_FIELDS:
        return value
    return "" if explains_marks(value) else without_tags(value)


def explains_marks(note: str) -> bool:
    """Return whether a note only explains marks at names: "* Equal contribution"."""
    return bool(_EXPLAINS_MARKS.fullmatch(to_plain(note)))


def _url_of_links(record: Record) -> str:
    """Return the first absolute URL of the fields with links, which are not exported, or ""."""
    if record.source.keys().isdisjoint(LINK_FIELDS):
        return ""
    return next((link.url for link in record.links if "://" in link.url), "")
