"""Scoring of postings: the weights of terms, phrases and names in each document.

Weights are one number per document: the term's frequency in the fields, each field boosted and
normalised by its length (the inner part of BM25F). 0 is no match.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..fields import FULL_TEXT, NAME_FIELDS, WITHOUT_STOP_WORDS, is_short
from ..text import STOP_WORDS
from . import positions
from .arrays import Array
from .snapshot import Postings, Snapshot
from .strings import cached_method

Weights = NDArray[np.float32]

# BM25F: the boost of each field, and how much its length matters. Measured like the constants of
# ranking.py: titles at 1 give .658 and .499 (tune), .678 and .520 (report), at
# 6 .664 and .506, .676 and .534; no LENGTH .664 and .473, .669 and .496; the others matter less.
BOOSTS = {"title": 3.0, "authors": 2.5, "venue": 1.2, "tags": 2.0, "abstract": 1.0} | {
    FULL_TEXT: 1.0
}
LENGTH = {"title": 0.5, "authors": 0.0, "venue": 0.3, "tags": 0.3, "abstract": 0.75} | {
    FULL_TEXT: 0.75
}


class TermScorer:
    """Scores terms, phrases and names in one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.postings = cached_method(256, self, TermScorer._postings)

    @cached_property
    def norms(self) -> dict[str, Weights]:
        norms = {}
        for field, lengths in self.snapshot.lengths.items():
            average = max(float(lengths.sum(where=self.snapshot.live)) / self.snapshot.count, 1.0)
            share = 1 - LENGTH[field] + LENGTH[field] * lengths / average
            norms[field] = (BOOSTS[field] / share).astype(np.float32)
        return norms

    def _postings(
        self, term: str, fields: tuple[str, ...], prefix: bool = False, stems: bool = True
    ) -> tuple[Postings, ...]:
        """Return the postings of a term, or of all terms with a prefix, and of its inflections."""
        key, postings, inflected = term.encode(), [], stems and fields != NAME_FIELDS
        for segment in self.snapshot.segments:
            if prefix:
                first, last = segment.words.prefixed(key)
            else:
                first = segment.words.find(key)
                first, last = (first, first + 1) if first >= 0 else (0, 0)
            inflections = (
                [w for w in segment.inflections(term) if not first <= w < last] if inflected else []
            )
            whole = first + (first < last and segment.words[first] == key)
            for field in fields if first < last or inflections else ():
                short = prefix and len(fields) > 1 and is_short(term, field)
                postings.append(segment.postings(field, first, whole if short else last))
                if field not in NAME_FIELDS:
                    postings += [segment.postings(field, word, word + 1) for word in inflections]
        return tuple(filter(None, postings))

    def score_postings(self, postings: Iterable[Postings]) -> Weights:
        """Return the weights of postings."""
        weights = np.zeros(self.snapshot.size, np.float32)
        for item in postings:
            base, size = item.segment.base, item.segment.size
            worth = self.norms[item.field][base : base + size][item.docs] * item.counts
            np.add.at(weights[base : base + size], item.docs, worth)
        weights[self.snapshot.dead] = 0
        return weights

    def score_phrase(
        self, terms: Sequence[Sequence[str]], fields: tuple[str, ...], prefix: bool
    ) -> Weights:
        """Return the weights of adjacent terms.

        Each term may have several spellings; `prefix` makes the last one a prefix.
        """
        weights = np.zeros(self.snapshot.size, np.float32)
        items = self._all_postings(terms, fields, {len(terms) - 1} if prefix else ())
        for field in fields:
            postings = [
                (offset, [p for p in items[offset] if p.field == field])
                for offset, spellings in enumerate(terms)
                if field not in WITHOUT_STOP_WORDS or spellings[0] not in STOP_WORDS
            ]
            # Long texts are indexed without stop words; one remaining word is not a phrase.
            if len(postings) >= min(len(terms), 2) and all(here for _, here in postings):
                self._add(weights, field, positions.find_phrase(self.snapshot.size, postings))
        weights[self.snapshot.dead] = 0
        return weights

    def score_name(
        self, terms: Sequence[Sequence[str]], prefix: bool, initials: Collection[int]
    ) -> Weights:
        """Return the weights of terms in one name, in any order; otherwise as in `score_phrase`.

        `initials` are the numbers of the terms of which only the first letter is known.
        """
        weights = np.zeros(self.snapshot.size, np.float32)
        postings = self._all_postings(
            terms, NAME_FIELDS, {*initials, *((len(terms) - 1,) if prefix else ())}
        )
        self._add(
            weights, NAME_FIELDS[0], positions.find_name(self.snapshot.size, postings, initials)
        )
        weights[self.snapshot.dead] = 0
        return weights

    def _all_postings(
        self, terms: Sequence[Sequence[str]], fields: tuple[str, ...], prefixes: Collection[int]
    ) -> list[list[Postings]]:
        """Return the postings of each term in all spellings; `prefixes` numbers the prefixes."""
        return [
            [p for s in spellings for p in self.postings(s, fields, number in prefixes)]
            for number, spellings in enumerate(terms)
        ]

    def _add(self, weights: Weights, field: str, occurrences: Array) -> None:
        """Add the weight of each occurrence."""
        docs = occurrences >> 16
        np.add.at(weights, docs, self.norms[field][docs])


def sum_where_all(weights: Sequence[Weights]) -> Weights:
    """Return the summed weights of the documents that every item matches, 0 for the rest."""
    total = sum_weights(weights)
    for other in weights:
        total[other == 0] = 0
    return total


def sum_weights(weights: Sequence[Weights]) -> Weights:
    """Return the sum of weights; raise IndexError if there are none."""
    total = weights[0].copy()
    for other in weights[1:]:
        total += other
    return total
