"""Words that a blank breaks in two: "De velopment", "Sema ntic Role"."""

from dataclasses import replace
from itertools import pairwise

from ..query import Clause, Query, Word, is_stop
from .matching import Matcher
from .people import NAMED
from .rewriting import replace_text
from .schema import TEXT_FIELDS

SHORTEST = 5  # letters, at least, in a word that may be broken
# A word is broken if it is so many times as frequent as its rarer half, or as the half that is no
# stop word.
LIKELY, LIKELY_BESIDE_STOP_WORD = 10, 100


def join_broken_words(matcher: Matcher, query: Query) -> tuple[Query, str]:
    """Return the query with its broken words joined, and its new text; "" if there are none."""
    pairs = _broken_pairs(matcher, query)
    if not pairs:
        return query, ""
    clauses, names = list(query.clauses), {}
    for left, right in pairs:
        first, last = left.words[0], right.words[0]
        text = first.text + last.text
        word = Word(text, (text,), first.start, last.end, last.prefix)
        clauses[clauses.index(left)] = Clause((word,))
        clauses.remove(right)
        names[word.start, word.end] = text
    return replace(query, clauses=tuple(clauses)), replace_text(query.text, names)


def _broken_pairs(matcher: Matcher, query: Query) -> list[tuple[Clause, Clause]]:
    """Return the pairs of adjacent words that are far more frequent as one word."""
    free = [clause for clause in query.clauses if clause.is_free]
    if not 1 < len(free) <= NAMED:
        return []
    pairs: list[tuple[Clause, Clause]] = []
    for left, right in pairwise(free):
        is_taken = bool(pairs) and pairs[-1][1] is left
        if not is_taken and _is_broken(matcher, query, left.words[0], right.words[0]):
            pairs.append((left, right))
    return pairs


def _is_broken(matcher: Matcher, query: Query, left: Word, right: Word) -> bool:
    text = left.text + right.text
    if len(text) < SHORTEST or min(len(left.text), len(right.text)) < 2 or not text.isalpha():
        return False
    if not query.text[left.end : right.start].isspace():
        return False
    if not (joined := _frequency(matcher, replace(right, text=text))):
        return False  # so it is for nearly all pairs
    halves = [_frequency(matcher, word) for word in (left, right) if not is_stop(word)]
    likely = LIKELY if len(halves) == 2 else LIKELY_BESIDE_STOP_WORD
    return bool(halves) and joined > likely * min(halves)


def _frequency(matcher: Matcher, word: Word) -> int:
    """Return the number of postings of a word as typed, or of the words that it begins."""
    postings = matcher.postings(word.text, TEXT_FIELDS, word.prefix, stems=False)
    return sum(len(item.docs) for item in postings)
