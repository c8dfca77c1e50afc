"""The chart of publications per year: bars that select their years, and the same as a table."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from ...catalog import Catalog, Criteria, Scope
from ...facets import FIRST_YEAR, year_bounds
from ..language import gettext, ngettext
from .filters import value_label
from .panel import Counts

MAX_BARS: Final = 30  # each wide enough for its year and to tap; on a phone, 9 are in view
# Years per bar: the smallest step that needs no more bars, for years of -9999 to 9999.
STEPS: Final = (1, 5, 10, 50, 100, 500, 1000)

HEIGHT: Final = 100  # of the tallest bar
MIN_HEIGHT: Final = 4  # of any bar, so that one publication is visible beside 100,000


class Place(NamedTuple):
    """A place on the axis, where a bar can be."""

    value: str  # of the facet: "2019" or "1960..1969"
    label: str
    first: int  # its first year
    middle: str  # horizontal, in the width of the chart: "12.50%"


@dataclass(frozen=True, slots=True)
class Axis:
    """The years of the whole site, so that bars do not move during a search."""

    step: int  # years per place
    places: tuple[Place, ...]
    place_numbers: Mapping[str, int]  # by year, as the facet writes it


class Bar(NamedTuple):
    """The publications of one place, as a link that selects or deselects its years."""

    place: int  # its number, from the left
    label: str
    publications: int  # their number
    height: int
    query_string: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars of a list on the axis of the site, the newest first."""

    axis: Axis
    bars: tuple[Bar, ...]

    @property
    def caption(self) -> str:
        if self.axis.step == 1:
            return gettext("Publications per year")
        return ngettext(
            "Publications per %(number)s year", "Publications per %(number)s years", self.axis.step
        )


@lru_cache(maxsize=64)
def cached_axis(catalog: Catalog, scope: Scope | None, _revision: str) -> Axis | None:
    """Return the axis of a scope in a revision; None if it has fewer than two years."""
    years = [int(year) for year, _ in catalog.count_values(Criteria(scope), "year")]
    return make_axis(min(years), max(years)) if len(years) > 1 else None


def make_axis(first: int, last: int) -> Axis:
    """Return the axis for all years between two, including those without publications."""
    step = next(step for step in STEPS if last // step - first // step < MAX_BARS)
    first -= first % step
    starts = range(first, last + 1, step)
    return Axis(
        step=step,
        places=tuple(
            _place(year, step, f"{(number + 0.5) / len(starts):.2%}")
            for number, year in enumerate(starts)
        ),
        place_numbers={str(year): (year - first) // step for year in range(first, last + 1)},
    )


def _place(year: int, step: int, middle: str) -> Place:
    value = str(year) if step == 1 else f"{max(year, FIRST_YEAR)}..{year + step - 1}"
    return Place(value, value_label("year", value), year, middle)


def make_chart(criteria: Criteria, counts: Counts, axis: Axis) -> Chart:
    """Return the chart of a list; `counts` are those of the facet of years."""
    criteria = criteria.with_(open=())
    selected = {
        number for years in criteria.selected("year") for number in _numbers_within(axis, years)
    }
    totals = _count_by_place(counts, axis, selected)
    most = max(totals.values(), default=0)
    before, after = criteria.query_string_adding("year")
    bars = []
    for number, count in totals.items():
        value, label, *_ = axis.places[number]
        is_selected = number in selected
        query_string = _toggle(criteria, value) if is_selected else f"{before}{value}{after}"
        height = max(HEIGHT * count // most, MIN_HEIGHT) if count else 0
        bars.append(Bar(number, label, count, height, query_string, is_selected))
    return Chart(axis, tuple(bars))


def _count_by_place(counts: Counts, axis: Axis, selected: Iterable[int]) -> dict[int, int]:
    """Return the count of each place that has publications or is selected."""
    totals = dict.fromkeys(selected, 0)
    for year, count in counts:
        number = axis.place_numbers.get(year)
        if number is not None and count:
            totals[number] = totals.get(number, 0) + count
    return totals


def _numbers_within(axis: Axis, years: str) -> Iterator[int]:
    """Yield the numbers of the places in "2019", "2019..2023" or "..2019"."""
    low, high = year_bounds(years)
    return (number for year, number in axis.place_numbers.items() if low <= int(year) <= high)


def _toggle(criteria: Criteria, years: str) -> str:
    """Return the query string that deselects a bar, or selects only a part of a range."""
    if years in criteria.selected("year"):
        return criteria.toggled("year", years).query_string()
    return criteria.with_values("year", (years,)).query_string()
