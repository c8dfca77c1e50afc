"""Alternatives to a search without results: the same search with one part less."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ...catalog import Catalog, Criteria, Page
from ...facets import FACETS
from .filters import field_label, value_label

MAX_SEARCHES: Final = 8  # run to find alternatives


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another search, which has results."""

    label: str
    query_string: str
    total: int

    @property
    def results(self) -> str:
        return "1 result" if self.total == 1 else f"{self.total:,} results"


def find_alternatives(page: Page, catalog: Catalog) -> tuple[Alternative, ...]:
    """Return the searches like that of a page that have results, the most similar first."""
    alternatives = (
        Alternative(label, criteria.query_string(), catalog.count_hits(criteria))
        for label, criteria in islice(_candidates(page, catalog), MAX_SEARCHES)
    )
    return tuple(alternative for alternative in alternatives if alternative.total)


def _candidates(page: Page, catalog: Catalog) -> Iterator[tuple[str, Criteria]]:
    """Yield similar searches, each with the label of its link, the most similar first."""
    criteria = page.criteria.with_(open=())
    if criteria.literal:
        relaxed = criteria.with_(literal=False)
        hits = catalog.find(relaxed).hits
        is_corrected = hits.rewritten in ("spelling", "split")
        yield f"Search for {hits.shown_query}" if is_corrected else "Include close matches", relaxed
    for name, values in criteria.filters.items():
        labels = " or ".join(f"“{value_label(name, value)}”" for value in values)
        yield f"Remove {FACETS[name].label.lower()} {labels}", criteria.with_values(name, ())
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
