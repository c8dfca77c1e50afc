"""What narrows the list and orders it, each as a link: values of facets, chips, orders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

from ...catalog.criteria import Criteria, quoted
from ...facets import FACETS
from ...search.query import Query

ORDERS: Final = {
    "": "Owner’s order",
    "relevance": "Relevance",
    "newest": "Newest",
    "oldest": "Oldest",
    "title": "Title",
    "venue": "Venue",
}

SHOWN = 6  # values of a facet before all of them are asked for, beside the chosen ones

Counts = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of a facet that are shown, the chosen ones first."""

    name: str
    choices: Markup  # an `<li>` each, with a link that chooses the value or takes it back
    cut: bool  # there are more

    @property
    def label(self) -> str:
        return FACETS[self.name].label

    @property
    def plural(self) -> str:
        return FACETS[self.name].plural


@dataclass(frozen=True, slots=True)
class YearRange:
    """The bounds of the chosen range of years, and all else that a form has to keep."""

    first: str
    last: str
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that narrows the list, and the query string without it."""

    name: str  # "Author:", "Not:", "Not author:"; empty for words
    value: str
    query_string: str
    typed: bool  # in the query, not chosen


@dataclass(frozen=True, slots=True)
class Order:
    """A link that sorts the list."""

    name: str  # a key of ORDERS, or "default"
    label: str
    query_string: str
    current: bool


def facets(
    criteria: Criteria, counts: Mapping[str, Counts], total: int, root: str
) -> Iterator[Facet]:
    """The facets with something to choose, when there are `total` publications."""
    criteria = criteria.with_(open=())
    for name in FACETS:
        values = counts.get(name, ())
        if len(values) < 2:
            continue
        # Beside a chosen value others may be added, also where all count the same.
        if criteria.selected(name) or any(count != total for _, count in values):
            yield facet(criteria, name, values, SHOWN, root)


def facet(criteria: Criteria, name: str, counts: Counts, shown: int, root: str) -> Facet:
    """One facet, with no more than `shown` values that are not chosen.

    Its values are put into HTML here and not in a template: a list has dozens at every keystroke.
    """
    chosen = set(criteria.selected(name))
    choices = []
    for value, count in counts if chosen else ():
        if value in chosen:
            address = escape(f"{root}/{criteria.toggled(name, value).query_string()}")
            choices.append(_choice(name, value, count, address, chosen=True))
    others = [each for each in counts if each[0] not in chosen] if chosen else counts
    before, after = criteria.query_string_adding(name)
    start, end = escape(f"{root}/{before}"), escape(after)
    for value, count in others[:shown]:
        choices.append(_choice(name, value, count, f"{start}{quoted(value)}{end}"))
    html = Markup("\n".join(choices))  # noqa: S704  escaped where they are made
    return Facet(name, html, len(others) > shown)


def year_range(criteria: Criteria) -> YearRange:
    first, _, last = next(
        (years for years in criteria.selected("year") if ".." in years), ""
    ).partition("..")
    return YearRange(first, last, tuple(criteria.with_values("year", ()).with_(open=()).pairs()))


def chips(criteria: Criteria, query: Query) -> Iterator[Chip]:
    """What was understood of the query, then what was chosen."""
    criteria = criteria.with_(open=())
    for chip in query.chips:
        value = value_label(chip.field, chip.value) if chip.field else chip.value
        without = criteria.with_(q=chip.rest, literal=criteria.literal and bool(chip.rest))
        yield Chip(
            _chip_name(chip.field, negated=chip.negated), value, without.query_string(), typed=True
        )
    for facet_name, values in criteria.filters.items():
        for value in values:
            without = criteria.toggled(facet_name, value)
            shown = value_label(facet_name, value)
            yield Chip(_chip_name(facet_name), shown, without.query_string(), typed=False)


def _chip_name(field: str, *, negated: bool = False) -> str:
    """Return what stands before a chip's value: "Author:", "Not author:", "Not:"; "" for words."""
    label = field_label(field)
    name = f"Not {label.lower()}".strip() if negated else label
    return name and f"{name}:"


def orders(criteria: Criteria, query: Query, *, newest_first: bool) -> Iterator[Order]:
    """The orders that there are, first the one that an address without any has."""
    default = "relevance" if query else "newest" if newest_first else ""
    asked = criteria.sort if criteria.sort != "relevance" or query else ""
    plain = criteria.with_(sort="", open=()).query_string()
    for name in dict.fromkeys((default, "newest", "oldest", "title", "venue")):
        sort = "" if name == default else f"{'&' if plain else '?'}sort={name}"
        yield Order(name or "default", ORDERS[name], plain + sort, name == (asked or default))


def field_label(name: str) -> str:
    """Return the label of a facet, or of another field of the search syntax."""
    return FACETS[name].label if name in FACETS else name.capitalize()


def value_label(name: str, value: str) -> str:
    """Return a value as visitors read it: "Conference paper", "2019–2023", "until 2020"."""
    return FACETS[name].value_label(value) if name in FACETS else value


def _choice(name: str, value: str, count: int, address: str, *, chosen: bool = False) -> str:
    """The HTML of a value; `address` is escaped."""
    current = ' aria-current="true"' if chosen else ""
    return (
        f'<li><a id="{name}={quoted(value)}" href="{address}" rel="nofollow"{current}>'
        f'<bdi>{_label(name, value)}</bdi> <span class="number">{count:,}</span></a></li>'
    )


@lru_cache(maxsize=1024)
def _label(name: str, value: str) -> Markup:
    return escape(value_label(name, value))
