"""Which documents a query matches, and how much: words, phrases and names to weights."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np

from ..query import Clause, Word
from .schema import TEXT_FIELDS
from .scoring import NAMES, Weigher, Weights, every
from .snapshot import Array, Docs, Mask, Postings, Snapshot, make_of
from .spelling import candidates, splits
from .strings import kept

Words = tuple[tuple[Word, Weights], ...]

INITIAL = 0.3  # of a given name's weight, where a record has its initial only
SPLIT = 6  # letters of a word that may be two
# Words whose weights are remembered, as far as they fit. At 10,000 documents 419 would, and spare
# one keystroke in ten a word to weigh, for 12 MB more.
WEIGHTS = 128
TITLES = 32  # words whose places in titles are remembered: of a few queries


class Places(NamedTuple):
    """Where a word begins in titles."""

    owners: Array  # documents
    places: Array
    ranks: Array  # places among the content words
    exact: int  # so many are those of the word as it was typed; its inflections follow


class Matcher(Weigher):
    """Looks words up in one snapshot."""

    def __init__(self, snapshot: Snapshot, cache_bytes: int = 0) -> None:
        super().__init__(snapshot)
        fitting = cache_bytes // max(4 * snapshot.size, 256)
        weighed = kept(min(fitting, WEIGHTS), self, make_of)
        self.clause: Callable[[Clause], Weights] = partial(weighed, Matcher._clause)
        self._by_initial: Callable[[str, tuple[str, ...], bool], Weights]
        self._by_initial = partial(weighed, Matcher._initialled)
        self.titles = kept(TITLES, self, Matcher._titles)
        self.near = kept(256, snapshot, candidates)
        self.resolved = kept(256, self, Matcher._resolved)

    # -- words and clauses

    def word_postings(
        self, word: Word, fields: tuple[str, ...], stems: bool = True
    ) -> tuple[Postings, ...]:
        """The postings of a word as one term, in each of its spellings."""
        found = self.postings(word.text, fields, word.prefix, stems) if word.text else ()
        if is_initial(word) and not word.prefix and "authors" in fields:
            found += self.postings(word.text, ("authors",), prefix=True)
        for spelling in word.spellings:
            found += self.postings(spelling, fields, word.prefix, stems=False)
        return found

    def word(self, word: Word) -> Weights:
        """The weights of a word in any field."""
        return self.clause(Clause((word,)))

    def _word(self, word: Word, fields: tuple[str, ...]) -> Weights:
        """The weights of a word: joined, in any spelling, or its parts side by side."""
        weights = self.weigh(self.word_postings(word, fields))
        word = self.resolved(word)
        if len(word.parts) > 1:
            weights += self.together([(part,) for part in word.parts], fields, word.prefix)
        return weights

    def _resolved(self, word: Word) -> Word:
        """A word with its parts where it is two known words written as one."""
        if len(word.parts) > 1 or word.prefix or len(word.text) < SPLIT or not word.text.isalpha():
            return word
        pairs = splits(self.snapshot, word.text)
        return replace(word, parts=pairs[0]) if pairs else word

    def known(self, word: Word, stems: bool = False) -> Weights | None:
        """The weights of a word as one term; None when it is not known."""
        found = self.postings(word.text, TEXT_FIELDS, word.prefix, stems)
        return self.weigh(found) if found else None

    def _clause(self, clause: Clause) -> Weights:
        """The weights of a clause, for nobody to change."""
        fields: tuple[str, ...] = (clause.field,) if clause.field else TEXT_FIELDS
        if clause.phrase:
            parts = [part for word in clause.words for part in word.parts]
            prefix = clause.words[-1].prefix
            weights = self.together([(part,) for part in parts], fields, prefix)
            if len(parts) > 1:
                weights += self.weigh(self.postings("".join(parts), fields, prefix, stems=False))
        elif clause.field in NAMES and len(clause.words) > 1:
            weights = self._name(clause)
        elif len(clause.words) > 1:
            weights = every([self._word(word, fields) for word in clause.words])
        else:
            weights = self._word(clause.words[0], fields)
        weights.flags.writeable = False
        return weights

    # -- names

    def _name(self, clause: Clause) -> Weights:
        """The weights of words that stand in one name, of which one may be an initial there."""
        words = [word for word in clause.words if word.text]
        names, prefix = [(word.text, *word.spellings) for word in words], clause.words[-1].prefix
        initials = [at for at, word in enumerate(words) if is_initial(word)]
        weights = self.in_one_name(names, prefix, initials)
        sure = clause.negated or len(words) - len(initials) < 2  # two initials are no name
        for at, word in enumerate(() if sure else words):
            if _has_initial(word):
                short = [*names[:at], (word.text[0],), *names[at + 1 :]]
                last = prefix and at < len(words) - 1
                found = self.in_one_name(short, last, initials)
                weights = np.maximum(weights, INITIAL * found)
        return weights

    def initialled(self, given: Word, other: Word) -> Weights | None:
        """The weights of a given name by its initial, where the rest of the name is `other`.

        None when they do not look like a name: neither a word of texts nor a typo in one is taken
        for a given name.
        """
        if not (_has_initial(given) and _has_initial(other) and self.postings(other.text, NAMES)):
            return None
        known = self.postings(given.text, TEXT_FIELDS, given.prefix, stems=False)
        if not self._is_name(given if known else other):
            return None
        names = (other.text, *other.spellings)
        if not known and (near := self.near(given.text, given.prefix, 1)):
            likely = [names, [spelling.text for spelling in near]]
            if self.in_one_name(likely, given.prefix, ()).any():
                return None
        return INITIAL * self._by_initial(given.text[0], names, False)

    def initial_of(self, initial: Word, other: Word) -> Weights | None:
        """The weights of a typed initial where it begins another part of the name `other`."""
        is_pair = is_initial(initial) and _has_initial(other)
        if not (is_pair and self.postings(other.text, NAMES) and self._is_name(other)):
            return None
        found = self._by_initial(initial.text, (other.text, *other.spellings), True)
        return found if found.any() else None

    def _initialled(self, initial: str, other: tuple[str, ...], typed: bool) -> Weights:
        return self.in_one_name([(initial,), other], False, [0] if typed else [])

    def _is_name(self, word: Word) -> bool:
        """Whether a word stands among authors more than elsewhere."""
        found = self.postings(word.text, TEXT_FIELDS, word.prefix, stems=False)
        among = sum(len(postings.docs) for postings in found if postings.field in NAMES)
        return 2 * among >= sum(len(postings.docs) for postings in found)

    # -- positions

    def _titles(self, word: Word) -> Places:
        """Where a word begins in titles: as one term, or the first of its parts."""
        found = [*self.word_postings(word, ("title",), stems=False)]
        exact = sum(p.last_place - p.first_place for p in found)
        runs = {(p.segment.base, p.first_place) for p in found}
        every = (p for p in self.word_postings(word, TEXT_FIELDS) if p.field == "title")
        found += (p for p in every if (p.segment.base, p.first_place) not in runs)
        if len(word.parts) > 1:
            found += self.postings(word.parts[0], ("title",))
        owners = [np.repeat(p.docs, p.counts).astype(np.int64) + p.segment.base for p in found]
        return Places(
            _end_to_end(owners),
            _end_to_end([p.places for p in found]),
            _end_to_end([p.ranks for p in found]),
            exact,
        )


def _end_to_end(arrays: list[Array]) -> Array:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays or [np.zeros(0, np.int64)])


@dataclass(frozen=True)
class Match:
    """What a query matches, before any filter of a facet."""

    mask: Mask
    found: bool  # whether its words are found together, whatever the years, types and exclusions
    words: Words  # the free ones, for the ranking
    others: tuple[Weights, ...]  # of phrases and fields
    first: Docs  # that come first: their identifier was typed


def is_initial(word: Word) -> bool:
    """Whether a word may stand for all names that begin with its only letter."""
    return len(word.text) == 1 and word.text.isalpha()


def _has_initial(word: Word) -> bool:
    return len(word.text) > 1 and word.text.isalpha()
