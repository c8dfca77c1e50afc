"""Other spellings of a query that matches nothing: typos, and words joined or split."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np

from ..query import Clause, Query, Word, is_stop
from .arrays import Mask
from .evaluation import evaluate_query
from .matching import Match, Matcher
from .rewriting import (
    NAMING,
    Answer,
    Replacements,
    content_words,
    is_known,
    is_named,
    replace_text,
    replace_words,
    words_of,
)
from .scoring import Weights
from .spelling import LONG, Candidate, split_word, word_frequency

MOST = 12  # words, at most, to respell; a longer query gets a partial match
LONG_ENOUGH = 5  # letters, at least, in a known word that may be a typo
FEW, MANY = 5, 50  # a word in <= FEW records may be a typo of one MANY times as frequent

Spellings = dict[Word, list[Candidate]]


def respell_once(matcher: Matcher, query: Query) -> Answer | None:
    """Allow one typo per word: first in unknown words only, then in any."""
    return _respell(matcher, query, lambda _: 1)


def correct_rare_words(matcher: Matcher, query: Query, literal: Match) -> Answer | None:
    """Correct a typo that a few records share, if many records have the intended word.

    A word that names a record is corrected only if title, authors and venue of one have all words
    then, but not as typed.
    """
    if np.count_nonzero(literal.mask) > FEW:
        return None
    spellings, is_doubtful = {}, False
    for word in words_of(query):
        if len(word.text) < LONG_ENOUGH:
            continue
        if 0 < (own := _hits(matcher.word_weights(word), matcher.snapshot.live)) <= FEW:
            near = matcher.spellings(word.text, word.prefix, 1)
            spellings[word] = [c for c in near if c.frequency >= MANY * (own + 1)]
            names = spellings[word] and matcher.postings(word.text, NAMING, stems=False)
            is_doubtful = is_doubtful or bool(names)
    if not any(spellings.values()):
        return None
    changed, hits = _respell_words(query, spellings, True), np.flatnonzero(literal.mask)
    result = replace(evaluate_query(matcher, changed), first=hits)
    if is_doubtful and (
        is_named(matcher, content_words(query), hits)
        or not is_named(matcher, content_words(changed), np.flatnonzero(result.mask))
    ):
        return None
    return _answer(matcher, query, changed, result, spellings)


def respell_twice(matcher: Matcher, query: Query) -> Answer | None:
    """Allow two typos in unknown long words."""
    words = words_of(query)
    if len(words) > MOST or all(len(w.text) < LONG or is_known(matcher, w) for w in words):
        return None
    return _respell(matcher, query, lambda word: 2 if len(word.text) >= LONG else 1)


def _respell(matcher: Matcher, query: Query, typos: Callable[[Word], int]) -> Answer | None:
    words = [word for word in words_of(query) if not is_stop(word)]
    if not 0 < len(words) <= MOST:
        return None
    unknown = [word for word in words if not is_known(matcher, word)]
    others = len(words) > 1
    spellings = {w: matcher.spellings(w.text, w.prefix, typos(w), others) for w in unknown}
    if unknown and all(spellings.values()):
        changed = _respell_words(query, spellings, False)
        if (result := evaluate_query(matcher, changed)).all_words:
            return _answer(matcher, query, changed, result, spellings)
    if all(spellings.values()) and len(words) > 1:
        known = [word for word in words if word not in spellings]
        spellings |= {word: _likelier_spellings(matcher, query, word) for word in known}
        if not any(spellings[word] for word in known):
            return None
        changed = _respell_words(query, spellings, True)
        if (result := evaluate_query(matcher, changed)).all_words:
            return _answer(matcher, query, changed, result, spellings)
    return None


def _likelier_spellings(matcher: Matcher, query: Query, word: Word) -> list[Candidate]:
    """Return the spellings that a known word may be a typo of.

    In a long phrase, these are all; else those more frequent than a rare word, or by far.
    """
    near = matcher.spellings(word.text, word.prefix, 1)
    if any(word in clause.words and len(clause.words) > 2 for clause in query.clauses):
        return near
    own = _hits(matcher.word_weights(word), matcher.snapshot.live)
    least = own if own <= FEW else MANY * own
    return [candidate for candidate in near if candidate.frequency > least]


def _respell_words(query: Query, spellings: Spellings, keep_typed: bool) -> Query:
    return replace_words(query, lambda w: respell_word(w, spellings.get(w, []), keep_typed))


def respell_word(word: Word, spellings: list[Candidate], keep_typed: bool) -> Word:
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
    replacements = {(w.start, w.end): names[w] for w in words_of(query) if w in names}
    if not replacements:  # most hits have the words as typed: nothing to report
        return Answer(changed, result)
    return Answer(changed, result, "spelling", replace_text(query.text, replacements))


def _hits(weights: Weights | None, mask: Mask) -> int:
    return 0 if weights is None else int(np.count_nonzero(mask & (weights > 0)))


# -- words joined or split


def split_or_join(matcher: Matcher, query: Query) -> Answer | None:
    """Join two adjacent words, or split unknown ones into words that are adjacent in a record."""
    for changed, names in (*_joined_queries(matcher, query), *_split_queries(matcher, query)):
        if (result := evaluate_query(matcher, changed)).all_words:
            return Answer(changed, result, "split", replace_text(query.text, names))
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
        is_split = clause.is_free and clause not in clauses and not is_known(matcher, word)
        pairs = split_word(matcher.snapshot, word.text, 2) if is_split else ()
        halves = next(filter(partial(_are_adjacent, matcher), _halves(word, pairs)), ())
        if halves:
            names[word.start, word.end] = " ".join(half.text for half in halves)
            clauses += [Clause((half,)) for half in halves]
        else:
            clauses.append(clause)
    if names:
        yield replace(query, clauses=tuple(clauses)), names


def _halves(word: Word, pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[Word, ...]]:
    """Yield a word as the two words of each pair."""
    for pair in pairs:
        first, last = (replace(word, text=half, parts=(half,), spellings=()) for half in pair)
        yield replace(first, prefix=False), last


def _are_adjacent(matcher: Matcher, words: tuple[Word, ...]) -> bool:
    """Return whether some record has words side by side: almost any two occur in one somewhere."""
    return bool(matcher.clause_weights(Clause(words, phrase=True)).any())
