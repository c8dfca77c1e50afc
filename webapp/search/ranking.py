"""The order of the hits: BM25F, and what the title says."""

import numpy as np
from numpy.typing import NDArray

from .matching import Match, Matcher, Weights, is_stop, rarity
from .query import Word
from .snapshot import Array, Docs

K1 = 2.0

# Worth of a title, beside BM25F scores of some 3 to 10 a word.
TITLE_STARTS = 24.0  # it begins with what was typed
TITLE_EQUALS = 12.0  # and says nothing else
TITLE_WORDS = 32.0  # times the share of the words that it holds
TITLE_PHRASE = 16.0  # times the share of the words that stand in it as typed, side by side
STEEPNESS = 4.0  # a share below one counts much less: half of a title is no title
IDENTIFIER = 1000.0

CANDIDATES = 500  # the best so far, whose titles are read for phrases

Scores = NDArray[np.float64]


def score(matcher: Matcher, match: Match, docs: Docs) -> Scores:
    """The score of each of some hits, rounded so that equal ones are equal."""
    total = np.zeros(len(docs))
    words = [(word, weights) for word, weights in match.words if not is_stop(word)] or match.words
    for weights in (*(weights for _, weights in words), *match.others):
        total += _bm25(weights, docs)
    if words:
        total += _title(matcher, [word for word, _ in words], docs, total)
    if len(match.first):
        total[np.isin(docs, match.first)] += IDENTIFIER
    return np.round(total, 3)


def _bm25(weights: Weights, docs: Docs) -> Scores:
    here = weights[docs].astype(np.float64)
    result: Scores = rarity(weights) * here * (K1 + 1) / (here + K1)
    return result


def _title(matcher: Matcher, words: list[Word], docs: Docs, scores: Scores) -> Scores:
    """What the titles of hits add to their scores."""
    size = matcher.snapshot.size
    held, leading = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    places, position = [], 0
    for word in words:
        owners, at = _title_places(matcher, word)
        held += _mask(owners, size)
        leading += _mask(owners[at == position], size)
        places.append((owners, at - position))
        position += len(word.parts)
    starts = leading[docs] == len(words)
    bonus = TITLE_WORDS * (held[docs] / len(words)) ** STEEPNESS
    bonus += TITLE_STARTS * starts
    bonus += TITLE_EQUALS * (starts & (matcher.snapshot.title_extents[docs] == position))
    if len(words) > 1:
        best = _best(scores + bonus, CANDIDATES)
        bonus[best] += TITLE_PHRASE * _aligned(places, docs[best], size, len(words)) ** STEEPNESS
    return bonus


def _title_places(matcher: Matcher, word: Word) -> tuple[Array, Array]:
    """Where a word begins in titles: documents, and positions among the content words."""
    found = matcher.word_postings(word, ("title",))
    if len(word.parts) > 1:
        found += matcher.postings(word.parts[0], ("title",))
    owners = [np.repeat(p.docs, p.counts).astype(np.int64) + p.segment.base for p in found]
    places = [p.ranks.astype(np.int64) for p in found]
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate(owners), np.concatenate(places)


def _aligned(
    places: list[tuple[Array, Array]], docs: Docs, size: int, words: int
) -> NDArray[np.float64]:
    """The share of the words that stand in a title side by side as typed."""
    rows = np.full(size, -1, np.int64)
    rows[docs] = np.arange(len(docs))
    width = 256  # positions; no title is longer
    counts = np.zeros(len(docs) * width, np.uint8)
    for owners, shifts in places:
        known = rows[owners] >= 0
        cells = rows[owners[known]] * width + np.clip(shifts[known] + width // 2, 0, width - 1)
        counts[np.unique(cells)] += 1
    most = counts.reshape(len(docs), width).max(axis=1, initial=0).astype(np.float64)
    result: NDArray[np.float64] = np.where(most > 1, most, 0) / words
    return result


def _best(scores: Scores, count: int) -> Array:
    """The indices of the highest scores."""
    if len(scores) <= count:
        return np.arange(len(scores))
    return np.argpartition(-scores, count)[:count]


def _mask(docs: Array, size: int) -> NDArray[np.bool_]:
    mask = np.zeros(size, bool)
    mask[docs] = True
    return mask
