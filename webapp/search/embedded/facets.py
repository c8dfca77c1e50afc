"""Facets: counts of their values, and filters by selected values."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ...facets import FACETS, year_bounds
from .arrays import Array, Docs, Mask
from .facet_columns import FacetColumn
from .snapshot import Snapshot

LIMIT = 12  # values in `SearchResult.facets`, besides the selected ones
FEW = (
    1024  # hits, at most, to cache the counts: two keystrokes of three have the same hits as before
)

Counts = tuple[tuple[str, int], ...]


def filter_masks(snapshot: Snapshot, filters: Mapping[str, tuple[str, ...]]) -> dict[str, Mask]:
    """Return for each facet with selected values the documents that have one of them."""
    return {
        name: snapshot.facets[name].docs_with(
            _codes(snapshot.facets[name], name, values), snapshot.size
        )
        for name, values in filters.items()
        if values and name in snapshot.facets
    }


def apply_filters(mask: Mask, filters: Mapping[str, Mask], facet: str = "") -> Mask:
    """Return a mask restricted by all filters, except the filter of `facet`."""
    for name, other in filters.items():
        if name != facet:
            mask = mask & other
    return mask


def count_facets(
    snapshot: Snapshot,
    mask: Mask,
    docs: Docs,
    filters: Mapping[str, Mask],
    included: Mapping[str, tuple[str, ...]],
) -> dict[str, Counts]:
    """Return the first values of each facet, and the included ones, with their counts.

    `docs` are the documents that pass the mask and all filters. A facet with a filter counts the
    documents that pass the filters of the other facets.
    """
    others = tuple(name for name in FACETS if name not in filters)
    if len(docs) > FEW or any(name in included for name in others):
        unfiltered = {
            name: count_values(snapshot, name, docs, included.get(name, ()), LIMIT)
            for name in others
        }
    else:
        unfiltered = snapshot.cached(_first_values_cached, docs.tobytes(), others)
    filtered = {
        name: count_values(
            snapshot,
            name,
            np.flatnonzero(apply_filters(mask, filters, name)),
            included[name],
            LIMIT,
        )
        for name in filters
    }
    return unfiltered | filtered


def _first_values_cached(
    snapshot: Snapshot, docs: bytes, names: Iterable[str]
) -> dict[str, Counts]:
    hits = np.frombuffer(docs, np.int64)
    return {name: count_values(snapshot, name, hits, limit=LIMIT) for name in names}


def count_values(
    snapshot: Snapshot,
    name: str,
    docs: Docs,
    included: Sequence[str] = (),
    limit: int = 0,
    letters: str = "",
) -> Counts:
    """Return the values that documents have with their counts; `limit` 0 is no limit.

    The most frequent value is first; years are newest first. Folded `letters` restrict the result
    to values that contain them. The `included` values are returned even beyond the limit, with a
    count of 0 or without the letters.
    """
    facet = snapshot.facets[name]
    if not (facet.size or included):  # as of most sites for some facets
        return ()
    totals = facet.totals(docs)
    codes = np.flatnonzero(totals > 0)  # five times as fast as on numbers
    if letters:
        codes = codes[facet.holding(letters)[codes]]
    if limit and len(codes) > limit and name != "year":
        codes = _most_frequent(facet, codes, totals[codes], limit)
    pairs = zip(codes.tolist(), totals[codes].tolist(), strict=True)
    counts = {facet.value(code): total for code, total in pairs}
    for value in included:
        if value not in counts and ".." not in value:
            code = facet.code(value)
            counts[value] = int(totals[code]) if code >= 0 else 0
    if name == "year":
        return tuple(sorted(counts.items(), key=lambda item: int(item[0]), reverse=True))
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _most_frequent(facet: FacetColumn, codes: Array, totals: Array, limit: int) -> Array:
    """Return the codes with the highest totals; of equal totals, those that sort first.

    `codes` are ascending and more than `limit`.
    """
    # How many values have each total or a higher one. Most have a total of 1, for which a partition
    # is slow: of 500,000 values 40 ms, beside 3.
    at_least = np.cumsum(np.bincount(totals)[::-1])[::-1]
    least = np.flatnonzero(at_least >= limit)[-1]
    likely = totals >= least
    codes, totals = codes[likely], totals[likely]
    keys = totals.astype(np.int64) * facet.size - facet.sort_ranks[codes]
    return codes[np.argsort(-keys)[:limit]]


def _codes(facet: FacetColumn, name: str, values: Iterable[str]) -> list[int]:
    codes: set[int] = set()
    for value in values:
        if name == "year" and ".." in value:
            low, high = year_bounds(value)
            years = ((code, int(facet.value(code))) for code in range(facet.size))
            codes.update(code for code, year in years if low <= year <= high)
        elif (code := facet.code(value)) >= 0:
            codes.add(code)
    return sorted(codes)
