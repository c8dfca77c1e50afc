"""Links that filter and sort the list: chips of active filters, sort orders, a range of years."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ...catalog import Criteria
from ...facets import FACETS
from ...search.engine import Suggestion
from ...search.fields import FULL_TEXT
from ...search.query import Query
from ..language import gettext

ORDERS: Final = {
    "": "Owner’s order",
    "relevance": "Relevance",
    "newest": "Newest",
    "oldest": "Oldest",
    "title": "Title",
    "venue": "Venue",
}


@dataclass(frozen=True, slots=True)
class YearRange:
    """The selected range of years, and the other parameters that its form sends."""

    first: str
    last: str
    parameters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter, and the query string without it."""

    name: str  # "Author:", "Not:", "Not author:"; "" for words
    value: str
    query_string: str
    typed: bool  # a part of the query, not a selected value


@dataclass(frozen=True, slots=True)
class SuggestedFilter:
    """A value that begins with what was typed, and the query string that filters by it."""

    name: str  # "Author:"
    value: str
    total: int
    query_string: str


@dataclass(frozen=True, slots=True)
class Order:
    """A sort order, as a link."""

    name: str  # a key of ORDERS, or "default"
    label: str
    query_string: str
    current: bool


def make_suggestions(criteria: Criteria, values: Sequence[Suggestion]) -> Iterator[SuggestedFilter]:
    """Yield a link for each suggested value: filter by it instead of searching for its words."""
    if values:
        criteria = criteria.with_(q="", sort="", literal=False, open=())
    for suggestion in values:
        yield SuggestedFilter(
            _chip_name(suggestion.facet),
            value_label(suggestion.facet, suggestion.value),
            suggestion.total,
            criteria.toggled(suggestion.facet, suggestion.value).query_string(),
        )


def make_year_range(criteria: Criteria) -> YearRange:
    """Return the first selected range of years, with empty ends if there is none."""
    ranges = (years for years in criteria.selected("year") if ".." in years)
    first, _, last = next(ranges, "").partition("..")
    without_years = criteria.with_values("year", ()).with_(open=())
    return YearRange(first, last, tuple(without_years.pairs()))


def make_chips(criteria: Criteria, query: Query) -> Iterator[Chip]:
    """Yield a chip for each piece of syntax in the query, then for each selected value."""
    criteria = criteria.with_(open=())
    for piece in query.chips:
        without_piece = criteria.with_(q=piece.rest, literal=criteria.literal and bool(piece.rest))
        name = _chip_name(piece.field, negated=piece.negated)
        value = value_label(piece.field, piece.value)
        yield Chip(name, value, without_piece.query_string(), typed=True)
    for facet, values in criteria.filters.items():
        for value in values:
            query_string = criteria.toggled(facet, value).query_string()
            yield Chip(_chip_name(facet), value_label(facet, value), query_string, typed=False)


def _chip_name(field: str, *, negated: bool = False) -> str:
    """Return the name before a chip's value: "Author:", "Not author:", "Not:"; "" for words."""
    if not field:
        return gettext("Not:") if negated else ""
    if negated:
        return gettext("Not %(field)s:", field=field_noun(field))
    return gettext("%(field)s:", field=field_label(field))


def make_orders(criteria: Criteria, query: Query, order: str) -> Iterator[Order]:
    """Yield the sort orders; the first is the one of an address that names none.

    `order` is that of the list without words: "position" or one of criteria.SORTS.
    """
    default = "relevance" if query else "" if order == "position" else order
    requested = criteria.sort if criteria.sort != "relevance" or query else ""
    unsorted = criteria.with_(sort="", open=()).query_string()
    for name in dict.fromkeys((default, "newest", "oldest", "title", "venue")):
        sort = "" if name == default else f"{'&' if unsorted else '?'}sort={name}"
        current = name == (requested or default)
        is_selected = not name and is_selection(criteria)
        label = gettext("As selected") if is_selected else gettext(ORDERS[name])
        yield Order(name or "default", label, unsorted + sort, current)


def is_selection(criteria: Criteria) -> bool:
    """Return whether the list is a selection of publications."""
    return criteria.scope is not None and criteria.scope.kind == "selection"


def field_label(name: str) -> str:
    """Return the label of a facet, or of another field of the search syntax."""
    return gettext(_english_label(name))


def field_noun(name: str) -> str:
    """Return the label for use within a sentence: "Remove author “Ada”"."""
    label = _english_label(name)
    return gettext(label if label.isupper() else label.lower())


def _english_label(name: str) -> str:
    if name == FULL_TEXT:
        return "PDF"
    return FACETS[name].label if name in FACETS else name.capitalize()


def selected_labels(criteria: Criteria) -> Iterator[tuple[str, list[str]]]:
    """Yield each facet that has selected values with their labels, the years last."""
    for name in sorted(criteria.filters, key=lambda name: name == "year"):
        yield name, [value_label(name, value) for value in criteria.filters[name]]


def quoted(values: Iterable[str]) -> str:
    """Return values as "“2019” or “2020”"."""
    conjunction = gettext("or")
    return f" {conjunction} ".join(gettext("“%(value)s”", value=value) for value in values)


def value_label(field: str, value: str) -> str:
    """Return a value of a field as visitors read it: "Conference paper", "2019–2023"."""
    if field == "year":
        return _years_label(value)
    facet = FACETS.get(field)
    return gettext(facet.value_label(value)) if facet and facet.has_labels else value


def _years_label(years: str) -> str:
    """Return "2019–2023" for "2019..2023", "since 2019" for "2019..", "until 2023" for "..2023"."""
    first, dots, last = years.partition("..")
    if not dots:
        return years
    if first and last:
        dash = " – " if "-" in years else "–"  # "-300 – -201"
        return f"{first}{dash}{last}"
    return gettext("since %(year)s", year=first) if first else gettext("until %(year)s", year=last)
