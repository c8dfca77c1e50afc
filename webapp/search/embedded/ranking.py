"""Ranking of hits: BM25F, and a bonus for matches in the title."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..query import Clause, Word, is_stop
from .arrays import Array, Docs, Mask, is_among
from .evaluation import ACRONYM
from .full_text_matching import FullTextHits
from .matching import Match, Matcher, TitlePositions
from .scoring import Weights

# Chosen on the half `tune` of bench/quality.py, checked on `report`: success@10 of 98,000 papers
# by 6, 10 and 15 letters of their titles, and nDCG@10 on cranfield, before questions were extended
# with partial matches (relaxation.py).
#
#                            tune          report
#   with these constants     .667 and .510  .687 and .533
#   without TITLE_TYPED      .660 and .510  .678 and .533, and beside that:
#   K1 = 1.2                 .658 and .506  .678 and .525
#   K1 = 3                   .660 and .511  .678 and .535
#   without TITLE_STARTS     .640 and .510  .664 and .533
#   without TITLE_BEGINS     .658 and .510  .671 and .533
#   STEEPNESS = 1            .660 and .479  .678 and .517
#
# TITLE_EQUALS, TITLE_WORDS and TITLE_PHRASE can replace each other: without any one of them less
# than .003 changes. They order the first hits: "Relax" before "Relax: Composable ...".
# Words adjacent in an abstract get no bonus: one gave .660 and .511, .678 and .536, and costs
# reading all positions of the words.
K1 = 2.0

# Bonuses for a title, on top of BM25F scores of some 3 to 10 a word.
TITLE_STARTS = 24.0  # it begins with the typed words
TITLE_TYPED = 8.0  # exactly as typed, not inflected
TITLE_BEGINS = 8.0  # even if stop words count
TITLE_WHOLE = 0.5  # the last word is complete: "Dens" before "Dense" and "Densities"
TITLE_EQUALS = 12.0  # and has no other words
TITLE_NAME = 12.0  # and is the name of a system: "DENS: A Dataset"
TITLE_WORDS = 32.0  # times the share of the words that it contains
TITLE_PHRASE = 16.0  # times the share of the words that are adjacent in it as typed
STEEPNESS = 4.0  # exponent of the share: half of the words is far less than all
IDENTIFIER = 1000.0

CANDIDATES = 500  # best hits so far, whose titles are searched for phrases

Scores = NDArray[np.float64]


def score_hits(matcher: Matcher, match: Match, docs: Docs) -> Scores:
    """Return the score of each hit, rounded so that equal scores compare equal."""
    total = np.zeros(len(docs))
    words = [(word, weights) for word, weights in match.words if not is_stop(word)] or match.words
    for weights in (*(weights for _, weights in words), *match.others):
        total += _bm25(weights, docs, matcher.snapshot.count)
    if words:
        bonus = _title_bonus(matcher, [word for word, _ in match.words], docs, total)
        total += (
            np.maximum(bonus, _expanded_bonus(matcher, match, docs)) if match.expansions else bonus
        )
    if match.people is not None:
        total += match.people[docs]
    if len(match.first):
        total[is_among(docs, match.first)] += IDENTIFIER
    if match.full_text:
        _place_full_text(total, match.full_text, match.first, docs)
    return np.round(total, 3)


def _place_full_text(scores: Scores, found: FullTextHits, first: Docs, docs: Docs) -> None:
    """Give hits that need the text of their PDFs scores below all others, or below `first` only."""
    here = is_among(found.docs, docs)
    rows, above = np.searchsorted(docs, found.docs[here]), found.above[here]
    own, most = found.scores[here], float(found.scores.max(initial=0)) + 1
    outside = np.ones(len(docs), bool)
    outside[rows] = False
    is_first = is_among(docs, first) & outside
    rest = scores[outside & ~is_first]
    highest, lowest = float(rest.max(initial=0)), float(scores[outside].min(initial=0))
    scores[is_first] += max(highest + most, IDENTIFIER)
    scores[rows] = own + np.where(above, highest + 1, lowest - most)


def rarity(weights: Weights, size: int) -> float:
    """Return BM25's inverse document frequency of a word among `size` documents."""
    matching = int(np.count_nonzero(weights > 0))  # five times as fast as on floats
    return math.log(1 + (size - matching + 0.5) / (matching + 0.5))


def _bm25(weights: Weights, docs: Docs, size: int) -> Scores:
    here = weights[docs].astype(np.float64)
    result: Scores = rarity(weights, size) * here * (K1 + 1) / (here + K1)
    return result


def _title_bonus(matcher: Matcher, words: list[Word], docs: Docs, scores: Scores) -> Scores:
    """Return the bonus of each hit for its title."""
    size = len(docs)
    rows = np.full(matcher.snapshot.size, -1, np.int32)
    rows[docs] = np.arange(size, dtype=np.int32)
    title_positions = [_restrict(rows, matcher.title_positions(word)) for word in words]
    if not any(len(positions.docs) for positions in title_positions):
        return np.zeros(size)
    begins = _starting_with([(t.docs, t.positions) for t in title_positions], words, size)
    name_length = sum(len(word.parts) for word in words)
    content = [number for number, word in enumerate(words) if not is_stop(word)]
    content = content or list(range(len(words)))
    words = [words[number] for number in content]
    content_titles = [title_positions[number] for number in content]
    content_positions = [(titles.docs, titles.content_positions) for titles in content_titles]
    starts = _starting_with(content_positions, words, size)
    word_counts = np.zeros(size, np.uint8)
    for title_docs, _ in content_positions:
        word_counts += _mask_of(title_docs, size)
    length = sum(len(word.parts) for word in words)
    share = (np.arange(len(words) + 1) / len(words)) ** STEEPNESS  # by number of words in the title
    bonus = TITLE_WORDS * share[word_counts]
    bonus[begins] += TITLE_BEGINS
    at = np.flatnonzero(starts)
    if len(at):
        exact = [(t.docs[: t.exact], t.content_positions[: t.exact]) for t in content_titles]
        typed = _starting_with(exact, words, size)[at]
        last = content_titles[-1]
        exact[-1] = (last.docs[: last.whole], last.content_positions[: last.whole])
        whole = (_starting_with(exact, words, size) & begins)[at]
        named = whole & (matcher.snapshot.title_names[docs[at]] == name_length)
        equal = matcher.snapshot.title_extents[docs[at]] == length
        bonus[at] += TITLE_STARTS + TITLE_TYPED * typed + TITLE_EQUALS * equal
        bonus[at] += TITLE_WHOLE * whole + TITLE_NAME * named
    several = word_counts > 1
    if several.any():
        best = _best_indices(scores + bonus, CANDIDATES)
        best = best[several[best]]
        bonus[best] += TITLE_PHRASE * share[_count_adjacent(content_positions, words, best, size)]
    return bonus


def _expanded_bonus(matcher: Matcher, match: Match, docs: Docs) -> Scores:
    """Return the bonus of each hit for a title with acronyms for words, or words for acronyms."""
    words = [word for word, _ in match.words]
    in_title = [matcher.clause_weights(Clause((word,), "title"))[docs] > 0 for word in words]
    for expansion in match.expansions:
        clause = replace(expansion.clause, field="title")
        has_expansion = matcher.clause_weights(clause)[docs] > 0
        for number in range(expansion.first, expansion.last):
            in_title[number] |= has_expansion
    content = [mask for word, mask in zip(words, in_title, strict=True) if not is_stop(word)]
    counts = np.sum(content or in_title, axis=0)
    bonus: Scores = ACRONYM * TITLE_WORDS * (counts / len(content or in_title)) ** STEEPNESS
    return bonus


def _restrict(rows: Array, titles: TitlePositions) -> TitlePositions:
    """Restrict positions to the titles of hits.

    `rows` holds the index of each document among the hits, -1 for other documents.
    """
    title_docs = rows[titles.docs]
    here = np.flatnonzero(title_docs >= 0)
    exact, whole = np.searchsorted(here, (titles.exact, titles.whole)).tolist()
    positions, content_positions = titles.positions[here], titles.content_positions[here]
    return TitlePositions(title_docs[here], positions, content_positions, exact, whole)


def _starting_with(titles: list[tuple[Array, Array]], words: list[Word], size: int) -> Mask:
    """Return which hits have a title that begins with some words."""
    leading, position = np.arange(0), 0
    for number, ((title_docs, positions), word) in enumerate(zip(titles, words, strict=True)):
        docs = title_docs[positions == position]
        leading = docs[_mask_of(leading, size)[docs]] if number else docs
        if not len(leading):
            break
        position += len(word.parts)
    return _mask_of(leading, size)


def _count_adjacent(
    titles: list[tuple[Array, Array]], words: list[Word], docs: Docs, size: int
) -> Array:
    """Return how many words are adjacent in each title as typed; 0 for a single word."""
    rows = np.full(size, -1, np.int64)
    rows[docs] = np.arange(len(docs))
    width = 256  # positions of a title that are distinguished
    counts = np.zeros(len(docs) * width, np.uint8)
    occupied = np.empty(len(counts), bool)
    position = 0
    for (title_docs, positions), word in zip(titles, words, strict=True):
        known = rows[title_docs] >= 0
        shifts = (positions[known].astype(np.int64) - position) % width
        occupied[:] = False  # a word and its inflection may have the same position
        occupied[rows[title_docs[known]] * width + shifts] = True
        counts += occupied
        position += len(word.parts)
    most: Array = counts.reshape(len(docs), width).max(axis=1, initial=0)
    most[most == 1] = 0
    return most


def _best_indices(scores: Scores, count: int) -> Array:
    """Return the indices of the highest scores, in no order."""
    if len(scores) <= count:
        return np.arange(len(scores))
    return np.argpartition(-scores, count)[:count]


def _mask_of(docs: Array, size: int) -> Mask:
    mask = np.zeros(size, bool)
    mask[docs] = True
    return mask
