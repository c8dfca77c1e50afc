"""What narrows the list: each facet's values as links, with the number of hits behind each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_plus

from ..criteria import Criteria
from .details import TYPE_LABELS

LABELS: Final = {
    "year": "Year",
    "venue": "Venue",
    "author": "Author",
    "type": "Type",
    "tag": "Keyword",
}
PLURALS: Final = {
    "year": "years",
    "venue": "venues",
    "author": "authors",
    "type": "types",
    "tag": "keywords",
}

SHOWN = 6  # values of a facet before all of them are asked for, beside the chosen ones

Counts = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet, and the query string that chooses it or takes it back."""

    id: str
    label: str
    count: str
    query_string: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of a facet that are shown, the chosen ones first."""

    name: str
    choices: tuple[Choice, ...]
    cut: bool  # there are more

    @property
    def label(self) -> str:
        return LABELS[self.name]

    @property
    def plural(self) -> str:
        return PLURALS[self.name]


@dataclass(frozen=True, slots=True)
class YearRange:
    """The bounds of the chosen range of years, and all else that a form has to keep."""

    first: str
    last: str
    kept: tuple[tuple[str, str], ...]


def facets(criteria: Criteria, counts: Mapping[str, Counts], total: int) -> Iterator[Facet]:
    """The facets with something to choose, when there are `total` publications."""
    criteria = criteria.with_(open=())
    for name in LABELS:
        values = counts.get(name, ())
        if len(values) > 1 and any(count != total for _, count in values):
            yield facet(criteria, name, values, SHOWN)


def facet(criteria: Criteria, name: str, counts: Counts, shown: int) -> Facet:
    """One facet, with no more than `shown` values that are not chosen."""
    chosen = set(getattr(criteria, name))
    adding = criteria.adding(name)
    first = [
        _choice(name, value, count, criteria.toggled(name, value).query_string(), chosen=True)
        for value, count in counts
        if chosen and value in chosen
    ]
    others = [each for each in counts if each[0] not in chosen] if chosen else counts
    rest = (_choice(name, value, count, adding(value)) for value, count in others[:shown])
    return Facet(name, (*first, *rest), len(others) > shown)


def year_range(criteria: Criteria) -> YearRange:
    first, _, last = next((years for years in criteria.year if ".." in years), "").partition("..")
    return YearRange(first, last, tuple(criteria.with_(year=(), open=()).pairs()))


def value_label(name: str, value: str) -> str:
    """A value as people read it: "Conference paper", "2019–2023", "until 2020"."""
    if name == "type":
        return TYPE_LABELS.get(value) or ("Other" if value == "misc" else value.capitalize())
    first, dots, last = value.partition("..")
    if name != "year" or not dots:
        return value
    return f"{first}–{last}" if first and last else f"since {first}" if first else f"until {last}"


def _choice(name: str, value: str, count: int, address: str, *, chosen: bool = False) -> Choice:
    id_ = f"{name}={quote_plus(value)}"
    return Choice(id_, value_label(name, value), f"{count:,}", address, chosen)
