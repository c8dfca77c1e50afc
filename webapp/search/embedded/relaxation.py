"""What is searched when the words as typed find nothing, or too little: other spellings, then fewer
words.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ..query import Clause, Query, Word, is_stop
from .evaluation import finished, free_words, match, restrictions
from .matching import Match, Matcher
from .ranking import rarity
from .scoring import Weights, summed
from .snapshot import Docs, Mask
from .spelling import LONG, Candidate, known, splits

MOST = 12  # words that are respelled; a longer query is answered by a partial match
LONG_ENOUGH = 5  # letters of a word that is known and yet taken for a typo
FEW, MANY = 5, 50  # a word in so few records is a typo of one in so many times as many
PARTIAL = 0.3  # of the best coverage; what covers less is not shown
# Words that make a question, and hits that answer one. With what comes nearest below them, nDCG@10
# on cranfield is .526 (tune) and .545 (report) if four words do, .520 and .536 if five do, .510 and
# .533 without. Three are a search: who types another word wants less.
QUESTION, ENOUGH = 4, 10


@dataclass(frozen=True)
class Answer:
    """What was searched in the end, and what it matches."""

    query: Query
    match: Match
    rewritten: str = ""  # as in Hits
    shown: str = ""


def climb(matcher: Matcher, query: Query, literal: bool = False) -> Answer:
    """Search the words as typed, and if they find nothing or too little, what comes nearest."""
    answer = Answer(query, match(matcher, query))
    if literal or not _words(query):
        return answer
    if answer.match.found:
        corrected = _corrected(matcher, query, answer.match)
        return corrected or _continued(matcher, answer) or answer
    for rung in (_respelled, _respelled_twice, _split_or_joined, _partial):
        if better := rung(matcher, query):
            return better
    return answer


# -- other spellings


def _respelled(matcher: Matcher, query: Query) -> Answer | None:
    """One typo a word: first in the words that nobody knows, then in any."""
    return _spelled(matcher, query, lambda _: 1)


def _corrected(matcher: Matcher, query: Query, literal: Match) -> Answer | None:
    """The typo that somebody made before: few records have it, many the word that was meant."""
    if np.count_nonzero(literal.mask) > FEW:
        return None
    found = {}
    for word in _words(query):
        if len(word.text) >= LONG_ENOUGH and 0 < (own := _frequency(matcher, word)) <= FEW:
            near = matcher.near(word.text, word.prefix, 1)
            found[word] = [c for c in near if c.frequency >= MANY * (own + 1)]
    if not any(found.values()):
        return None
    changed = _rewritten(query, lambda word: _either(word, found.get(word, []), True))
    result = replace(match(matcher, changed), first=np.flatnonzero(literal.mask))
    return _answer(matcher, query, changed, result, found)


def _frequency(matcher: Matcher, word: Word) -> int:
    return int(np.count_nonzero(matcher.word(word) > 0))


def _respelled_twice(matcher: Matcher, query: Query) -> Answer | None:
    """Two typos in long words that nobody knows."""
    if all(len(word.text) < LONG or _is_known(matcher, word) for word in _words(query)):
        return None
    return _spelled(matcher, query, lambda word: 2 if len(word.text) >= LONG else 1)


def _spelled(matcher: Matcher, query: Query, typos: Callable[[Word], int]) -> Answer | None:
    words = [word for word in _words(query) if not is_stop(word)]
    if not 0 < len(words) <= MOST:
        return None
    unknown = [word for word in words if not _is_known(matcher, word)]
    found = {w: matcher.near(w.text, w.prefix, typos(w)) for w in unknown}
    if unknown and all(found.values()):
        changed = _rewritten(query, lambda word: _either(word, found.get(word, []), False))
        if (result := match(matcher, changed)).found:
            return _answer(matcher, query, changed, result, found)
    if all(found.values()) and len(words) > 1:
        found |= {w: matcher.near(w.text, w.prefix, 1) for w in words if w not in found}
        changed = _rewritten(query, lambda word: _either(word, found.get(word, []), True))
        if (result := match(matcher, changed)).found:
            return _answer(matcher, query, changed, result, found)
    return None


def _either(word: Word, spellings: list[Candidate], keep: bool) -> Word:
    """A word in any of some spellings, and in its own if it is to be kept."""
    names = [spelling.text for spelling in spellings]
    if not names:
        return word
    if keep:
        return replace(word, spellings=(*word.spellings, *names))
    return replace(word, text=names[0], parts=(names[0],), spellings=tuple(names[1:]))


def _answer(
    matcher: Matcher,
    query: Query,
    changed: Query,
    result: Match,
    found: dict[Word, list[Candidate]],
) -> Answer:
    """The answer, showing of each word the spelling that most of the hits have.

    A word as it was typed counts twice: some hits have others that are only like it.
    """
    names = {}
    mask = result.mask if result.mask.any() else matcher.snapshot.live
    for word, spellings in found.items():
        hits = {c: _hits(matcher.known(Word(c.word, (c.word,))), mask) for c in spellings}
        own = 2 * _hits(matcher.word(word), mask)
        best = max(hits, key=lambda c: (hits[c], -c.distance), default=None)
        if best and hits[best] >= own:
            names[word] = best.word
    places = {(w.start, w.end): names[w] for w in _words(query) if w in names}
    if not places:  # most have them as they were typed: there is nothing to be told
        return Answer(changed, result)
    return Answer(changed, result, "spelling", _shown(query.text, places))


def _hits(weights: Weights | None, mask: Mask) -> int:
    return 0 if weights is None else int(np.count_nonzero(mask & (weights > 0)))


# -- words joined or split


def _split_or_joined(matcher: Matcher, query: Query) -> Answer | None:
    for changed, names in (*_joinings(matcher, query), *_splittings(matcher, query)):
        if (result := match(matcher, changed)).found:
            return Answer(changed, result, "split", _shown(query.text, names))
    return None


def _joinings(matcher: Matcher, query: Query) -> Iterator[tuple[Query, dict[tuple[int, int], str]]]:
    """The query with two neighbours written as one known word."""
    for left, right in pairwise(clause for clause in query.clauses if clause.is_free):
        a, b = left.words[0], right.words[0]
        text = a.text + b.text
        if known(matcher.snapshot, text):
            word = Word(text, (text,), a.start, b.end, b.prefix)
            clauses = tuple(
                Clause((word,)) if clause is left else clause
                for clause in query.clauses
                if clause is not right
            )
            yield replace(query, clauses=clauses), {(a.start, b.end): text}


def _splittings(
    matcher: Matcher, query: Query
) -> Iterator[tuple[Query, dict[tuple[int, int], str]]]:
    """The query with unknown words taken apart into two known ones."""
    names: dict[tuple[int, int], str] = {}
    clauses: list[Clause] = []
    for clause in query.clauses:
        word = clause.words[0]
        pairs = (
            []
            if clause in clauses or _is_known(matcher, word)
            else splits(matcher.snapshot, word.text, 2)
        )
        if len(clause.words) > 1 or clause.field or clause.negated or not pairs:
            clauses.append(clause)
            continue
        names[word.start, word.end] = " ".join(pairs[0])
        clauses += [Clause((replace(word, text=part, parts=(part,)),)) for part in pairs[0]]
    if names:
        yield replace(query, clauses=tuple(clauses)), names


# -- not all words


def _partial(matcher: Matcher, query: Query) -> Answer | None:
    """The records that have most of the words, rare words counting more."""
    if any(weights.max(initial=0) == 0 for weights in restrictions(matcher, query)):
        return None
    changed = _rewritten(_loosened(matcher, query), lambda word: _nearest(matcher, word))
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
    result = finished(matcher, changed, coverage >= PARTIAL * best, words, others)
    typed = {(word.start, word.end, word.text) for word in query.free}
    kept = (word for word, weights in words if weights.any() and not is_stop(word))
    shown = (
        query.text[w.start : w.end] if (w.start, w.end, w.text) in typed else w.text for w in kept
    )
    return Answer(changed, result, "partial", " ".join(dict.fromkeys(shown)))


def _continued(matcher: Matcher, answer: Answer) -> Answer | None:
    """The few records that have all words of a question, and those that have most of them below.

    Not where title, authors and venue have all of the words: it is what was looked for.
    """
    words = [word for word in answer.query.free if not is_stop(word)]
    hits = np.flatnonzero(answer.match.mask)
    if len(words) < QUESTION or not 0 < len(hits) < ENOUGH or _named(matcher, words, hits):
        return None
    nearest = _partial(matcher, answer.query)
    if nearest is None or np.count_nonzero(nearest.match.mask) <= len(hits):
        return None
    return Answer(nearest.query, replace(nearest.match, first=hits), "few")


def _named(matcher: Matcher, words: list[Word], hits: Docs) -> bool:
    """Whether the words name one of some hits: by its title, authors and venue."""
    named = np.ones(len(hits), bool)
    for word in words:
        fields = (matcher.clause(Clause((word,), field)) for field in ("title", "authors", "venue"))
        named &= summed(list(fields))[hits] > 0
    return bool(named.any())


def _loosened(matcher: Matcher, query: Query) -> Query:
    """The query with its unknown compounds taken apart."""
    clauses: list[Clause] = []
    for clause in query.clauses:
        word = clause.words[0]
        if clause.is_free and not _is_known(matcher, word):
            parts = (replace(word, text=part, parts=(part,), spellings=()) for part in word.parts)
            clauses += [Clause((part,)) for part in parts]
        else:
            clauses.append(clause)
    return replace(query, clauses=tuple(clauses))


def _nearest(matcher: Matcher, word: Word) -> Word:
    if is_stop(word) or _is_known(matcher, word):
        return word
    return _either(word, matcher.near(word.text, word.prefix, 1), False)


# -- the words of a query


def _words(query: Query) -> list[Word]:
    return [word for clause in query.clauses if not clause.negated for word in clause.words]


def _is_known(matcher: Matcher, word: Word) -> bool:
    return bool(matcher.word(word).any())


def _rewritten(query: Query, change: Callable[[Word], Word]) -> Query:
    """The query with its words changed, but for the excluded ones."""
    return replace(
        query,
        clauses=tuple(
            clause
            if clause.negated
            else replace(clause, words=tuple(change(word) for word in clause.words))
            for clause in query.clauses
        ),
    )


def _shown(text: str, names: dict[tuple[int, int], str]) -> str:
    """A query's text with other words at some places."""
    for (start, end), name in sorted(names.items(), reverse=True):
        text = text[:start] + name + text[end:]
    return " ".join(text.split())
