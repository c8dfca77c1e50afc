"""Alternatives to a search without results: the same search with one part less."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ...catalog import Catalog, Criteria, Page
from ..language import gettext, ngettext
from .filters import field_noun, quoted, value_label

MAX_SEARCHES: Final = 8  # run to find alternatives


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another search, which has results."""

    label: str
    query_string: str
    total: int

    @property
    def results(self) -> str:
        return ngettext("%(number)s result", "%(number)s results", self.total)


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
        if is_corrected:
            yield gettext("Search for %(query)s", query=hits.shown_query), relaxed
        else:
            yield gettext("Include close matches"), relaxed
    for name, values in criteria.filters.items():
        labels = [value_label(name, value) for value in values]
        yield _removal(name, labels), criteria.with_values(name, ())
    for chip in page.query.chips:
        label = _permission if chip.negated else _removal
        yield label(chip.field, [chip.value]), criteria.with_(q=chip.rest)
    if not criteria.q.strip():
        return
    if len(criteria.filters) > 1:
        yield gettext("Remove all filters"), criteria.without_filters()
    if criteria.filters:
        yield gettext("Clear the search, keep the filters"), criteria.with_(q="", literal=False)


def _removal(field: str, values: Iterable[str]) -> str:
    if not field:
        return gettext("Remove %(values)s", values=quoted(values))
    return gettext("Remove %(field)s %(values)s", field=field_noun(field), values=quoted(values))


def _permission(field: str, values: Iterable[str]) -> str:
    if not field:
        return gettext("Allow %(values)s", values=quoted(values))
    return gettext("Allow %(field)s %(values)s", field=field_noun(field), values=quoted(values))
