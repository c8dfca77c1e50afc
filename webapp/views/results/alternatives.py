"""What helps when nothing was found: the same search with one thing less."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ...catalog import Catalog, Criteria, Page
from ...facets import FACETS
from .filters import field_label, value_label

OFFERED: Final = 8  # each costs a search


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another search that finds something."""

    label: str
    query_string: str
    found: int

    @property
    def results(self) -> str:
        return "1 result" if self.found == 1 else f"{self.found:,} results"


def alternatives(page: Page, catalog: Catalog) -> tuple[Alternative, ...]:
    """Those that find something, the nearest first."""
    tried = list(_tried(page, catalog))[:OFFERED]
    counted = (Alternative(label, c.query_string(), catalog.found(c)) for label, c in tried)
    return tuple(each for each in counted if each.found)


def _tried(page: Page, catalog: Catalog) -> Iterator[tuple[str, Criteria]]:
    criteria = page.criteria.with_(open=())
    if criteria.literal:
        mended = criteria.with_(literal=False)
        hits = catalog.find(mended).hits
        named = hits.rewritten in ("spelling", "split")
        yield f"Search for {hits.shown_query}" if named else "Include close matches", mended
    for name, values in criteria.filters.items():
        chosen = " or ".join(f"“{value_label(name, value)}”" for value in values)
        yield f"Remove {FACETS[name].label.lower()} {chosen}", criteria.with_values(name, ())
    for chip in page.query.chips:
        verb = "Allow" if chip.negated else "Remove"
        field = f"{field_label(chip.field).lower()} " if chip.field else ""
        yield f"{verb} {field}“{chip.value}”", criteria.with_(q=chip.rest)
    if not criteria.q.strip():
        return
    if len(criteria.filters) > 1:
        yield "Remove all filters", criteria.without_filters()
    if criteria.filters:
        yield "Clear the search, keep the filters", criteria.with_(q="", literal=False)
