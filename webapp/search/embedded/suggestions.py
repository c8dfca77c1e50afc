"""Suggestions: authors, venues and keywords that begin with what was typed."""

from collections.abc import Iterator, Mapping

import numpy as np

from ..engine import Suggestion
from ..query import Query
from ..text import fold
from .facets import Counts
from .snapshot import FacetColumn, Mask, Snapshot

SUGGESTED = ("author", "venue", "tag")  # facets
COUNT = 3  # suggestions, at most
SHORTEST = 2  # characters typed
LONGEST = 6  # words typed


def suggest_values(
    snapshot: Snapshot, query: Query, mask: Mask, counts: Mapping[str, Counts]
) -> tuple[Suggestion, ...]:
    """Return the values that begin with the query, or of which a word does, the likeliest first.

    `mask` are the documents that all filters accept, and `counts` the most frequent values of the
    hits. A facet that has a filter gets no suggestions.
    """
    typed = fold(query.text).strip()
    is_plain = 0 < len(query.free) == len(query.clauses) <= LONGEST
    if not is_plain or len(typed) < SHORTEST or query.years or query.values:
        return ()
    found: list[tuple[bool, bool, int, Suggestion]] = []
    for facet in counts:
        values = dict(_beginning(snapshot.facets[facet], query.text, mask))
        values |= {v: n for v, n in counts[facet] if f" {typed}" in f" {fold(v)}"}
        for value, count in values.items():
            name = fold(value)
            rank = (name != typed, not name.startswith(typed), -count)
            found.append((*rank, Suggestion(facet, value, count)))
    return tuple(entry[-1] for entry in sorted(found)[:COUNT])


def _beginning(facet: FacetColumn, text: str, mask: Mask) -> Iterator[tuple[str, int]]:
    """Yield the values that begin with a text in the usual capitals, and their counts."""
    text = " ".join(text.split())
    for written in {text, text.lower(), text.title(), text.upper(), text.capitalize()}:
        first, last = facet.values[0].prefixed(written.encode("utf-8", "replace"))
        if first == last:
            continue
        entries = np.flatnonzero((facet.codes >= first) & (facet.codes < last))
        docs = np.searchsorted(facet.at, entries, "right") - 1
        codes = facet.codes[entries[mask[docs]]] - first
        totals = np.bincount(codes, minlength=last - first)
        best = np.argsort(-totals, kind="stable")[:COUNT]
        for code in best[totals[best] > 0].tolist():
            yield facet.value(first + code), int(totals[code])
