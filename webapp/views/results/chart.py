"""Publications per year: a small picture whose bars choose their years, and the same as a table."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from ...catalog.catalog import Catalog
from ...catalog.criteria import Criteria
from .filters import Counts, value_label

MAX_BARS = 100
# Years of a bar: the fewest that need no more bars than that. A year has four digits at most.
STEPS = (1, 5, 10, 50, 100)
MAX_LABELS = 8  # that stand side by side on a phone
TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)  # years from label to label

HEIGHT = 100  # of the highest bar
MIN_HEIGHT = 4  # of any: one publication is seen beside 100,000
BAR_WIDTH = 3  # em, where there is room


class Bar(NamedTuple):
    """A place on the axis, and what is the same there in every answer."""

    value: str  # in an address: "2019", or "1960..1969"
    title: str  # up to the number
    shapes: str  # the clickable column, and the bar up to its height
    row: str  # of the table, up to the number


@dataclass(frozen=True, slots=True)
class Axis:
    """All years of a site: the bars keep their places while one searches."""

    places: Mapping[str, int]  # of each year, as the facet writes it
    bars: tuple[Bar, ...]
    caption: str  # "Publications per year"
    opening: str  # of the picture
    labels: str  # below the bars


@lru_cache(maxsize=8)
def axis_of(catalog: Catalog, _revision: str) -> Axis | None:
    """The axis of a revision, counted once for it; None where there are fewer than two years."""
    years = [int(year) for year, _ in catalog.values(Criteria(), "year")]
    return make_axis(min(years), max(years)) if len(years) > 1 else None


def make_axis(first: int, last: int) -> Axis:
    """From one year to another, gaps and all, of several years a bar where they are many."""
    step = next(step for step in STEPS if last // step - first // step < MAX_BARS)
    first -= first % step
    bars = tuple(_bar(place, year, step) for place, year in enumerate(range(first, last + 1, step)))
    return Axis(
        places={str(year): (year - first) // step for year in range(first, last + 1)},
        bars=bars,
        caption=f"Publications per {'year' if step == 1 else f'{step} years'}",
        opening=(
            f'<svg aria-hidden="true" width="{len(bars) * BAR_WIDTH}em">'
            f'<svg viewBox="0 0 {len(bars)} {HEIGHT}" preserveAspectRatio="none">'
        ),
        labels=f"</svg>{''.join(_labels(first, last, step, len(bars)))}",
    )


def _bar(place: int, year: int, step: int) -> Bar:
    value = str(year) if step == 1 else f"{year}..{year + step - 1}"
    label = value_label("year", value)
    column = f'<rect x="{place}" width="1" height="{HEIGHT}"/>'
    return Bar(
        value=value,
        title=f"<title>{label}: ",
        shapes=f'</title>{column}<path d="M{place}.1 {HEIGHT}v-',
        row=f'<tr><th scope="row">{label}</th><td>',
    )


def _labels(first: int, last: int, step: int, bars: int) -> Iterator[str]:
    tick = next(t for t in TICKS if t >= step and last // t - (first - 1) // t <= MAX_LABELS)
    for year in range(first + -first % tick, last + 1, tick):
        middle = ((year - first) // step + 0.5) / bars
        yield f'<text x="{middle:.2%}" y="100%" dy="1.35em">{year}</text>'


def chart(criteria: Criteria, counts: Counts, axis: Axis, root: str) -> Markup:
    """The picture and the table of what the facet counts of each year."""
    criteria = criteria.with_(open=())
    found, chosen = _counted(criteria, counts, axis)
    most = max(found.values(), default=0)
    before, after = criteria.query_string_adding("year")
    start = f'<a href="{escape(f"{root}/{before}")}'
    end = f'{escape(after)}" rel="nofollow" tabindex="-1">'
    links, rows = [], []
    for place, count in found.items():
        value, title, shapes, row = axis.bars[place]
        height = HEIGHT * count // most if count else 0
        if count and height < MIN_HEIGHT:
            height = MIN_HEIGHT
        link = _chosen_link(criteria, value, root) if place in chosen else f"{start}{value}{end}"
        number = f"{count:,}"
        links.append(f'{link}{title}{number}{shapes}{height}h.8V{HEIGHT}z"/></a>')
        rows.append(f"{row}{number}</td></tr>")
    table = f"<table><caption>{axis.caption}</caption>{''.join(rows)}</table>" if rows else ""
    return Markup(  # noqa: S704  the addresses are escaped, all else is numbers
        f'<p aria-hidden="true">{axis.caption}</p>'
        f"{axis.opening}{''.join(links)}{axis.labels}{_number(found, len(axis.bars))}</svg>"
        f'<div class="chart-table">{table}</div>'
    )


def _number(counts: Mapping[int, int], bars: int) -> str:
    """Return the number over the tallest bar; "" where no bar has a height."""
    place = max(counts, key=lambda place: counts[place], default=0)
    if not counts.get(place):
        return ""
    # Near the ends of a long axis, a number in the middle of its bar would reach beyond the page.
    middle = min(max((place + 0.5) / bars, 0.02), 0.98)
    return f'<text class="tallest" x="{middle:.2%}" y="0" dy="-0.4em">{counts[place]:,}</text>'


def _counted(criteria: Criteria, counts: Counts, axis: Axis) -> tuple[dict[int, int], set[int]]:
    """The number at each place that has any or is chosen, and the places that are chosen."""
    chosen = {place for years in criteria.selected("year") for place in _places(axis, years)}
    found = dict.fromkeys(chosen, 0)
    for year, count in counts:
        place = axis.places.get(year)
        if place is not None:
            found[place] = found.get(place, 0) + count
    return found, chosen


def _places(axis: Axis, years: str) -> Iterable[int]:
    """The places of "2019", "2019..2023" or "..2019"."""
    first, dots, last = years.partition("..")
    low, high = int(first or 0), int((last or 9999) if dots else first)
    return (place for year, place in axis.places.items() if low <= int(year) <= high)


def _chosen_link(criteria: Criteria, years: str, root: str) -> str:
    """A chosen bar takes its years back; a part of what is chosen is chosen alone."""
    without = criteria.toggled("year", years)
    wanted = (
        without if years in criteria.selected("year") else criteria.with_values("year", (years,))
    )
    address = escape(f"{root}/{wanted.query_string()}")
    return f'<a href="{address}" rel="nofollow" tabindex="-1" aria-current="true">'
