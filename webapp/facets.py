"""The facets: properties of publications that visitors filter by. One row declares one facet.

Addresses, the filter panel, `/facets/<name>`, the search syntax (`tag:`) and the index follow from
the rows. Only the years know more: ranges, the chart and the sort orders by year.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from .records import NO_WORDS, OTHERS, Record, type_label

FIRST_YEAR: Final = -9999
LAST_YEAR: Final = 9999
SELECTED: Final = "1"  # the value of the facet `selected`
LAST_RANK: Final = 1_000_000
_RANK = re.compile(r"[0-9]{1,6}")
_YEAR = re.compile(r"-?[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Facet:
    """A property to filter by, with the values that a record has of it."""

    name: str  # `?tag=`, `/facets/tag`, `tag:`
    label: str
    plural: str
    values: Callable[[Record], Iterable[str]]  # empty and repeated ones are dropped
    value_label: Callable[[str], str] = str  # "inproceedings" -> "Conference paper"

    @property
    def has_labels(self) -> bool:
        """Whether visitors know the values by other words."""
        return self.value_label is not str


def facet_values(record: Record) -> dict[str, tuple[str, ...]]:
    """Return the values of a record for each facet, in order."""
    return {
        facet.name: tuple(dict.fromkeys(filter(None, facet.values(record))))
        for facet in FACETS.values()
    }


def author_names(record: Record) -> tuple[str, ...]:
    """Return the names of the authors, or of the editors if there are none, without "et al."."""
    people = record.authors or record.editors
    return tuple(person.name for person in people if person != OTHERS)


def selected_rank(record: Record) -> int | None:
    """Return the place of a selected work among others, LAST_RANK without one; else None.

    The field `selected` is a number, "true" or another word; some are a no.
    """
    written = record.fields.get("selected", "").strip().lower()
    if written in NO_WORDS:
        return None
    return int(written) if _RANK.fullmatch(written) else LAST_RANK


def _selected(record: Record) -> tuple[str, ...]:
    return () if selected_rank(record) is None else (SELECTED,)


def is_set(record: Record, field: str) -> bool:
    """Return whether a field of a record has a value that is not a no."""
    return record.fields.get(field, "").strip().lower() not in NO_WORDS


def _flag(name: str, label: str, plural: str, field: str) -> Facet:
    """Return the facet of the records with a field: `is:open`, `?openaccess=1`."""
    return Facet(name, label, plural, lambda record: (SELECTED,) * is_set(record, field), _yes)


def _yes(_value: str) -> str:
    return "Yes"


def _year(record: Record) -> tuple[str, ...]:
    return () if record.year is None else (str(record.year),)


def canonical_years(text: str) -> str:
    """Return "2023", "2019..2023", "2019.." or "..2023" as the facet writes it; "" for other text.

    A year of the facet has no leading zeros, and the first year of a range is the earlier one.
    """
    first, dots, last = text.partition("..")
    years = [year for year in (first, last) if year]
    if not years or not all(map(_YEAR.fullmatch, years)):
        return ""
    numbers = sorted(map(int, years))
    if not dots or (numbers[0] == numbers[-1] and len(numbers) > 1):
        return str(numbers[0])
    return f"{numbers[0] if first else ''}..{numbers[-1] if last else ''}"


def year_bounds(years: str) -> tuple[int, int]:
    """Return the first and the last year of canonical years."""
    first, dots, last = years.partition("..")
    return int(first or FIRST_YEAR), int((last if dots else first) or LAST_YEAR)


_ROWS = (
    Facet("year", "Year", "years", _year),
    Facet("venue", "Venue", "venues", lambda record: (record.venue,)),
    Facet("author", "Author", "authors", author_names),
    Facet("type", "Type", "types", lambda record: (record.type,), type_label),
    Facet("tag", "Keyword", "keywords", lambda record: record.tags),
    Facet("selected", "Selected", "selected works", _selected, _yes),
    _flag("retracted", "Retracted", "retracted publications", "retracted"),
    _flag("corrected", "Corrected", "corrected publications", "corrected"),
    _flag("openaccess", "Open access", "open access publications", "openaccess"),
)
FACETS: Mapping[str, Facet] = {row.name: row for row in _ROWS}
MEMBER: Final = "member"  # indexed like a facet, but no filter: slugs of members
INDEXED: Final = (*FACETS, MEMBER)
FLAGS: Final = ("selected", "retracted", "corrected", "openaccess")  # `is:open`
# In queries, other facets are fields too. "Retracted: …" is a title.
FIELD_FACETS: Final = tuple(name for name in FACETS if name == "selected" or name not in FLAGS)


def find_flag(text: str) -> str:
    """Return the flag that begins with a text, in any case; "" if there is none."""
    letters = text.lower().replace(" ", "").replace("-", "")
    return next((name for name in FLAGS if letters and name.startswith(letters)), "")
