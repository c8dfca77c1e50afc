"""Relaxation of a query that matches nothing, or too little: other spellings, then fewer words."""

from dataclasses import replace

import numpy as np

from ..fields import FULL_TEXT
from ..query import Clause, Query, Word, is_stop
from .abbreviations import match_abbreviations
from .arrays import Docs
from .broken_words import join_broken_words
from .evaluation import complete_match, evaluate_query, free_words, restrictions
from .matching import Match, Matcher
from .questions import answer_question, is_long
from .ranking import rarity, score_hits
from .respelling import (
    correct_rare_words,
    respell_once,
    respell_twice,
    respell_word,
    split_or_join,
)
from .rewriting import Answer, content_words, is_known, is_named, replace_words, words_of

PARTIAL = 0.3  # share of the best coverage that a hit must reach
# Hits that are enough; fewer are extended with partial matches, which must reach a larger share of
# the best coverage if the query has fewer words than a question.
# nDCG@10 on cranfield is .526 (tune) and .545 (report) if questions of four words are extended,
# .520 and .536 with five, .510 and .533 without.
ENOUGH, QUESTION, LARGER = 10, 4, 0.5
TITLE = 3  # words in an alternative that may be a title, at least; stop words do not count
NO_DOCS: Docs = np.zeros(0, np.int64)


def answer_query(matcher: Matcher, query: Query, literal: bool = False) -> Answer:
    """Match a query as typed, or relaxed if it matches nothing or too little.

    `literal` turns relaxation off.
    """
    if query.alternatives:
        return _answer_alternatives(matcher, query, literal)
    if literal or not words_of(query):
        return Answer(query, evaluate_query(matcher, query))
    joined, shown = join_broken_words(matcher, query)
    if shown:
        answer = _answer_words(matcher, joined)
        if answer.match.mask.any():
            return replace(
                answer, rewritten=answer.rewritten or "split", shown=answer.shown or shown
            )
    return _answer_words(matcher, query)


def _answer_alternatives(matcher: Matcher, query: Query, literal: bool) -> Answer:
    """Match a query if one of its sides matches; titles with all of it as a phrase come first.

    A side that does not match is relaxed if it may be a title, or if no side matches.
    """
    answers = [answer_query(matcher, side, literal=True) for side in query.alternatives]
    if not literal:
        is_found = any(answer.match.mask.any() for answer in answers)
        answers = [
            answer
            if answer.match.mask.any() or (is_found and len(content_words(side)) < TITLE)
            else answer_query(matcher, side)
            for side, answer in zip(query.alternatives, answers, strict=True)
        ]
    scores = np.zeros(matcher.snapshot.size, np.float32)
    mask = np.zeros(matcher.snapshot.size, bool)
    for answer in answers:
        docs = np.flatnonzero(answer.match.mask)
        scores[docs] += score_hits(matcher, answer.match, docs)
        mask |= answer.match.mask
    titled = _titled(matcher, query)
    mask[titled] = True
    match = Match(mask, bool(mask.any()), (), (mask.astype(np.float32),), titled, scores)
    rewritten = next((answer.rewritten for answer in answers if answer.rewritten), "")
    shown = " OR ".join(answer.shown or answer.query.text.strip() for answer in answers)
    clauses = tuple(clause for answer in answers for clause in answer.query.clauses)
    return Answer(replace(query, clauses=clauses), match, rewritten, shown if rewritten else "")


def _titled(matcher: Matcher, query: Query) -> Docs:
    """Return the documents whose title has the words of alternatives as a phrase."""
    whole = query.whole
    if not (whole and 0 < len(whole.free) == len(whole.clauses)):
        return NO_DOCS
    words = whole.free
    return np.flatnonzero(matcher.clause_weights(Clause(words, "title", phrase=True)))


def _answer_words(matcher: Matcher, query: Query) -> Answer:
    """Match the words of a query as typed, or relaxed if they match nothing or too little."""
    if is_long(query):
        return answer_question(matcher, query)
    answer = Answer(query, evaluate_query(matcher, query))
    if answer.match.all_words:
        is_identified = len(answer.match.first) > 0
        return answer if is_identified else _extend(matcher, query, answer)
    return _relax(matcher, query) or _relax_phrases(matcher, query) or answer


def _relax(matcher: Matcher, query: Query) -> Answer | None:
    """Match a query without hits by its acronyms, in other spellings, else as far as possible."""
    if better := _expand(matcher, query):
        return _extend_rewritten(matcher, better)
    if abbreviated := match_abbreviations(matcher, query):
        return abbreviated
    for rewrite in (respell_once, respell_twice, split_or_join):
        if better := rewrite(matcher, query):
            return _extend_rewritten(matcher, better)
    return _match_partially(matcher, query)


# -- acronyms


def _expand(matcher: Matcher, query: Query) -> Answer | None:
    """Match acronyms by their words too, and words by their acronym."""
    if not (expansions := matcher.expansions(query)):
        return None
    match = evaluate_query(matcher, query, expansions)
    shown = ", ".join(dict.fromkeys(expansion.text for expansion in expansions))
    return Answer(query, match, "acronym", shown) if match.all_words else None


# -- phrases


def _relax_phrases(matcher: Matcher, query: Query) -> Answer | None:
    """Match the words of phrases near each other, else anywhere, else most of them."""
    loose = _without_phrases(query)
    if loose == query:
        return None
    shown = " ".join(loose.text.replace('"', " ").split())
    if is_long(loose):
        relaxed = answer_question(matcher, loose)
        return replace(relaxed, rewritten="phrase", shown=shown) if relaxed.rewritten else None
    match = evaluate_query(matcher, loose)
    if match.all_words:
        near = match.mask.copy()
        for clause in query.clauses:
            if clause.phrase and not clause.negated:
                near &= matcher.nearby(clause)
        if near.any():
            return Answer(loose, replace(match, mask=near), "phrase", shown)
        return _extend_rewritten(matcher, Answer(loose, match, "phrase", shown))
    better = _relax(matcher, loose)
    return better and replace(better, rewritten="phrase", shown=better.shown or shown)


def _without_phrases(query: Query) -> Query:
    """Return the query with the words of its phrases free; a field must match one of them."""
    clauses: list[Clause] = []
    for clause in query.clauses:
        if clause.negated or not clause.phrase:
            clauses.append(clause)
            continue
        if clause.field != FULL_TEXT:
            clauses += (Clause((word,)) for word in clause.words)
        if clause.field:
            clauses += (Clause((word,), clause.field) for word in clause.words)
    return replace(query, clauses=tuple(clauses))


# -- not all words


def _extend(matcher: Matcher, query: Query, answer: Answer) -> Answer:
    """Extend the records that match by those with its acronyms, and few ones by close matches.

    Leave out close matches if title, authors and venue of a hit have all the words: it is the one
    wanted.
    """
    count = np.count_nonzero(answer.match.mask)
    is_few = 0 < count < ENOUGH
    hits = np.flatnonzero(answer.match.mask) if is_few else NO_DOCS
    words = content_words(query)
    may_correct = is_few and not answer.rewritten
    if may_correct and (corrected := correct_rare_words(matcher, query, answer.match)):
        return corrected
    if is_few and len(words) > 1 and not is_named(matcher, words, hits):
        nearest = _match_partially(matcher, query, PARTIAL if len(words) >= QUESTION else LARGER)
        if nearest and np.count_nonzero(nearest.match.mask) > len(hits):
            return Answer(nearest.query, replace(nearest.match, first=hits), "few")
    expanded = None if answer.rewritten or not count else _expand(matcher, query)
    if expanded and np.count_nonzero(expanded.match.mask) > count:
        first = hits if is_few else expanded.match.first
        return replace(expanded, match=replace(expanded.match, first=first))
    return answer


def _extend_rewritten(matcher: Matcher, answer: Answer) -> Answer:
    """Extend few records in other spellings by close matches."""
    extended = _extend(matcher, answer.query, answer)
    if answer.rewritten == "acronym":
        return extended
    return replace(extended, rewritten=answer.rewritten, shown=answer.shown)


def _match_partially(matcher: Matcher, query: Query, least: float = PARTIAL) -> Answer | None:
    """Match records that have most of the words, weighted by rarity."""
    if any(weights.max(initial=0) == 0 for weights in restrictions(matcher, query)):
        return None
    changed = replace_words(
        _split_compounds(matcher, query), lambda word: _respell_unknown(matcher, word)
    )
    expansions = matcher.expansions(changed)
    words, others = free_words(matcher, changed, expansions), (*restrictions(matcher, changed),)
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
    result = complete_match(matcher, changed, coverage >= least * best, words, others, expansions)
    typed = {(word.start, word.end, word.text) for word in query.free}
    matched = (word for word, weights in words if weights.any() and not is_stop(word))
    shown = (
        query.text[w.start : w.end] if (w.start, w.end, w.text) in typed else w.text
        for w in matched
    )
    return Answer(changed, result, "partial", " ".join(dict.fromkeys(shown)))


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
