"""Matching of words in the texts of PDFs. Only documents with a text are numbered, from 0 on."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, cast

import numpy as np

from ..engine import Passage
from ..fields import FULL_TEXT, is_short
from ..query import Clause, Word, is_stop
from . import positions
from .arrays import Array, Docs, Mask
from .full_texts import PREFIX
from .scoring import TermScorer, Weights, sum_where_all
from .snapshot import Postings, Segment, Snapshot
from .strings import Strings, cached_method

FIELDS = (FULL_TEXT,)
WEIGHTS = 64  # clauses whose weights are cached
WITHIN = 20  # positions on each side of a word, in which a passage has others
ANCHORS = 200  # occurrences of the rarest word, at most, that a passage is chosen from


class FullTextSnapshot:
    """The texts in a snapshot, with what `TermScorer` needs of one."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Raise ValueError if no document has a text."""
        self.segments: list[Segment] = []
        docs, base = [], 0
        for segment in snapshot.segments:
            if f"{PREFIX}ids" in segment.arrays:
                arrays = {
                    name.removeprefix(PREFIX): values
                    for name, values in segment.arrays.items()
                    if name.startswith(PREFIX)
                }
                self.segments.append(Segment(arrays, base, FIELDS))
                docs.append(arrays["ids"].astype(np.int64) + segment.base)
                base += self.segments[-1].size
        self.docs: Docs = np.concatenate(docs)  # the number of each in the whole snapshot
        self.size = base
        self.live = snapshot.live[self.docs]
        self.dead = np.flatnonzero(~self.live)
        self.count = max(base - len(self.dead), 1)

    @cached_property
    def lengths(self) -> dict[str, Array]:
        """The number of terms in the texts of each document."""
        columns = [segment.arrays[f"{FULL_TEXT}.lengths"] for segment in self.segments]
        return {FULL_TEXT: np.concatenate(columns)}

    def texts(self, doc: int) -> list["IndexedText"]:
        """Return the texts of a document, in order."""
        segment = next(s for s in reversed(self.segments) if s.base <= doc)
        at = segment.arrays["texts.docs_at"]
        lines, blocks = Strings(segment.arrays, "texts"), segment.arrays["blocks.at"]
        texts = []
        for number in range(at[doc - segment.base], at[doc - segment.base + 1]):
            digest, _, name = lines[number].decode().partition(" ")
            span = slice(blocks[number], blocks[number + 1])
            starts = (
                segment.arrays["blocks.positions"][span],
                segment.arrays["blocks.offsets"][span],
            )
            texts.append(IndexedText(digest, name, *starts))
        return texts


@dataclass(frozen=True)
class FullTextHits:
    """Documents that match a query with the text of their PDFs, and not without it."""

    docs: Docs  # by their number in the whole snapshot, ascending
    scores: Array  # of each
    # Which come after the documents with all words, before those with some; the others come last.
    above: Mask


class IndexedText(NamedTuple):
    """A text in the index: where its blocks begin."""

    digest: str
    name: str
    positions: Array
    offsets: Array

    def passage(self, first: int, last: int) -> Passage:
        """Return the blocks that have the positions from `first` to `last`."""
        blocks = np.searchsorted(self.positions, (first, last), "right").tolist()
        start = int(self.offsets[max(blocks[0] - 1, 0)])
        is_last = blocks[1] >= len(self.offsets)
        end = int(self.offsets[-1]) + 4096 if is_last else int(self.offsets[blocks[1]])
        return Passage(self.digest, self.name, start, end)


class FullTextMatcher(TermScorer):
    """Matches words and clauses in the texts of one snapshot, with a cache."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.indexed = FullTextSnapshot(snapshot)
        super().__init__(cast("Snapshot", self.indexed))  # it has what the scorer reads
        self._ids = snapshot.ids
        self.clause_weights: Callable[[Clause], Weights] = cached_method(
            WEIGHTS, self, FullTextMatcher._clause_weights
        )

    @cached_property
    def texts(self) -> dict[int, tuple[tuple[str, str], ...]]:
        """Digest and name of the texts of each document, by its id."""
        return {
            int(self._ids[doc]): tuple(
                (text.digest, text.name) for text in self.indexed.texts(number)
            )
            for number, doc in enumerate(self.docs.tolist())
            if self.indexed.live[number]
        }

    @cached_property
    def version(self) -> str:
        """A hash of the texts: of what they are, not of the generation that has them."""
        rows = sorted(self.texts.items())
        return hashlib.blake2b(repr(rows).encode(), digest_size=6).hexdigest() if rows else ""

    @property
    def docs(self) -> Docs:
        """The number of each document with a text in the whole snapshot."""
        return self.indexed.docs

    def word_weights(self, word: Word) -> Weights:
        """Return the weights of a word; a short one that is still typed must match as it is."""
        if word.prefix and is_short(word.text, FULL_TEXT):
            word = replace(word, prefix=False)
        return self.clause_weights(Clause((word,)))

    def words_weights(self, words: Sequence[Word]) -> list[Weights]:
        """Return the weights of each word; two adjacent ones also match as one word."""
        weights = [self.word_weights(word) for word in words]
        for number, (left, right) in enumerate(pairwise(words)):
            if left.text and right.text and not (is_stop(left) or is_stop(right)):
                text = left.text + right.text
                extra = self.word_weights(Word(text, (text,), prefix=right.prefix))
                if extra.any():
                    weights[number] = np.maximum(weights[number], extra)
                    weights[number + 1] = np.maximum(weights[number + 1], extra)
        return weights

    def nearby(self, words: Iterable[Word], distance: int) -> Mask:
        """Return the documents with all words within a distance of the rarest one."""
        mask = np.zeros(self.indexed.size, bool)
        terms = [part for word in words for part in self._parts(word)]
        postings = [self.postings(term, FIELDS, prefix) for term, prefix in terms]
        if postings and all(postings):
            mask[positions.find_near(self.indexed.size, postings, distance) >> 16] = True
        return mask

    def frequency(self, word: Word) -> int:
        """Return how often a word occurs in all texts."""
        return sum(int(p.counts.sum()) for p in self._word_postings(word))

    def _clause_weights(self, clause: Clause) -> Weights:
        if clause.phrase:
            parts = [part for word in clause.words for part in word.parts]
            prefix = clause.words[-1].prefix
            weights = self.score_phrase([(part,) for part in parts], FIELDS, prefix)
            if len(parts) > 1:
                joined = self.postings("".join(parts), FIELDS, prefix, stems=False)
                weights += self.score_postings(joined)
        else:
            weights = sum_where_all([self._word_weights(word) for word in clause.words])
        weights.flags.writeable = False
        return weights

    def _word_weights(self, word: Word) -> Weights:
        weights = self.score_postings(self._word_postings(word))
        if len(word.parts) > 1:
            weights += self.score_phrase([(part,) for part in word.parts], FIELDS, word.prefix)
        return weights

    def _word_postings(self, word: Word) -> tuple[Postings, ...]:
        """Return the postings of a word in each of its spellings, as one term."""
        postings = self.postings(word.text, FIELDS, word.prefix) if word.text else ()
        for spelling in word.spellings:
            postings += self.postings(spelling, FIELDS, word.prefix, stems=False)
        return postings

    def _parts(self, word: Word) -> list[tuple[str, bool]]:
        """Return the terms of a word, and whether each is a prefix."""
        if word.text and self._word_postings(word):
            return [(word.text, word.prefix)]
        last = len(word.parts) - 1
        return [(part, word.prefix and at == last) for at, part in enumerate(word.parts)]

    # -- passages

    def passages(self, docs: Docs, words: Iterable[Word]) -> dict[int, Passage]:
        """Return the best part of the texts of some documents, by their number in all documents.

        It has as many of the words near each other as any.
        """
        terms = [part for word in words for part in self._parts(word)]
        wanted = np.zeros(self.indexed.size, bool)
        wanted[np.searchsorted(self.docs, docs)] = True
        occurrences = [
            _occurrences(self.postings(term, FIELDS, prefix), wanted)
            for term, prefix in dict.fromkeys(terms)
        ]
        numbers = np.searchsorted(self.docs, docs)
        starts = [np.searchsorted(keys, numbers << 16).tolist() for keys in occurrences]
        ends = [np.searchsorted(keys, (numbers + 1) << 16).tolist() for keys in occurrences]
        passages = {}
        for at, (doc, number) in enumerate(zip(docs.tolist(), numbers.tolist(), strict=True)):
            spans = zip(occurrences, starts, ends, strict=True)
            here = [
                keys[first[at] : last[at]] & 0xFFFF
                for keys, first, last in spans
                if first[at] < last[at]
            ]
            if here:
                passages[doc] = self._passage(number, _densest(here))
        return passages

    def _passage(self, doc: int, position: int) -> Passage:
        texts = self.indexed.texts(doc)
        text = next(
            (t for t in reversed(texts) if len(t.positions) and t.positions[0] <= position),
            texts[0],
        )
        return text.passage(max(position - WITHIN, int(text.positions[0])), position + WITHIN)


def _occurrences(postings: Iterable[Postings], wanted: Mask) -> Array:
    """Return the occurrences in some documents, sorted: document << 16 | position."""
    parts = [np.zeros(0, np.int64)]
    for item in postings:
        docs = item.docs.astype(np.int64) + item.segment.base
        here = wanted[docs]
        if here.any():
            found = item.positions[np.repeat(here, item.counts)]
            parts.append((np.repeat(docs[here], item.counts[here]) << 16) + found)
    return np.sort(np.concatenate(parts))


def _densest(occurrences: Sequence[Array]) -> int:
    """Return the first position of the rarest word with the most other words around it."""
    anchors = min(occurrences, key=len)[:ANCHORS]
    counts = np.zeros(len(anchors), np.int64)
    for found in occurrences:
        following = np.searchsorted(found, anchors - WITHIN)
        nearest = found[np.minimum(following, len(found) - 1)]
        counts += (nearest >= anchors - WITHIN) & (nearest <= anchors + WITHIN)
    return int(anchors[np.argmax(counts)])
