"""Which documents a query matches, and how much: words to weights, one number a document.

A weight is the word's frequency in the fields, each boosted and normalised by its length (the
inner part of BM25F); 0 is no match.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .query import Clause, Word
from .schema import NAME_STRIDE, TEXT_FIELDS
from .snapshot import Array, Docs, Mask, Postings, Snapshot, kept, make_of
from .spelling import candidates, splits
from .text import STOP_WORDS

Weights = NDArray[np.float32]
Words = tuple[tuple[Word, Weights], ...]

# BM25F: how much a word counts in a field, and how much the field's length matters. Measured as
# the constants of ranking.py are: titles at 1 give .658 and .499 (tune), .678 and .520 (report), at
# 6 .664 and .506, .676 and .534; no LENGTH .664 and .473, .669 and .496; the others matter less.
BOOSTS = {"title": 3.0, "authors": 2.5, "venue": 1.2, "tags": 2.0, "abstract": 1.0}
LENGTH = {"title": 0.5, "authors": 0.0, "venue": 0.3, "tags": 0.3, "abstract": 0.75}

INITIAL = 0.3  # of a given name's weight, where a record has its initial only
SPLIT = 6  # letters of a word that may be two
SHORT_PREFIX = 2  # letters; shorter ones do not look into abstracts
# Words whose weights are remembered, as far as they fit. At 10,000 documents 419 would, and spare
# one keystroke in ten a word to weigh, for 12 MB more.
WEIGHTS = 128
TITLES = 32  # words whose places in titles are remembered: of a few queries
NAMES = ("authors",)  # fields whose words have no stems


class Places(NamedTuple):
    """Where a word begins in titles."""

    owners: Array  # documents
    places: Array
    ranks: Array  # places among the content words


class Matcher:
    """Looks words up in one snapshot."""

    def __init__(self, snapshot: Snapshot, cache_bytes: int = 0) -> None:
        self.snapshot = snapshot
        fitting = cache_bytes // max(4 * snapshot.size, 256)
        weighed = kept(min(fitting, WEIGHTS), self, make_of)
        self.clause: Callable[[Clause], Weights] = partial(weighed, Matcher._clause)
        self._by_initial: Callable[[str, tuple[str, ...]], Weights]
        self._by_initial = partial(weighed, Matcher._initialled)
        self.titles = kept(TITLES, self, Matcher._titles)
        self.postings = kept(256, self, Matcher._postings)
        self.near = kept(256, snapshot, candidates)
        self.resolved = kept(256, self, Matcher._resolved)

    @cached_property
    def _norms(self) -> dict[str, Weights]:
        norms = {}
        for field, lengths in self.snapshot.lengths.items():
            average = max(float(lengths.sum(where=self.snapshot.live)) / self.snapshot.count, 1.0)
            share = 1 - LENGTH[field] + LENGTH[field] * lengths / average
            norms[field] = (BOOSTS[field] / share).astype(np.float32)
        return norms

    # -- postings

    def _postings(
        self, term: str, fields: tuple[str, ...], prefix: bool = False, stems: bool = True
    ) -> tuple[Postings, ...]:
        """The postings of a term, or of all that begin with it, and of its inflections."""
        key, found, inflected = term.encode(), [], stems and fields != NAMES
        for segment in self.snapshot.segments:
            if prefix:
                first, last = segment.words.prefixed(key)
            else:
                first = segment.words.find(key)
                first, last = (first, first + 1) if first >= 0 else (0, 0)
            akin = [w for w in segment.akin(term) if not first <= w < last] if inflected else []
            for field in fields if first < last or akin else ():
                if not (prefix and field == "abstract" and len(fields) > 1 and is_short(term)):
                    found.append(segment.postings(field, first, last))
                if field not in NAMES:
                    found += [segment.postings(field, word, word + 1) for word in akin]
        return tuple(filter(None, found))

    def weigh(self, postings: Iterable[Postings]) -> Weights:
        """The weights that postings give."""
        weights = np.zeros(self.snapshot.size, np.float32)
        for item in postings:
            base, size = item.segment.base, item.segment.size
            part = weights[base : base + size]
            docs = item.docs.astype(np.int64)  # what numpy would make of them at each step
            worth = self._norms[item.field][base : base + size][docs] * item.counts
            if item.single:
                part[docs] += worth
            else:
                part += np.bincount(docs, worth, size).astype(np.float32)
        weights[self.snapshot.dead] = 0
        return weights

    # -- words and clauses

    def word_postings(self, word: Word, fields: tuple[str, ...]) -> tuple[Postings, ...]:
        """The postings of a word as one term, in each of its spellings."""
        initial = len(word.text) == 1 and word.text.isalpha() and not word.prefix
        found = self.postings(word.text, fields, word.prefix) if word.text else ()
        if initial and "authors" in fields:
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

    def known(self, word: Word) -> Weights | None:
        """The weights of a word as one term, without inflections; None when it is not known."""
        found = self.postings(word.text, TEXT_FIELDS, word.prefix, stems=False)
        return self.weigh(found) if found else None

    def _clause(self, clause: Clause) -> Weights:
        """The weights of a clause, for nobody to change."""
        fields: tuple[str, ...] = (clause.field,) if clause.field else TEXT_FIELDS
        if clause.phrase:
            parts = [(part,) for word in clause.words for part in word.parts]
            weights = self.together(parts, fields, clause.words[-1].prefix)
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
        weights = self.together(names, NAMES, prefix, one_name=True)
        for at, word in enumerate(words if not clause.negated else ()):
            if _has_initial(word):
                short = [*names[:at], (word.text[0],), *names[at + 1 :]]
                last = prefix and at < len(words) - 1
                found = self.together(short, NAMES, last, one_name=True)
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
        return self._by_initial(given.text[0], (other.text, *other.spellings))

    def _initialled(self, initial: str, other: tuple[str, ...]) -> Weights:
        return INITIAL * self.together([(initial,), other], NAMES, prefix=False, one_name=True)

    def _is_name(self, word: Word) -> bool:
        """Whether a word stands among authors more than elsewhere."""
        found = self.postings(word.text, TEXT_FIELDS, word.prefix, stems=False)
        among = sum(len(postings.docs) for postings in found if postings.field in NAMES)
        return 2 * among >= sum(len(postings.docs) for postings in found)

    # -- positions

    def _titles(self, word: Word) -> Places:
        """Where a word begins in titles: as one term, or the first of its parts."""
        found = [p for p in self.word_postings(word, TEXT_FIELDS) if p.field == "title"]
        if len(word.parts) > 1:
            found += self.postings(word.parts[0], ("title",))
        owners = [np.repeat(p.docs, p.counts).astype(np.int64) + p.segment.base for p in found]
        return Places(
            _end_to_end(owners),
            _end_to_end([p.places for p in found]),
            _end_to_end([p.ranks for p in found]),
        )

    def together(
        self,
        terms: Sequence[Sequence[str]],
        fields: tuple[str, ...],
        prefix: bool,
        one_name: bool = False,
    ) -> Weights:
        """The weights of terms that stand side by side, or, in any order, in one name.

        Each term may have several spellings; the last one may be a prefix.
        """
        weights, last = np.zeros(self.snapshot.size, np.float32), len(terms) - 1
        items = [
            [p for s in spellings for p in self.postings(s, fields, prefix and number == last)]
            for number, spellings in enumerate(terms)
        ]
        for field in fields:
            found = [
                (offset, [p for p in items[offset] if p.field == field])
                for offset, spellings in enumerate(terms)
                if field != "abstract" or spellings[0] not in STOP_WORDS
            ]
            if not found or not all(here for _, here in found):
                continue
            keys: Array | None = None
            for offset, here in sorted(found, key=lambda each: sum(len(p.docs) for p in each[1])):
                keys = self._narrowed(keys, here, offset, one_name)
                if not len(keys):
                    break
            if keys is not None:
                docs = keys >> 16
                np.add.at(weights, docs, self._norms[field][docs])
        weights[self.snapshot.dead] = 0
        return weights

    def _narrowed(
        self, keys: Array | None, found: list[Postings], offset: int, one_name: bool
    ) -> Array:
        """The places, as document << 16 | position, where one more term stands as it should."""
        if keys is not None:
            near = np.zeros(self.snapshot.size, bool)
            near[keys >> 16] = True
        parts = [np.full(1, -1, np.int64)]  # what comes before the first one
        for item in found:
            docs = item.docs.astype(np.int64) + item.segment.base
            here = slice(None) if keys is None else np.repeat(near[docs], item.counts)
            docs, places = np.repeat(docs, item.counts)[here], item.places[here].astype(np.int64)
            places = places // NAME_STRIDE if one_name else places - offset
            parts.append(((docs << 16) + places)[places >= 0])
        fresh = np.sort(np.concatenate(parts))
        fresh = fresh[1:][fresh[1:] > fresh[:-1]]  # `unique` takes ten times as long
        return fresh if keys is None else np.intersect1d(keys, fresh, assume_unique=True)


def _end_to_end(arrays: list[Array]) -> Array:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays or [np.zeros(0, np.int64)])


def every(weights: Sequence[Weights]) -> Weights:
    """The summed weights of the documents that all have."""
    total = summed(weights)
    for one in weights:
        total[one == 0] = 0
    return total


def summed(weights: Sequence[Weights]) -> Weights:
    """The sum of some weights, of one at least."""
    total = weights[0].copy()
    for one in weights[1:]:
        total += one
    return total


@dataclass(frozen=True)
class Match:
    """What a query matches, before any filter of a facet."""

    mask: Mask
    found: bool  # whether its words are found together, whatever the years, types and exclusions
    words: Words  # the free ones, for the ranking
    others: tuple[Weights, ...]  # of phrases and fields
    first: Docs  # that come first: their identifier was typed


def is_short(prefix: str) -> bool:
    """Whether a prefix is too short for abstracts, where any field will do."""
    return prefix.isascii() and len(prefix) <= SHORT_PREFIX


def _has_initial(word: Word) -> bool:
    return len(word.text) > 1 and word.text.isalpha()
