"""Answers with the texts of PDFs: documents that match only with these are added to an answer.

DESIGN. The answer from titles, authors, venues, tags and abstracts is made first, as if there were
no PDFs, and its order stays. A paper mentions most words of its field and cites its best known
titles and people, so a PDF is a weak reason, and is none for a query that names a publication or a
person. See docs/decisions/full-text-below.md. Without PDFs in the index, nothing here runs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from ..engine import Passage
from ..fields import FULL_TEXT, NAME_FIELDS
from ..query import Clause, Query, Word, is_stop
from .arrays import Array, Docs, Mask
from .evaluation import restrictions, value_mask
from .full_text_matching import FullTextHits, FullTextMatcher
from .matching import Match, Matcher
from .ranking import K1, rarity
from .relaxation import NO_DOCS
from .rewriting import Answer, content_words
from .scoring import Weights

TITLE = 2  # content words, at least, in a query that is a title or the name of a system, and
TITLE_BEGINS = 4  # in one that is a part of a title
COVERED = 0.8  # share of a title's content words, at least, that a query has that is the title
FEW = 50  # documents, at most, among which there may be a known one
# Positions in a text, beside one for each word, in which the words of a query mean the same thing.
NEAR = 30
NOISE = 10  # times as often as a word, at most, its likely correction occurs in the texts
# How much more a word counts in title, authors, venue, tags or abstract than in a PDF.
OUTSIDE = 2.0

# For each word or phrase: its weights in the texts, and those outside of them.
Pairs = Sequence[tuple[Weights, Weights]]


def add_full_text(matcher: Matcher, query: Query, answer: Answer) -> Answer:
    """Add the documents that have all words of a query with the text of their PDFs."""
    texts = matcher.full_text
    if texts is None or query.identifiers or not any(_searchable(query)):
        return answer
    sides = [(side, tuple(_pairs(matcher, texts, side))) for side in query.alternatives or (query,)]
    mask = np.zeros(texts.indexed.size, bool)
    for side, pairs in sides:
        mask |= _matching(matcher, texts, side, pairs)
    hits = answer.match
    whole = np.zeros(matcher.snapshot.size, bool)  # the documents with all words without PDFs
    if answer.rewritten in ("", "acronym"):
        whole = hits.mask
    whole_docs = np.flatnonzero(whole) if whole.any() else hits.first
    mask &= ~whole[texts.docs]
    mask[np.searchsorted(texts.docs, _among(hits.first, texts.docs))] = False
    if not mask.any() or _is_known_item(matcher, query, whole_docs):
        return answer
    numbers = np.flatnonzero(mask)
    pairs = tuple(chain.from_iterable(pairs for _, pairs in sides))
    above = _above(matcher, texts, query, answer, pairs)[numbers]
    found = FullTextHits(texts.docs[numbers], _scores(texts, pairs)[numbers], above)
    if above.any() and answer.rewritten not in ("", "acronym", "few", "partial"):
        return Answer(query, _match_of(matcher, found))  # the words as typed are in a PDF
    all_hits = hits.mask.copy()
    all_hits[found.docs] = True
    match = replace(hits, mask=all_hits, full_text=found)
    if not (above.any() and answer.rewritten == "partial"):
        return replace(answer, match=match)
    others = np.count_nonzero(all_hits) > len(found.docs)
    return replace(answer, match=match, rewritten="few" if others else "", shown="")


def passages(matcher: Matcher, query: Query, answer: Answer, docs: Docs) -> dict[int, Passage]:
    """Return the best part of the PDFs of those of a page's documents that match with them."""
    texts = matcher.full_text
    if texts is None:
        return {}
    sides = query.alternatives or (query,)
    clauses = [clause for side in sides for clause in side.clauses if not clause.negated]
    asked = any(clause.field == FULL_TEXT for clause in clauses)
    found = answer.match.full_text
    wanted = texts.docs if asked else found.docs if found else NO_DOCS
    docs = _among(np.sort(docs), wanted)
    if not len(docs):
        return {}
    words = [
        word
        for clause in clauses
        if clause.field == FULL_TEXT or (not asked and not clause.field)
        for word in clause.words
    ]
    return texts.passages(docs, [word for word in words if not is_stop(word)] or words)


def _among(docs: Docs, others: Docs) -> Docs:
    """Return which of some ascending documents are among others, which ascend too."""
    return np.intersect1d(docs, others, assume_unique=True)


def _searchable(query: Query) -> Iterator[Clause]:
    """Yield the words and phrases of a query that a PDF may have."""
    for side in query.alternatives or (query,):
        for clause in side.clauses:
            if not (clause.field or clause.negated):
                yield clause


# -- which documents match


def _matching(matcher: Matcher, texts: FullTextMatcher, query: Query, pairs: Pairs) -> Mask:
    """Return which documents with a text have all words of a query, in it or elsewhere."""
    docs = texts.docs
    mask: Mask = matcher.snapshot.live[docs]
    for inside, outside in pairs:
        mask &= (inside > 0) | (outside > 0)
    if not mask.any():
        return mask
    fields = replace(query, clauses=tuple(clause for clause in query.clauses if clause.field))
    for weights in restrictions(matcher, fields):
        mask &= weights[docs] > 0
    for clause in query.clauses:
        if clause.negated:
            mask &= matcher.clause_weights(clause)[docs] == 0
            if not clause.field:
                mask &= texts.clause_weights(clause) == 0
    if mask.any() and (query.years or query.values):
        mask &= value_mask(matcher.snapshot, query)[docs]
    return mask


def _pairs(
    matcher: Matcher, texts: FullTextMatcher, query: Query
) -> Iterator[tuple[Weights, Weights]]:
    """Yield the weights of each word and phrase in the texts, and those outside of them."""
    words = content_words(query) or list(query.free)
    for word, inside in zip(words, texts.words_weights(words), strict=True):
        yield inside, matcher.word_weights(word)[texts.docs]
    for clause in query.clauses:
        if clause.phrase and not (clause.field or clause.negated):
            yield texts.clause_weights(clause), matcher.clause_weights(clause)[texts.docs]


def _scores(texts: FullTextMatcher, pairs: Pairs) -> Array:
    """Return the BM25 score of each document with a text."""
    scores = np.zeros(texts.indexed.size)
    for inside, outside in pairs:
        weights = inside + OUTSIDE * outside
        here = weights.astype(np.float64)
        scores += rarity(weights, texts.indexed.count) * here * (K1 + 1) / (here + K1)
    return scores


def _match_of(matcher: Matcher, found: FullTextHits) -> Match:
    mask = np.zeros(matcher.snapshot.size, bool)
    mask[found.docs] = True
    return Match(mask, True, (), (), NO_DOCS, full_text=found)


# -- whether a PDF is a reason


def _is_known_item(matcher: Matcher, query: Query, docs: Docs) -> bool:
    """Return whether a query is the title of one of some documents, or names people."""
    if not len(docs) or any(clause.field or clause.negated for clause in query.clauses):
        return False
    words = [word for clause in query.clauses for word in clause.words]
    content = [word for word in words if not is_stop(word)]
    if content and all(_is_name(matcher, word) for word in content):
        return True
    length = sum(len(word.parts) for word in content)
    if (len(content) < TITLE and length < TITLE_BEGINS) or len(docs) > FEW:
        return False
    titled = np.ones(len(docs), bool)
    for word in content:
        titled &= matcher.has_word(word, ("title",), docs)
        if not titled.any():
            return False
    docs = docs[titled]
    if (matcher.snapshot.title_extents[docs] * COVERED <= length).any():
        return True
    names = matcher.snapshot.title_names[docs]
    if (names == sum(len(word.parts) for word in words)).any():
        return True
    phrase = Clause(tuple(words), "title", phrase=True)
    return len(content) >= TITLE_BEGINS and bool(matcher.clause_weights(phrase)[docs].any())


def _is_name(matcher: Matcher, word: Word) -> bool:
    """Return whether most postings of a word are in names of people."""
    fields = ("title", "abstract", "tags", *NAME_FIELDS)
    counts = dict.fromkeys(fields, 0)
    for postings in matcher.postings(word.text, fields, word.prefix, stems=False):
        counts[postings.field] += len(postings.docs)
    return 2 * sum(counts[name] for name in NAME_FIELDS) > sum(counts.values())


def _above(
    matcher: Matcher, texts: FullTextMatcher, query: Query, answer: Answer, pairs: Pairs
) -> Mask:
    """Return which documents with a text come before those that have only some of the words."""
    size = texts.indexed.size
    none, every = np.zeros(size, bool), np.ones(size, bool)
    if answer.rewritten in ("", "acronym"):
        return every if not answer.match.mask.any() else none
    if answer.rewritten == "phrase":
        return every
    if answer.rewritten == "split" or (answer.rewritten == "spelling" and len(answer.match.first)):
        return none
    words = content_words(query)
    if answer.rewritten == "spelling" and any(_is_noise(matcher, texts, w) for w in words):
        return none
    if len(words) < 2:
        return every
    lacking = np.zeros(size, np.uint8)
    for _, outside in pairs:
        lacking += outside == 0
    return texts.nearby(words, NEAR + len(words)) | (lacking < 2)


def _is_noise(matcher: Matcher, texts: FullTextMatcher, word: Word) -> bool:
    """Return whether a word that only PDFs have is likely a typo in them."""
    if matcher.word_weights(word).any():
        return False
    own = texts.frequency(word)
    corrections: Sequence[Word] = [
        Word(near.word, (near.word,)) for near in matcher.spellings(word.text, word.prefix, 1)
    ]
    return bool(corrections) and (
        own < 2 or any(texts.frequency(near) >= NOISE * own for near in corrections)
    )
