"""Relaxation of a query that matches nothing, or too little: other spellings, then fewer words."""

from dataclasses import replace

import numpy as np

from ..query import Clause, Query, Word, is_stop
from .evaluation import complete_match, evaluate_query, free_words, restrictions
from .matching import Matcher
from .ranking import rarity
from .respelling import (
    correct_rare_words,
    respell_once,
    respell_twice,
    respell_word,
    split_or_join,
)
from .rewriting import Answer, is_known, replace_words, words_of
from .scoring import sum_weights
from .snapshot import Docs

PARTIAL = 0.3  # share of the best coverage that a hit must reach
# Words that make a query a question, and hits that are enough for one; fewer are extended with
# partial matches. nDCG@10 on cranfield is .526 (tune) and .545 (report) with four words, .520 and
# .536 with five, .510 and .533 without. Three words are a search that the visitor is narrowing.
QUESTION, ENOUGH = 4, 10


def answer_query(matcher: Matcher, query: Query, literal: bool = False) -> Answer:
    """Match a query as typed, or relaxed if it matches nothing or too little.

    `literal` turns relaxation off.
    """
    answer = Answer(query, evaluate_query(matcher, query))
    if literal or not words_of(query):
        return answer
    if answer.match.all_words:
        corrected = correct_rare_words(matcher, query, answer.match)
        return corrected or _extend(matcher, answer) or answer
    for relax in (respell_once, respell_twice, split_or_join, _match_partially):
        if better := relax(matcher, query):
            return better
    return answer


def _match_partially(matcher: Matcher, query: Query) -> Answer | None:
    """Match records that have most of the words, weighted by rarity."""
    if any(weights.max(initial=0) == 0 for weights in restrictions(matcher, query)):
        return None
    changed = replace_words(
        _split_compounds(matcher, query), lambda word: _respell_unknown(matcher, word)
    )
    words, others = free_words(matcher, changed), restrictions(matcher, changed)
    coverage = np.zeros(matcher.snapshot.size, np.float32)
    for word, weights in words:
        if not is_stop(word):
            coverage += np.float32(rarity(weights, matcher.snapshot.count)) * (weights > 0)
    coverage *= matcher.snapshot.live
    for weights in others:
        coverage *= weights > 0
    best = float(coverage.max(initial=0))
    if best <= 0:
        return None
    result = complete_match(matcher, changed, coverage >= PARTIAL * best, words, others)
    typed = {(word.start, word.end, word.text) for word in query.free}
    matched = (word for word, weights in words if weights.any() and not is_stop(word))
    shown = (
        query.text[w.start : w.end] if (w.start, w.end, w.text) in typed else w.text
        for w in matched
    )
    return Answer(changed, result, "partial", " ".join(dict.fromkeys(shown)))


def _extend(matcher: Matcher, answer: Answer) -> Answer | None:
    """Extend the few records with all words of a question by those with most of the words.

    Return None if title, authors and venue of a hit have all the words: it is the one wanted.
    """
    words = [word for word in answer.query.free if not is_stop(word)]
    hits = np.flatnonzero(answer.match.mask)
    if len(words) < QUESTION or not 0 < len(hits) < ENOUGH or _is_named(matcher, words, hits):
        return None
    nearest = _match_partially(matcher, answer.query)
    if nearest is None or np.count_nonzero(nearest.match.mask) <= len(hits):
        return None
    return Answer(nearest.query, replace(nearest.match, first=hits), "few")


def _is_named(matcher: Matcher, words: list[Word], hits: Docs) -> bool:
    """Return whether title, authors and venue of a hit have all the words."""
    has_all = np.ones(len(hits), bool)
    for word in words:
        fields = (
            matcher.clause_weights(Clause((word,), field))
            for field in ("title", "authors", "venue")
        )
        has_all &= sum_weights(list(fields))[hits] > 0
    return bool(has_all.any())


def _split_compounds(matcher: Matcher, query: Query) -> Query:
    """Return the query with its unknown compounds split into their parts."""
    clauses: list[Clause] = []
    for clause in query.clauses:
        word = clause.words[0]
        if clause.is_free and not is_known(matcher, word):
            parts = (replace(word, text=part, parts=(part,), spellings=()) for part in word.parts)
            clauses += [Clause((part,)) for part in parts]
        else:
            clauses.append(clause)
    return replace(query, clauses=tuple(clauses))


def _respell_unknown(matcher: Matcher, word: Word) -> Word:
    if is_stop(word) or is_known(matcher, word):
        return word
    return respell_word(word, matcher.spellings(word.text, word.prefix, 1), False)
