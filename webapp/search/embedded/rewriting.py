"""Changes to the words of a query, and the answer that they lead to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..query import Query, Word, is_stop
from .arrays import Docs
from .matching import Match, Matcher

NAMING = ("title", "authors", "venue")  # fields that name a record

Replacements = dict[tuple[int, int], str]  # start and end in the query's text -> new text


@dataclass(frozen=True)
class Answer:
    """The query that was searched in the end, and its match."""

    query: Query
    match: Match
    rewritten: str = ""  # as in SearchResult
    shown: str = ""

    @property
    def highlighted(self) -> Query:
        """The query with the acronyms, or their words, that it matched too."""
        clauses = (expansion.clause for expansion in self.match.expansions)
        return replace(self.query, clauses=(*self.query.clauses, *clauses))


def words_of(query: Query) -> list[Word]:
    """Return the words of a query, except the excluded ones."""
    return [word for clause in query.clauses if not clause.negated for word in clause.words]


def content_words(query: Query) -> list[Word]:
    """Return the words of a query outside phrases and fields, without stop words."""
    return [word for word in query.free if not is_stop(word)]


def is_known(matcher: Matcher, word: Word) -> bool:
    """Return whether any record has a word."""
    return bool(matcher.word_weights(word).any())


def replace_words(query: Query, change: Callable[[Word], Word]) -> Query:
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


def replace_text(text: str, names: Replacements) -> str:
    """Return a text with the spans of `names` replaced."""
    for (start, end), name in sorted(names.items(), reverse=True):
        text = text[:start] + name + text[end:]
    return " ".join(text.split())


def is_named(matcher: Matcher, words: Sequence[Word], hits: Docs) -> bool:
    """Return whether title, authors and venue of a hit have all the words."""
    has_all = np.ones(len(hits), bool)
    for word in words:
        has_all &= matcher.has_word(word, NAMING, hits)
        if not has_all.any():
            return False
    return True
