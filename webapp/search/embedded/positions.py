"""Comparison of the positions of terms: which form a phrase, and which belong to one name.

An occurrence is a document and a position in one integer: document << 16 | position.
"""

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from .arrays import Array, is_among
from .schema import NAME_STRIDE
from .snapshot import Postings

TermPostings = Sequence[Postings]  # of one term, in any of its spellings

_NONE = np.zeros(0, np.int64)


def find_phrase(size: int, terms: Iterable[tuple[int, TermPostings]]) -> Array:
    """Return the occurrences of a phrase among `size` documents.

    Each term comes with its distance from the first position of the phrase.
    """
    occurrences = None
    for offset, postings in sorted(terms, key=lambda term: _document_frequency(term[1])):
        occurrences = _intersect(size, occurrences, postings, -offset)
    return _NONE if occurrences is None else occurrences


def find_name(size: int, terms: Sequence[TermPostings], initials: Collection[int]) -> Array:
    """Return the occurrences of terms in one name, in any order.

    `initials` are the numbers of the terms of which only the first letter is known. They match
    other words of the name than the remaining terms do.
    """
    if not all(terms):
        return _NONE
    whole = [p for number, postings in enumerate(terms) if number not in initials for p in postings]
    taken = _intersect(size, None, whole) if initials else _NONE
    occurrences = None
    by_frequency = sorted(enumerate(terms), key=lambda term: _document_frequency(term[1]))
    for number, postings in by_frequency:
        excluded = taken if number in initials else _NONE
        occurrences = _intersect(size, occurrences, postings, stride=NAME_STRIDE, excluded=excluded)
    return _NONE if occurrences is None else occurrences


def find_near(size: int, terms: Iterable[TermPostings], distance: int) -> Array:
    """Return the occurrences of the rarest term that have each other one within a distance."""
    anchors = None
    for postings in sorted(terms, key=_document_frequency):
        occurrences = _intersect(size, None, postings)
        if anchors is None:
            anchors = occurrences
            continue
        next_ones = np.searchsorted(occurrences, anchors - distance)
        is_before_end = next_ones < len(occurrences)
        anchors = anchors[is_before_end]
        anchors = anchors[occurrences[next_ones[is_before_end]] <= anchors + distance]
    return _NONE if anchors is None else anchors


def _document_frequency(postings: TermPostings) -> int:
    return sum(len(item.docs) for item in postings)


def _intersect(
    size: int,
    occurrences: Array | None,
    postings: TermPostings,
    shift: int = 0,
    stride: int = 1,
    excluded: Array = _NONE,
) -> Array:
    """Return the occurrences at which one more term matches, except for the `excluded` ones.

    Positions are divided by `stride`, then shifted.
    """
    if occurrences is not None:
        if not len(occurrences):
            return occurrences
        candidates = np.zeros(size, bool)
        candidates[occurrences >> 16] = True
    parts = [np.full(1, -1, np.int64)]  # sorts before the first occurrence
    for item in postings:
        docs = item.docs.astype(np.int64) + item.segment.base
        here = slice(None) if occurrences is None else np.repeat(candidates[docs], item.counts)
        docs, positions = np.repeat(docs, item.counts)[here], item.positions[here].astype(np.int64)
        if len(excluded):
            free = ~is_among((docs << 16) + positions, excluded)
            docs, positions = docs[free], positions[free]
        positions = positions // stride + shift
        parts.append(((docs << 16) + positions)[positions >= 0])
    matches = np.sort(np.concatenate(parts))
    matches = matches[1:][matches[1:] > matches[:-1]]  # `unique` takes ten times as long
    return matches if occurrences is None else np.intersect1d(occurrences, matches, True)
