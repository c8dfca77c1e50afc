"""Suggestions: authors, venues and keywords that begin with what was typed."""

from collections.abc import Collection, Iterator

import numpy as np

from ...folding import fold
from ..engine import Suggestion
from ..query import Query
from .arrays import Array, Mask
from .facet_columns import FacetColumn
from .schema import SUGGESTED
from .snapshot import Snapshot
from .strings import Strings

COUNT = 3  # suggestions, at most
SHORTEST = 2  # characters typed
LONGEST = 6  # words typed

Beginnings = list[tuple[Strings, Array]]  # of each segment, with the entries (see derived.py)


class Suggester:
    """The values of the suggested facets in a snapshot, looked up by what they begin with."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._facets = {name: snapshot.facets[name] for name in SUGGESTED}
        self._beginnings = {name: _beginnings(snapshot, name) for name in SUGGESTED}
        live = np.flatnonzero(snapshot.live)
        self._totals = {name: facet.totals(live) for name, facet in self._facets.items()}

    def suggest(self, query: Query, filters: Collection[str], mask: Mask) -> tuple[Suggestion, ...]:
        """Return the values that begin with the query, or of which a word does, likeliest first.

        `mask` are the documents that all filters accept. A facet with a filter has no suggestions.
        """
        typed = " ".join(fold(query.text).split())
        is_plain = 0 < len(query.free) == len(query.clauses) <= LONGEST
        if not is_plain or len(typed) < SHORTEST or query.years or query.values:
            return ()
        likeliest: list[tuple[bool, bool, int, Suggestion]] = []
        for facet in SUGGESTED:
            if facet in filters:
                continue
            for value, total in self._find(facet, typed, mask if filters else None):
                name = fold(value)
                rank = (name != typed, not name.startswith(typed), -total)
                likeliest.append((*rank, Suggestion(facet, value, total)))
        return tuple(entry[-1] for entry in sorted(likeliest)[:COUNT])

    def _find(self, name: str, typed: str, mask: Mask | None) -> Iterator[tuple[str, int]]:
        """Yield the likeliest values of a facet, and the number of documents with each."""
        key = typed.encode("utf-8", "replace")
        runs = [entries[slice(*texts.prefixed(key))] for texts, entries in self._beginnings[name]]
        entries = np.concatenate(runs) if len(runs) > 1 else runs[0] if runs else np.zeros(0, int)
        if not len(entries):  # so it is for most queries
            return
        facet = self._facets[name]
        totals = self._totals[name] if mask is None else facet.totals(np.flatnonzero(mask))
        codes = {int(entry) >> 1 for run in runs for entry in run[:COUNT]}  # equal ones come first
        codes.update(_likeliest(facet, entries, totals).tolist())
        yield from ((facet.value(code), int(totals[code])) for code in codes if totals[code])


def _beginnings(snapshot: Snapshot, name: str) -> Beginnings:
    """Return the beginnings of the values of a facet, with entries for the whole snapshot."""
    known, more = snapshot.facets[name].values
    codes = {value: code for code, value in enumerate(more, len(known))}
    beginnings: Beginnings = []
    for segment in snapshot.segments:
        entries = segment.arrays[f"{name}.beginnings.entries"]
        if beginnings:  # the first segment has the known values
            values = Strings(segment.arrays, f"{name}.values")
            numbers = [codes[v] if v in codes else known.find(v) for v in values]
            entries = 2 * np.array(numbers, np.int32)[entries >> 1] + (entries & 1)
        beginnings.append((Strings(segment.arrays, f"{name}.beginnings"), entries))
    return beginnings


def _likeliest(facet: FacetColumn, entries: Array, totals: Array) -> Array:
    """Return the codes of the best entries: whole values before ends, the most frequent first."""
    codes, is_whole = entries >> 1, 1 - (entries & 1)
    ranks = (is_whole * (totals.max() + 1) + totals[codes]) * facet.size - facet.sort_ranks[codes]
    if len(codes) > 2 * COUNT:  # a value may have two such words
        codes = codes[np.argpartition(-ranks, 2 * COUNT)[: 2 * COUNT]]
    return codes
