"""Links that filter and sort the list: values of facets, chips of active filters, sort orders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from ...catalog import Criteria, quote_value
from ...facets import FACETS
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

SHOWN: Final = 6  # values of a facet beside the list, besides the selected ones

Counts = Sequence[tuple[str, int]]


class Choice(NamedTuple):
    """A value of a facet, as a link that selects or deselects it."""

    id: str  # "venue=ACM+TOG", of the element
    label: str
    publications: int  # their number
    query_string: str
    selected: bool


@dataclass(frozen=True, slots=True)
class FacetChoices:
    """A facet with some of its values, the selected ones first."""

    name: str
    label: str
    noun: str  # the label within a sentence: "venue"
    plural: str
    choices: tuple[Choice, ...]
    has_more: bool


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
class Order:
    """A sort order, as a link."""

    name: str  # a key of ORDERS, or "default"
    label: str
    query_string: str
    current: bool


def make_facets(
    criteria: Criteria, counts: Mapping[str, Counts], total: int
) -> Iterator[FacetChoices]:
    """Yield the facets whose values would narrow a list of `total` publications."""
    criteria = criteria.with_(open=())
    for name in FACETS:
        values = counts.get(name, ())
        if len(values) < 2:
            continue
        # Beside a selected value others can be added, even if all have the same count.
        if criteria.selected(name) or any(count != total for _, count in values):
            yield make_facet(criteria, name, values, SHOWN)


def make_facet(criteria: Criteria, name: str, counts: Counts, limit: int) -> FacetChoices:
    """Return a facet with its selected values and, of `counts`, up to `limit` others."""
    facet, selected = FACETS[name], set(criteria.selected(name))
    unselected = [pair for pair in counts if pair[0] not in selected] if selected else counts
    before, after = criteria.query_string_adding(name)
    choices = [
        _choice(name, value, count, criteria.toggled(name, value).query_string(), selected=True)
        for value, count in (counts if selected else ())
        if value in selected
    ]
    choices += [
        _choice(name, value, count, f"{before}{quote_value(value)}{after}")
        for value, count in unselected[:limit]
    ]
    return FacetChoices(
        name=name,
        label=gettext(facet.label),
        noun=field_noun(name),
        plural=gettext(facet.plural),
        choices=tuple(choices),
        has_more=len(unselected) > limit,
    )


def _choice(
    name: str, value: str, count: int, query_string: str, *, selected: bool = False
) -> Choice:
    label = value_label(name, value)
    return Choice(f"{name}={quote_value(value)}", label, count, query_string, selected)


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


def make_orders(criteria: Criteria, query: Query, *, newest_first: bool) -> Iterator[Order]:
    """Yield the sort orders; the first is the one of an address that names none."""
    default = "relevance" if query else "newest" if newest_first else ""
    requested = criteria.sort if criteria.sort != "relevance" or query else ""
    unsorted = criteria.with_(sort="", open=()).query_string()
    for name in dict.fromkeys((default, "newest", "oldest", "title", "venue")):
        sort = "" if name == default else f"{'&' if unsorted else '?'}sort={name}"
        current = name == (requested or default)
        yield Order(name or "default", gettext(ORDERS[name]), unsorted + sort, current)


def field_label(name: str) -> str:
    """Return the label of a facet, or of another field of the search syntax."""
    return gettext(_english_label(name))


def field_noun(name: str) -> str:
    """Return the label for use within a sentence: "Remove author “Ada”"."""
    return gettext(_english_label(name).lower())


def _english_label(name: str) -> str:
    return FACETS[name].label if name in FACETS else name.capitalize()


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
