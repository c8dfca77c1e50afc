"""Titles of which each typed word begins a word, in order: "Fig Con App Rev"."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..query import Query, Word, is_stop
from .arrays import Array, Mask
from .matching import Match, Matcher
from .rewriting import Answer, replace_words
from .snapshot import Postings

FEWEST, MOST = 2, 12  # words, besides numbers and single letters
LONGEST = 5  # letters in a word: more are no abbreviation, but may have a typo


def match_abbreviations(matcher: Matcher, query: Query) -> Answer | None:
    """Match titles with a word for each typed one, which begins so, in the same order."""
    words = [word for word in query.free if not is_stop(word)]
    if not FEWEST <= len(words) <= MOST or len(query.free) < len(query.clauses):
        return None
    if not all(word.text.isalnum() and len(word.text) <= LONGEST for word in words):
        return None
    if sum(word.text.isalpha() and len(word.text) > 1 for word in words) < FEWEST:
        return None
    mask = _begin_in_order(matcher, words)
    if not mask.any():
        return None
    prefixes = tuple(replace(word, prefix=True, parts=(word.text,)) for word in words)
    weights = (matcher.score_postings(_title_postings(matcher, word)) for word in prefixes)
    match = Match(mask, True, tuple(zip(prefixes, weights, strict=True)), (), np.zeros(0, np.int64))
    changed = replace_words(
        query, lambda word: prefixes[words.index(word)] if word in words else word
    )
    return Answer(changed, match)


def _title_postings(matcher: Matcher, word: Word) -> tuple[Postings, ...]:
    return matcher.postings(word.text, ("title",), prefix=True, stems=False)


def _begin_in_order(matcher: Matcher, words: Sequence[Word]) -> Mask:
    """Return the documents whose titles have words that begin with the given ones, in order."""
    snapshot = matcher.snapshot
    mask = snapshot.live.copy()
    for word in words:
        has_word = np.zeros(snapshot.size, bool)
        for postings in _title_postings(matcher, word):
            has_word[postings.docs.astype(np.int64) + postings.segment.base] = True
        mask &= has_word
        if not mask.any():
            return mask
    reached = np.full(snapshot.size, -1, np.int64)  # position of the last word found
    for word in words:
        occurrences = _occurrences(matcher, word, mask)
        docs, positions = occurrences >> 16, occurrences & 0xFFFF
        later = positions > reached[docs]
        docs, positions = docs[later], positions[later]
        mask[:] = False
        mask[docs] = True
        reached[docs[::-1]] = positions[::-1]  # so the earliest position stays
    return mask


def _occurrences(matcher: Matcher, word: Word, mask: Mask) -> Array:
    """Return where titles of some documents have a prefix, sorted: document << 16 | position."""
    parts = [np.zeros(0, np.int64)]
    for postings in _title_postings(matcher, word):
        docs = np.repeat(postings.docs, postings.counts).astype(np.int64) + postings.segment.base
        here = mask[docs]
        parts.append((docs[here] << 16) + postings.positions[here])
    return np.sort(np.concatenate(parts))
