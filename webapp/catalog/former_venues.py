"""Full names of venues, which addresses had before venues were grouped into series."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from ..folding import fold
from ..search.engine import SearchResult
from .criteria import Criteria

# Like `Catalog.count_values`: the criteria, a facet and folded letters.
CountValues = Callable[[Criteria, str, str], Iterable[tuple[str, int]]]


def with_present_venues(
    criteria: Criteria, hits: SearchResult, count_values: CountValues
) -> Criteria:
    """Return the criteria with the series in place of a full name: "EMNLP".

    Only a selected venue without hits can be a full name, so other searches cost nothing more.
    """
    counts = dict(hits.facets.get("venue", ()))
    selected = criteria.selected("venue")
    if all(counts.get(venue, 1) for venue in selected):
        return criteria
    present = (
        venue if counts.get(venue, 1) else _present_venue(venue, count_values) for venue in selected
    )
    return replace(criteria, filters={**criteria.filters, "venue": tuple(dict.fromkeys(present))})


def _present_venue(name: str, count_values: CountValues) -> str:
    """Return the venue with the most publications that have this full name; else the name."""
    if name in dict(count_values(Criteria(), "venue", fold(name).strip())):
        return name
    phrase = name.replace('"', " ")
    # Without a closing quotation mark, the last word may be cut, as in a shortened address.
    having = Criteria(q=f'venue:"{phrase}', literal=True)
    for venue, _ in count_values(having, "venue", ""):
        if Criteria.from_args({"venue": [venue]}).selected("venue") == (venue,):
            return venue  # an address can have it
    return name
