"""The chart of publications per year: bars that select their years, and the same as a table."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from ...catalog import Catalog, Criteria
from ...facets import FIRST_YEAR, year_bounds
from ..language import gettext, ngettext, translation
from .filters import value_label
from .panel import Counts

MAX_BARS: Final = 100
# Years per bar: the smallest step that needs no more bars, for years of -9999 to 9999.
STEPS: Final = (1, 5, 10, 50, 100, 500)
MAX_TICKS: Final = 8  # labels of the axis that fit side by side on a phone
TICK_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)  # years between labels

HEIGHT: Final = 100  # of the tallest bar
MIN_HEIGHT: Final = 4  # of any bar, so that one publication is visible beside 100,000


class Label(NamedTuple):
    """A number in the chart, and its horizontal position in the width of the chart."""

    x: str  # "12.50%"
    text: str


class Place(NamedTuple):
    """A place on the axis, where a bar can be."""

    value: str  # of the facet: "2019" or "1960..1969"
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The years of the whole site, so that bars do not move during a search."""

    step: int  # years per place
    places: tuple[Place, ...]
    place_numbers: Mapping[str, int]  # by year, as the facet writes it
    ticks: tuple[Label, ...]


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
    tallest: Label | None  # the count of the tallest bar

    @property
    def caption(self) -> str:
        if self.axis.step == 1:
            return gettext("Publications per year")
        return ngettext(
            "Publications per %(number)s year", "Publications per %(number)s years", self.axis.step
        )


@lru_cache(maxsize=8)
def cached_axis(catalog: Catalog, _revision: str) -> Axis | None:
    """Return the axis of a revision; None if it has fewer than two years."""
    years = [int(year) for year, _ in catalog.count_values(Criteria(), "year")]
    return make_axis(min(years), max(years)) if len(years) > 1 else None


def make_axis(first: int, last: int) -> Axis:
    """Return the axis for all years between two, including those without publications."""
    step = next(step for step in STEPS if last // step - first // step < MAX_BARS)
    first -= first % step
    starts = range(first, last + 1, step)
    return Axis(
        step=step,
        places=tuple(_place(year, step) for year in starts),
        place_numbers={str(year): (year - first) // step for year in range(first, last + 1)},
        ticks=tuple(_ticks(first, last, step, len(starts))),
    )


def _place(year: int, step: int) -> Place:
    value = str(year) if step == 1 else f"{max(year, FIRST_YEAR)}..{year + step - 1}"
    return Place(value, value_label("year", value))


def _ticks(first: int, last: int, step: int, places: int) -> Iterator[Label]:
    tick = next(
        tick
        for tick in TICK_STEPS
        if tick >= step and last // tick - (first - 1) // tick <= MAX_TICKS
    )
    for year in range(first + -first % tick, last + 1, tick):
        middle = ((year - first) // step + 0.5) / places
        yield Label(f"{middle:.2%}", str(year))


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
        value, label = axis.places[number]
        is_selected = number in selected
        query_string = _toggle(criteria, value) if is_selected else f"{before}{value}{after}"
        height = max(HEIGHT * count // most, MIN_HEIGHT) if count else 0
        bars.append(Bar(number, label, count, height, query_string, is_selected))
    return Chart(axis, tuple(bars), _tallest(totals, len(axis.places)))


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


def _tallest(totals: Mapping[int, int], places: int) -> Label | None:
    """Return the count over the tallest bar; None if no bar has a height."""
    number = max(totals, key=lambda number: totals[number], default=0)
    if not totals.get(number):
        return None
    # At the ends of a long axis, a count in the middle of its bar would reach beyond the page.
    middle = min(max((number + 0.5) / places, 0.02), 0.98)
    return Label(f"{middle:.2%}", translation().number(totals[number]))
