"""Long questions: the records that have most of the words, found word by word.

So many words are neither joined, respelled nor expanded, and no titles are compared with them:
those would cost most of the time, and change little.
"""

from dataclasses import replace

import numpy as np

from ..query import Query, Word, is_stop
from .arrays import Mask
from .evaluation import complete_match, restrictions
from .matching import Matcher
from .ranking import rarity
from .rewriting import Answer
from .scoring import Weights

LONG = 24  # words that are not stop words, at least
# A hit has this share of the best coverage. With .3, recall@100 is up to .09 lower.
PARTIAL = 0.1
RANKED = 1000  # hits, at most, the best by coverage
SHORTEST = 3  # letters of a word that is being typed


def is_long(query: Query) -> bool:
    """Return whether a query is a long question."""
    return not query.identifiers and sum(not is_stop(word) for word in query.free) >= LONG


def answer_question(matcher: Matcher, query: Query) -> Answer:
    """Match a long question; records that have all of its words come first."""
    snapshot = matcher.snapshot
    words = [word for word in query.free if not is_stop(word)]
    weights = {word: _word_weights(matcher, word) for word in words}
    coverage, matches_all = np.zeros(snapshot.size, np.float32), snapshot.live.copy()
    for word in words:
        has_word = weights[word] > 0
        coverage += np.float32(rarity(weights[word], snapshot.count)) * has_word
        matches_all &= has_word
    coverage *= snapshot.live
    others = tuple(restrictions(matcher, query))
    for restriction in others:
        coverage *= restriction > 0
        matches_all &= restriction > 0
    scores = (*(weights[word] for word in words), *others)
    match = complete_match(matcher, query, _best(coverage), (), scores)
    if (matches_all & match.mask).any():
        return Answer(query, replace(match, first=np.flatnonzero(matches_all & match.mask)), "few")
    shown = _shown(query, words, weights)
    return Answer(query, match, "partial" if match.mask.any() else "", shown)


def _best(coverage: Weights) -> Mask:
    """Return which documents have a sufficient coverage."""
    lowest = PARTIAL * float(coverage.max(initial=0))
    covering = coverage[coverage >= lowest] if lowest else coverage[:0]
    if len(covering) > RANKED:
        lowest = float(np.partition(covering, -RANKED)[-RANKED])
    mask: Mask = (coverage > 0) & (coverage >= lowest)
    return mask


def _word_weights(matcher: Matcher, word: Word) -> Weights:
    """Return the weights of a word as one term, or of a compound also as its parts."""
    if len(word.parts) > 1:
        return matcher.word_weights(word)
    is_short = word.prefix and len(word.text) < SHORTEST
    weights = None if is_short else matcher.term_weights(word, stems=True)
    return np.zeros(matcher.snapshot.size, np.float32) if weights is None else weights


def _shown(query: Query, words: list[Word], weights: dict[Word, Weights]) -> str:
    """Return the words that some record has, as typed."""
    matched = (query.text[word.start : word.end] for word in words if weights[word].any())
    return " ".join(dict.fromkeys(matched))
