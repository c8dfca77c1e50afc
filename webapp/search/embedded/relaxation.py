"""Relaxation of a query that matches nothing, or too little: other spellings, then fewer words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ..query import Clause, Query, Word, is_stop
from .evaluation import complete_match, evaluate_query, free_words, restrictions
from .matching import Match, Matcher
from .ranking import rarity
from .scoring import Weights, sum_weights
from .snapshot import Docs, Mask
from .spelling import LONG, Candidate, split_word, word_frequency

MOST = 12  # words, at most, to respell; a longer query gets a partial match
LONG_ENOUGH = 5  # letters, at least, in a known word that may be a typo
FEW, MANY = 5, 50  # a word in <= FEW records may be a typo of one MANY times as frequent
PARTIAL = 0.3  # share of the best coverage that a hit must reach
# Words that make a query a question, and hits that are enough for one; fewer are extended with
# partial matches. nDCG@10 on cranfield is .526 (tune) and .545 (report) with four words, .520 and
# .536 with five, .510 and .533 without. Three words are a search that the visitor is narrowing.
QUESTION, ENOUGH = 4, 10

Spellings = dict[Word, list[Candidate]]
Replacements = dict[tuple[int, int], str]  # start and end in the query's text -> new text


@dataclass(frozen=True)
class Answer:
    """The query that was searched in the end, and its match."""

    query: Query
    match: Match
    rewritten: str = ""  # as in SearchResult
    shown: str = ""


def answer_query(matcher: Matcher, query: Query, literal: bool = False) -> Answer:
    """Match a query as typed, or relaxed if it matches nothing or too little.

    `literal` turns relaxation off.
    """
    answer = Answer(query, evaluate_query(matcher, query))
    if literal or not _words(query):
        return answer
    if answer.match.all_words:
        corrected = _correct_rare_words(matcher, query, answer.match)
        return corrected or _extend(matcher, answer) or answer
    for relax in (_respell_once, _respell_twice, _split_or_join, _match_partially):
        if better := relax(matcher, query):
            return better
    return answer


# -- other spellings


def _respell_once(matcher: Matcher, query: Query) -> Answer | None:
    """Allow one typo per word: first in unknown words only, then in any."""
    return _respell(matcher, query, lambda _: 1)


def _correct_rare_words(matcher: Matcher, query: Query, literal: Match) -> Answer | None:
    """Correct a typo that a few records share, if many records have the intended word."""
    if np.count_nonzero(literal.mask) > FEW:
        return None
    spellings = {}
    for word in _words(query):
        if len(word.text) < LONG_ENOUGH:
            continue
        if 0 < (own := _hits(matcher.word_weights(word), matcher.snapshot.live)) <= FEW:
            near = matcher.spellings(word.text, word.prefix, 1)
            spellings[word] = [c for c in near if c.frequency >= MANY * (own + 1)]
    if not any(spellings.values()):
        return None
    changed = _respell_words(query, spellings, True)
    result = replace(evaluate_query(matcher, changed), first=np.flatnonzero(literal.mask))
    return _answer(matcher, query, changed, result, spellings)


def _respell_twice(matcher: Matcher, query: Query) -> Answer | None:
    """Allow two typos in unknown long words."""
    if all(len(word.text) < LONG or _is_known(matcher, word) for word in _words(query)):
        return None
    return _respell(matcher, query, lambda word: 2 if len(word.text) >= LONG else 1)


def _respell(matcher: Matcher, query: Query, typos: Callable[[Word], int]) -> Answer | None:
    words = [word for word in _words(query) if not is_stop(word)]
    if not 0 < len(words) <= MOST:
        return None
    unknown = [word for word in words if not _is_known(matcher, word)]
    spellings = {w: matcher.spellings(w.text, w.prefix, typos(w)) for w in unknown}
    if unknown and all(spellings.values()):
        changed = _respell_words(query, spellings, False)
        if (result := evaluate_query(matcher, changed)).all_words:
            return _answer(matcher, query, changed, result, spellings)
    if all(spellings.values()) and len(words) > 1:
        known = [word for word in words if word not in spellings]
        spellings |= {w: matcher.spellings(w.text, w.prefix, 1) for w in known}
        changed = _respell_words(query, spellings, True)
        if (result := evaluate_query(matcher, changed)).all_words:
            return _answer(matcher, query, changed, result, spellings)
    return None


def _respell_words(query: Query, spellings: Spellings, keep_typed: bool) -> Query:
    return _replace_words(query, lambda w: _respell_word(w, spellings.get(w, []), keep_typed))


def _respell_word(word: Word, spellings: list[Candidate], keep_typed: bool) -> Word:
    """Return a word in other spellings, with or without the typed one."""
    names = [spelling.text for spelling in spellings]
    if not names:
        return word
    if keep_typed:
        return replace(word, spellings=(*word.spellings, *names))
    return replace(word, text=names[0], parts=(names[0],), spellings=tuple(names[1:]))


def _answer(
    matcher: Matcher, query: Query, changed: Query, result: Match, spellings: Spellings
) -> Answer:
    """Return the answer; its text has the spelling of each word that most hits have.

    The typed spelling counts double, as some hits only have words that resemble it.
    """
    names = {}
    mask = result.mask if result.mask.any() else matcher.snapshot.live
    for word, candidates in spellings.items():
        hits = {c: _hits(matcher.term_weights(Word(c.word, (c.word,))), mask) for c in candidates}
        own = 2 * _hits(matcher.word_weights(word), mask)
        best = max(hits, key=lambda c: (hits[c], -c.distance), default=None)
        if best and hits[best] >= own:
            names[word] = best.word
    replacements = {(w.start, w.end): names[w] for w in _words(query) if w in names}
    if not replacements:  # most hits have the words as typed: nothing to report
        return Answer(changed, result)
    return Answer(changed, result, "spelling", _replace_text(query.text, replacements))


def _hits(weights: Weights | None, mask: Mask) -> int:
    return 0 if weights is None else int(np.count_nonzero(mask & (weights > 0)))


# -- words joined or split


def _split_or_join(matcher: Matcher, query: Query) -> Answer | None:
    for changed, names in (*_joined_queries(matcher, query), *_split_queries(matcher, query)):
        if (result := evaluate_query(matcher, changed)).all_words:
            return Answer(changed, result, "split", _replace_text(query.text, names))
    return None


def _joined_queries(matcher: Matcher, query: Query) -> Iterator[tuple[Query, Replacements]]:
    """Yield the query with two adjacent words joined into one known word."""
    for left, right in pairwise(clause for clause in query.clauses if clause.is_free):
        a, b = left.words[0], right.words[0]
        text = a.text + b.text
        if word_frequency(matcher.snapshot, text):
            word = Word(text, (text,), a.start, b.end, b.prefix)
            clauses = tuple(
                Clause((word,)) if clause is left else clause
                for clause in query.clauses
                if clause is not right
            )
            yield replace(query, clauses=clauses), {(a.start, b.end): text}


def _split_queries(matcher: Matcher, query: Query) -> Iterator[tuple[Query, Replacements]]:
    """Yield the query with unknown words split into two known ones."""
    names: Replacements = {}
    clauses: list[Clause] = []
    for clause in query.clauses:
        word = clause.words[0]
        pairs = (
            []
            if clause in clauses or _is_known(matcher, word)
            else split_word(matcher.snapshot, word.text, 2)
        )
        if len(clause.words) > 1 or clause.field or clause.negated or not pairs:
            clauses.append(clause)
            continue
        names[word.start, word.end] = " ".join(pairs[0])
        clauses += [Clause((replace(word, text=part, parts=(part,)),)) for part in pairs[0]]
    if names:
        yield replace(query, clauses=tuple(clauses)), names


# -- not all words


def _match_partially(matcher: Matcher, query: Query) -> Answer | None:
    """Match records that have most of the words, weighted by rarity."""
    if any(weights.max(initial=0) == 0 for weights in restrictions(matcher, query)):
        return None
    changed = _replace_words(
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
        if clause.is_free and not _is_known(matcher, word):
            parts = (replace(word, text=part, parts=(part,), spellings=()) for part in word.parts)
            clauses += [Clause((part,)) for part in parts]
        else:
            clauses.append(clause)
    return replace(query, clauses=tuple(clauses))


def _respell_unknown(matcher: Matcher, word: Word) -> Word:
    if is_stop(word) or _is_known(matcher, word):
        return word
    return _respell_word(word, matcher.spellings(word.text, word.prefix, 1), False)


# -- the words of a query


def _words(query: Query) -> list[Word]:
    return [word for clause in query.clauses if not clause.negated for word in clause.words]


def _is_known(matcher: Matcher, word: Word) -> bool:
    return bool(matcher.word_weights(word).any())


def _replace_words(query: Query, change: Callable[[Word], Word]) -> Query:
    """Return the query with its words changed, except the excluded ones."""
    return replace(
        query,
        clauses=tuple(
            clause
            if clause.negated
            else replace(clause, words=tuple(change(word) for word in clause.words))
            for clause in query.clauses
        ),
    )


def _replace_text(text: str, names: Replacements) -> str:
    """Return a text with the spans of `names` replaced."""
    for (start, end), name in sorted(names.items(), reverse=True):
        text = text[:start] + name + text[end:]
    return " ".join(text.split())
