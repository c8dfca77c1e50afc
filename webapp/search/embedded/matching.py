"""Matching of words, phrases and names: which documents match, with which weights."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np

from ..fields import FULL_TEXT, NAME_FIELDS
from ..query import Clause, Query, Word, is_stop
from . import positions
from .acronyms import Acronyms, Expansion
from .arrays import Array, Docs, Mask, is_among
from .full_text_matching import FullTextHits, FullTextMatcher
from .full_texts import PREFIX
from .schema import TEXT_FIELDS
from .scoring import TermScorer, Weights, sum_where_all
from .snapshot import Postings, Snapshot, call_function
from .spelling import find_candidates, split_word
from .strings import cached_method
from .suggestions import Suggester

Words = tuple[tuple[Word, Weights], ...]

NEAR = 4  # more positions between two words of a phrase, at most, that is relaxed
EXPLAINED = 0.05  # share of the records with an acronym that explain it, at least
INITIAL = 0.3  # share of a given name's weight if a record has only its initial
SPLIT = 6  # letters, at least, in a word that may be two words
# Words to cache the weights of, at most. At 10,000 documents 419 would fit; they would save one
# keystroke in ten the scoring of a word, for 12 MB more.
WEIGHTS = 128
TITLES = 32  # words to cache the positions in titles of: a few queries


class TitlePositions(NamedTuple):
    """The positions at which a word begins in titles."""

    docs: Array
    positions: Array
    content_positions: Array  # counted without stop words
    exact: int  # the number of entries for the word as typed; its inflections follow
    whole: int  # and of these for the whole word; other spellings and longer words follow


class Matcher(TermScorer):
    """Matches the words and clauses of queries in one snapshot, with a cache."""

    def __init__(self, snapshot: Snapshot, cache_bytes: int = 0) -> None:
        super().__init__(snapshot)
        fitting = cache_bytes // max(4 * snapshot.size, 256)
        weighed = cached_method(min(fitting, WEIGHTS), self, call_function)
        self.clause_weights: Callable[[Clause], Weights] = partial(weighed, Matcher._clause_weights)
        self._by_initial: Callable[[str, tuple[str, ...], bool], Weights]
        self._by_initial = partial(weighed, Matcher._name_weights)
        self.title_positions = cached_method(TITLES, self, Matcher._title_positions)
        self.spellings = cached_method(256, snapshot, find_candidates)
        self.resolve = cached_method(256, self, Matcher._resolve)
        has_texts = any(f"{PREFIX}ids" in segment.arrays for segment in snapshot.segments)
        self.full_text = FullTextMatcher(snapshot) if has_texts else None

    # -- words and clauses

    def word_postings(
        self, word: Word, fields: tuple[str, ...], stems: bool = True
    ) -> tuple[Postings, ...]:
        """Return the postings of a word as one term, in each of its spellings."""
        postings = self.postings(word.text, fields, word.prefix, stems) if word.text else ()
        if is_initial(word) and not word.prefix and "authors" in fields:
            postings += self.postings(word.text, ("authors",), prefix=True)
        for spelling in word.spellings:
            postings += self.postings(spelling, fields, word.prefix, stems=False)
        return postings

    def word_weights(self, word: Word) -> Weights:
        """Return the weights of a word in any field."""
        return self.clause_weights(Clause((word,)))

    def has_word(self, word: Word, fields: tuple[str, ...], docs: Docs) -> Mask:
        """Return which of a few ascending documents have a word, without weights for all."""
        mask = np.zeros(len(docs), bool)
        for item in self.word_postings(word, fields):
            local = (docs - item.segment.base).astype(item.docs.dtype)
            if item.single:  # so its documents ascend
                mask |= is_among(local, item.docs)
            else:
                mask |= is_among(local, np.sort(item.docs[is_among(item.docs, local)]))
        if len(self.resolve(word).parts) > 1 and not mask.all():
            for field in fields:
                mask |= self.clause_weights(Clause((word,), field))[docs] > 0
        return mask

    def _word_weights(self, word: Word, fields: tuple[str, ...]) -> Weights:
        """Return the weights of a word: joined, in any spelling, or as adjacent parts."""
        weights = self.score_postings(self.word_postings(word, fields))
        word = self.resolve(word)
        if len(word.parts) > 1:
            weights += self.score_phrase([(part,) for part in word.parts], fields, word.prefix)
        return weights

    def _resolve(self, word: Word) -> Word:
        """Return the word, with its parts if it is two known words written as one."""
        if len(word.parts) > 1 or word.prefix or len(word.text) < SPLIT or not word.text.isalpha():
            return word
        pairs = split_word(self.snapshot, word.text)
        return replace(word, parts=pairs[0]) if pairs else word

    def term_weights(self, word: Word, stems: bool = False) -> Weights | None:
        """Return the weights of a word as one term; None if the index does not have it."""
        postings = self.postings(word.text, TEXT_FIELDS, word.prefix, stems)
        return self.score_postings(postings) if postings else None

    def _clause_weights(self, clause: Clause) -> Weights:
        """Return the weights of a clause, as a read-only array."""
        fields: tuple[str, ...] = (clause.field,) if clause.field else TEXT_FIELDS
        if clause.field == FULL_TEXT:
            weights = np.zeros(self.snapshot.size, np.float32)
            if texts := self.full_text:
                weights[texts.docs] = texts.clause_weights(clause)
        elif clause.phrase:
            parts = [part for word in clause.words for part in word.parts]
            prefix = clause.words[-1].prefix
            weights = self.score_phrase([(part,) for part in parts], fields, prefix)
            if len(parts) > 1:
                weights += self.score_postings(
                    self.postings("".join(parts), fields, prefix, stems=False)
                )
        elif clause.field in NAME_FIELDS and len(clause.words) > 1:
            weights = self._name(clause)
        elif len(clause.words) > 1:
            weights = sum_where_all([self._word_weights(word, fields) for word in clause.words])
        else:
            weights = self._word_weights(clause.words[0], fields)
        weights.flags.writeable = False
        return weights

    def nearby(self, clause: Clause) -> Mask:
        """Return the documents with the words of a phrase near each other in one field."""
        mask = np.zeros(self.snapshot.size, bool)
        words = [word for word in clause.words if not is_stop(word)]
        terms = [(part, word.prefix) for word in words for part in word.parts]
        distance = sum(len(word.parts) for word in clause.words) + NEAR
        if clause.field == FULL_TEXT:
            if texts := self.full_text:
                mask[texts.docs] = texts.nearby(words, distance)
            return mask
        for field in (clause.field,) if clause.field else TEXT_FIELDS:
            postings = [self.postings(term, (field,), prefix) for term, prefix in terms]
            if all(postings):
                mask[positions.find_near(self.snapshot.size, postings, distance) >> 16] = True
        return mask

    # -- names

    def _name(self, clause: Clause) -> Weights:
        """Return the weights of words in one name, of which one may be an initial in the record."""
        words = [word for word in clause.words if word.text]
        names, prefix = [(word.text, *word.spellings) for word in words], clause.words[-1].prefix
        initials = [at for at, word in enumerate(words) if is_initial(word)]
        weights = self.score_name(names, prefix, initials)
        # Two initials are not a name, and only certain matches are excluded.
        exact_only = clause.negated or len(words) - len(initials) < 2
        for at, word in enumerate(() if exact_only else words):
            if _has_initial(word):
                short = [*names[:at], (word.text[0],), *names[at + 1 :]]
                last = prefix and at < len(words) - 1
                name_weights = self.score_name(short, last, initials)
                weights = np.maximum(weights, INITIAL * name_weights)
        return weights

    def initial_weights(self, given: Word, other: Word) -> Weights | None:
        """Return the weights of a given name by its initial, if the rest of the name is `other`.

        Return None if the two do not look like a name: neither a word of titles or abstracts nor
        a typo in one is taken for a given name.
        """
        if not (
            _has_initial(given) and _has_initial(other) and self.postings(other.text, NAME_FIELDS)
        ):
            return None
        known = self.postings(given.text, TEXT_FIELDS, given.prefix, stems=False)
        if not self._is_name(given if known else other):
            return None
        names = (other.text, *other.spellings)
        if not known and (near := self.spellings(given.text, given.prefix, 1)):
            likely = [names, [spelling.text for spelling in near]]
            if self.score_name(likely, given.prefix, ()).any():
                return None
        return INITIAL * self._by_initial(given.text[0], names, False)

    def typed_initial_weights(self, initial: Word, other: Word) -> Weights | None:
        """Return the weights of a typed initial if it begins another part of the name `other`."""
        is_pair = is_initial(initial) and _has_initial(other)
        if not (is_pair and self.postings(other.text, NAME_FIELDS) and self._is_name(other)):
            return None
        weights = self._by_initial(initial.text, (other.text, *other.spellings), True)
        return weights if weights.any() else None

    def _name_weights(self, initial: str, other: tuple[str, ...], typed: bool) -> Weights:
        return self.score_name([(initial,), other], False, [0] if typed else [])

    def _is_name(self, word: Word) -> bool:
        """Return whether at least half the postings of a word are in names."""
        all_postings = self.postings(word.text, TEXT_FIELDS, word.prefix, stems=False)
        in_names = sum(
            len(postings.docs) for postings in all_postings if postings.field in NAME_FIELDS
        )
        return 2 * in_names >= sum(len(postings.docs) for postings in all_postings)

    # -- acronyms

    def expansions(self, query: Query) -> tuple[Expansion, ...]:
        """Return what the acronyms in a query, or the words that have one, also mean.

        Leave out acronyms that most records use for something else, and words that may be
        unfinished ones.
        """
        return tuple(
            expansion
            for expansion in self.acronyms.expand(query.free)
            if not (expansion.clause.phrase and _is_unfinished(query, query.free[expansion.first]))
            and expansion.explained >= EXPLAINED * self._frequency(expansion.acronym)
            and self.clause_weights(expansion.clause).any()
        )

    @cached_property
    def acronyms(self) -> Acronyms:
        return Acronyms(self.snapshot)

    def _frequency(self, term: str) -> int:
        """Return the number of postings of a term, without inflections."""
        return sum(len(p.docs) for p in self.postings(term, TEXT_FIELDS, stems=False))

    @cached_property
    def suggester(self) -> Suggester:
        """The suggestions of values for what is typed."""
        return Suggester(self.snapshot)

    # -- positions

    def _title_positions(self, word: Word) -> TitlePositions:
        """Return where a word begins in titles: as one term, or by the first of its parts."""
        whole_word = self.postings(word.text, ("title",), stems=False) if word.text else ()
        whole = sum(p.stop - p.start for p in whole_word)
        typed = self.word_postings(word, ("title",), stems=False)
        postings = [*whole_word, *(typed if word.prefix else typed[len(whole_word) :])]
        exact = sum(p.stop - p.start for p in postings)
        runs = {(p.segment.base, p.start) for p in postings}
        inflected = (p for p in self.word_postings(word, TEXT_FIELDS) if p.field == "title")
        postings += (p for p in inflected if (p.segment.base, p.start) not in runs)
        if len(word.parts) > 1:
            postings += self.postings(word.parts[0], ("title",))
        docs = [np.repeat(p.docs, p.counts).astype(np.int64) + p.segment.base for p in postings]
        return TitlePositions(
            _concatenate(docs),
            _concatenate([p.positions for p in postings]),
            _concatenate([p.content_positions for p in postings]),
            exact,
            whole,
        )


def _concatenate(arrays: list[Array]) -> Array:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays or [np.zeros(0, np.int64)])


@dataclass(frozen=True)
class Match:
    """The documents that match a query, before any filter of a facet."""

    mask: Mask
    all_words: bool  # the words match together, ignoring years, types and exclusions
    words: Words  # those outside phrases and fields, for ranking
    others: tuple[Weights, ...]  # for phrases and fields
    first: Docs  # listed first: their identifier was typed
    people: Weights | None = None  # bonuses for people in the query
    expansions: tuple[Expansion, ...] = ()  # by which they match too
    full_text: FullTextHits | None = None  # of which documents need the text of their PDFs


def is_initial(word: Word) -> bool:
    """Return whether a word is a single letter, and so may abbreviate a name."""
    return len(word.text) == 1 and word.text.isalpha()


def _is_unfinished(query: Query, word: Word) -> bool:
    """Return whether a word is being typed, and not in capitals as an acronym would be."""
    return word.prefix and not query.text[word.start : word.end].isupper()


def _has_initial(word: Word) -> bool:
    return len(word.text) > 1 and word.text.isalpha()
