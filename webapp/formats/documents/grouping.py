"""The sections of a document: publications by type and by year, in the order of the list."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from ...records import Record
from ..csl.items import is_preprint
from .document import Section

GROUPINGS: Final = ("type,year", "type", "year", "none")
PREPRINTS: Final = "Preprints"
OTHERS: Final = "Other publications"
FORTHCOMING: Final = "Forthcoming"
UNDATED: Final = "Undated"

# Headings with their types, in the order of a document. Other types follow as OTHERS.
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "Journal articles": ("article",),
    "Conference papers": ("inproceedings", "conference"),
    "Books": ("book", "mvbook", "booklet"),
    "Edited volumes": ("proceedings", "mvproceedings", "collection", "mvcollection"),
    "Book chapters": ("inbook", "incollection", "bookinbook", "suppbook", "suppcollection"),
    "Theses": ("phdthesis", "mastersthesis", "thesis", "bachelorsthesis", "diplomathesis"),
    "Reports": ("techreport", "report", "manual"),
    PREPRINTS: ("preprint",),
    "Patents": ("patent",),
    "Software": ("software", "softwareversion", "softwaremodule", "codefragment"),
    "Datasets": ("dataset", "data"),
    "Unpublished works": ("unpublished",),
    OTHERS: (),
}
_HEADING_OF_TYPE: Final = {name: heading for heading, names in HEADINGS.items() for name in names}
_ORDER: Final = {heading: place for place, heading in enumerate(HEADINGS)}

Headed = tuple[str, tuple[Record, ...]]


def make_sections(
    records: Sequence[Record],
    grouping: str,
    numbering: str,
    *,
    oldest_first: bool = False,
    translate: Callable[[str], str] = str,
) -> tuple[Section, ...]:
    """Return the sections of a document, with one of GROUPINGS and one of NUMBERINGS.

    Types have the order of HEADINGS, years the newest first, forthcoming works before and undated
    ones after them. `oldest_first` turns the years around. Headings are translated.
    """
    sections: list[Section] = []
    number = {"up": 1, "down": len(records)}.get(numbering, 0)
    step = {"up": 1, "down": -1}.get(numbering, 0)
    for heading, level, group in _groups(records, grouping, oldest_first):
        sections.append(Section(translate(heading) if heading else "", level, number, group))
        number += step * len(group)
    return tuple(sections)


def heading_of_type(record: Record) -> str:
    """Return the heading of the publications of one type, in English."""
    if is_preprint(record):
        return PREPRINTS
    return _HEADING_OF_TYPE.get(record.type, OTHERS)


def _groups(
    records: Sequence[Record], grouping: str, oldest_first: bool
) -> Iterable[tuple[str, int, tuple[Record, ...]]]:
    """Yield headings with their level and their publications."""
    if grouping == "type,year":
        for heading, group in _by_type(records):
            yield heading, 1, ()
            yield from ((year, 2, works) for year, works in _by_year(group, oldest_first))
    elif grouping == "type":
        yield from ((heading, 1, group) for heading, group in _by_type(records))
    elif grouping == "year":
        yield from ((year, 1, group) for year, group in _by_year(records, oldest_first))
    elif records:
        yield "", 1, tuple(records)


def _by_type(records: Iterable[Record]) -> list[Headed]:
    return sorted(_collected(records, heading_of_type), key=lambda group: _ORDER[group[0]])


def _by_year(records: Iterable[Record], oldest_first: bool) -> list[Headed]:
    groups = _collected(records, _heading_of_year)
    dated = [group for group in groups if group[0] not in (FORTHCOMING, UNDATED)]
    dated.sort(key=lambda group: int(group[0]), reverse=not oldest_first)
    forthcoming = [group for group in groups if group[0] == FORTHCOMING]
    undated = [group for group in groups if group[0] == UNDATED]
    return [*dated, *forthcoming, *undated] if oldest_first else [*forthcoming, *dated, *undated]


def _heading_of_year(record: Record) -> str:
    if record.year is not None:
        return str(record.year)
    return FORTHCOMING if record.is_forthcoming else UNDATED


def _collected(records: Iterable[Record], heading: Callable[[Record], str]) -> list[Headed]:
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(heading(record), []).append(record)
    return [(name, tuple(group)) for name, group in groups.items()]
