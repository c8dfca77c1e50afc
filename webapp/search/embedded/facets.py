"""Counts of the values of a facet, and the filters that chosen values make."""

from collections.abc import Iterable, Mapping

import numpy as np

from .schema import FACETS
from .snapshot import Array, Docs, Facet, Mask, Snapshot

LIMIT = 12  # values that an answer carries of each facet, beside the chosen ones
FEW = 1024  # documents whose counts are remembered: two keystrokes of three find the same as before

Counts = tuple[tuple[str, int], ...]


def filter_masks(snapshot: Snapshot, filters: Mapping[str, tuple[str, ...]]) -> dict[str, Mask]:
    """For each facet with chosen values, the documents that have one of them."""
    return {
        name: snapshot.facets[name].docs_with(
            _codes(snapshot.facets[name], name, values), snapshot.size
        )
        for name, values in filters.items()
        if values and name in snapshot.facets
    }


def apply_filters(mask: Mask, filters: Mapping[str, Mask], facet: str = "") -> Mask:
    """A mask narrowed by all filters but that of one facet."""
    for name, other in filters.items():
        if name != facet:
            mask = mask & other
    return mask


def count_facets(
    snapshot: Snapshot,
    mask: Mask,
    docs: Docs,
    filters: Mapping[str, Mask],
    chosen: Mapping[str, tuple[str, ...]],
) -> dict[str, Counts]:
    """The first values of each facet, for documents `docs` that a mask and all filters leave.

    A facet counts what the filters of the others leave.
    """
    others = tuple(name for name in FACETS if name not in filters)
    if len(docs) > FEW:
        found = _first_values(snapshot, docs, others)
    else:
        found = snapshot.cached(_first_values_cached, docs.tobytes(), others)
    own = {
        name: count_values(
            snapshot, name, np.flatnonzero(apply_filters(mask, filters, name)), chosen[name], LIMIT
        )
        for name in filters
    }
    return found | own


def _first_values(snapshot: Snapshot, docs: Docs, names: Iterable[str]) -> dict[str, Counts]:
    return {name: count_values(snapshot, name, docs, limit=LIMIT) for name in names}


def _first_values_cached(
    snapshot: Snapshot, docs: bytes, names: Iterable[str]
) -> dict[str, Counts]:
    return _first_values(snapshot, np.frombuffer(docs, np.int64), names)


def count_values(
    snapshot: Snapshot,
    name: str,
    docs: Docs,
    chosen: Iterable[str] = (),
    limit: int = 0,
    letters: str = "",
) -> Counts:
    """The values that documents have, most first, years newest first; `limit` 0 is all.

    With folded `letters` only the values that hold them. The chosen values are there also when
    they are beyond the limit, count nothing or do not hold the letters.
    """
    facet = snapshot.facets[name]
    totals = np.bincount(facet.codes_of(docs), minlength=facet.size)
    found = np.flatnonzero(totals > 0)  # of numbers it takes five times as long
    if letters:
        found = found[facet.holding(letters)[found]]
    if limit and len(found) > limit and name != "year":
        found = _most_frequent(facet, found, totals[found], limit)
    pairs = zip(found.tolist(), totals[found].tolist(), strict=True)
    counts = {facet.value(code): total for code, total in pairs}
    for value in chosen:
        if value not in counts and ".." not in value:
            code = facet.code(value)
            counts[value] = int(totals[code]) if code >= 0 else 0
    if name == "year":
        return tuple(sorted(counts.items(), key=lambda item: item[0].zfill(4), reverse=True))
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _most_frequent(facet: Facet, codes: Array, totals: Array, limit: int) -> Array:
    """The codes with the highest totals; among equals those whose values sort first."""
    keys = totals.astype(np.int64) * facet.size - facet.sort_ranks[codes]
    return codes[np.argpartition(-keys, limit)[:limit]]


def _codes(facet: Facet, name: str, values: Iterable[str]) -> list[int]:
    codes: set[int] = set()
    for value in values:
        first, dots, last = value.partition("..")
        if name == "year" and dots:
            low, high = int(first or 0), int(last or 9999)
            years = ((code, int(facet.value(code))) for code in range(facet.size))
            codes.update(code for code, year in years if low <= year <= high)
        elif (code := facet.code(value)) >= 0:
            codes.add(code)
    return sorted(codes)
