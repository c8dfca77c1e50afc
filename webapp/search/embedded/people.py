"""People in a query: a full name, or the authors and the year of a citation.

The words of a name match anywhere in a record; records where they are one person come first.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..fields import NAME_FIELDS
from ..query import Query, Word, is_stop
from . import positions
from .arrays import Array, Docs
from .schema import NAME_STRIDE
from .scoring import TermScorer, Weights

NAMED = 12  # words in a query, at most, to look for names: a longer query is a question

# Bonuses, beside those of titles in ranking.py.
ONE_PERSON = 24.0  # two words are in one name
IN_ORDER = 12.0  # and begin it in the order of names
CITED_AUTHOR = 24.0  # the first word is in the name of the first author
CITED_FAMILY = 6.0  # and does not begin it
CITED_COAUTHOR = 8.0  # and the next word is in the name of the second
CITED_YEAR = 36.0  # and the year is that of the record


def person_scores(scorer: TermScorer, query: Query) -> Weights | None:
    """Return the bonus of each document for people in a query; None if it names no person."""
    words = [word for word in query.free if not is_stop(word)]
    if not 1 < len(words) + query.cites_others <= NAMED:
        return None
    total = np.zeros(scorer.snapshot.size, np.float32)
    for left, right in pairwise(words):
        if _may_be_name(left) and _may_be_name(right):
            is_reversed = "," in query.text[left.end : right.start]
            _add_name(scorer, total, (right, left) if is_reversed else (left, right))
    years = [int(word.text) for word in words if _is_year(word)]
    if years or query.cites_others:
        names = [word for word in words if _may_be_name(word)]
        _add_citation(scorer, total, names, years, query.cites_others)
    return total if total.any() else None


def _may_be_name(word: Word) -> bool:
    return len(word.text) > 1 and word.text.isalpha()


def _is_year(word: Word) -> bool:
    return len(word.text) == 4 and word.text.isdecimal() and word.text[:2] in ("19", "20")


def _add_name(scorer: TermScorer, total: Weights, name: Sequence[Word]) -> None:
    """Add the bonus for two words in one name: the given name and the family name."""
    postings = [scorer.postings(word.text, NAME_FIELDS) for word in name]
    if not all(postings):
        return
    size = scorer.snapshot.size
    total[positions.find_name(size, postings, ()) >> 16] += ONE_PERSON
    ordered = positions.find_phrase(size, enumerate(postings))
    total[ordered[(ordered & 0xFFFF) % NAME_STRIDE == 0] >> 16] += IN_ORDER


def _add_citation(
    scorer: TermScorer,
    total: Weights,
    names: Sequence[Word],
    years: Sequence[int],
    cites_others: bool,
) -> None:
    """Add the bonus for the first author, the second one and the year."""
    if not names or not len(first := _places(scorer, names[0], 0)):
        return
    cited = np.zeros(len(total), np.float32)
    cited[first >> 16] = CITED_AUTHOR
    cited[first[first & 0xFFFF > 0] >> 16] += CITED_FAMILY
    authors = cited > 0
    if len(names) > 1:
        second = np.zeros(len(total), bool)
        second[_places(scorer, names[1], 1) >> 16] = True
        if not (second.any() or cites_others):
            return  # the second word is of a title: "Hou Relax 2024"
        cited[authors & second] += CITED_COAUTHOR
    if years:
        is_of_year = np.any([scorer.snapshot.years == year for year in years], axis=0)
        cited[authors & is_of_year] += CITED_YEAR
    total += cited


def _places(scorer: TermScorer, name: Word, author: int) -> Array:
    """Return where a word is in the name of an author by number: document << 16 | position."""
    places = [np.zeros(0, np.int64)]
    for postings in scorer.postings(name.text, NAME_FIELDS):
        docs: Docs = np.repeat(postings.docs, postings.counts).astype(np.int64)
        here = postings.positions // NAME_STRIDE == author
        places.append((docs[here] + postings.segment.base << 16) + postings.positions[here])
    return np.concatenate(places)
