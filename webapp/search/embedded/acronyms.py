"""The acronyms that the records of a snapshot explain, looked up both ways."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..query import Clause, Word
from ..text import stem
from .snapshot import Snapshot
from .strings import Strings

# A catalog of many records has most acronyms in several; one that explains it alone is left out
# there, which saves each process some MB.
MANY = 10_000
SHARE = 0.2  # of the records with the most frequent meaning of an acronym, at least
MEANINGS = 3  # of one acronym, at most, and acronyms of the same words

Stems = tuple[str, ...]


class Expansion(NamedTuple):
    """What words of a query also mean: the range of their numbers, and a clause to match."""

    first: int
    last: int  # exclusive
    clause: Clause
    acronym: str
    explained: int  # records that explain it
    text: str  # to show


class Acronyms:
    """The acronyms of a snapshot and their words."""

    def __init__(self, snapshot: Snapshot) -> None:
        texts: dict[tuple[str, Stems], Counter[str]] = defaultdict(Counter)
        for text, count in _explanations(snapshot):
            acronym, _, words = text.partition(" ")
            texts[acronym, tuple(map(stem, words.split()))][words] += count
        least = 2 if snapshot.count >= MANY else 1
        pairs = ((sum(by_text.values()), *pair) for pair, by_text in texts.items())
        ranked = sorted((p for p in pairs if p[0] >= least), reverse=True)
        self._words: dict[str, list[tuple[str, int]]] = {}
        self.acronyms: dict[Stems, list[tuple[str, int]]] = {}
        for count, acronym, stems in ranked:
            text = texts[acronym, stems].most_common(1)[0][0]
            _add(self._words.setdefault(acronym, []), text, count)
            _add(self.acronyms.setdefault(stems, []), acronym, count)
        self._longest = max(map(len, self.acronyms), default=0)

    def expand(self, words: Sequence[Word]) -> Iterator[Expansion]:
        """Yield what the acronyms and the words among the words of a query also mean."""
        if not self._longest:
            return
        for at, word in enumerate(words):
            for text, count in self._words_of(word):
                terms = tuple(Word(term, (term,)) for term in text.split())
                yield Expansion(at, at + 1, Clause(terms, phrase=True), word.text, count, text)
        stems = [tuple(map(stem, word.parts)) for word in words]
        for first in range(len(words)):
            explanation: Stems = ()
            for last in range(first, len(words)):
                explanation += stems[last]
                if len(explanation) > self._longest:
                    break
                for acronym, count in self.acronyms.get(explanation, ()):
                    clause = Clause((Word(acronym, (acronym,)),))
                    yield Expansion(first, last + 1, clause, acronym, count, acronym.upper())

    def _words_of(self, word: Word) -> list[tuple[str, int]]:
        if not word.text.isalpha():
            return []
        return self._words.get(word.text) or self._words.get(word.text.removesuffix("s"), [])


def _add(values: list[tuple[str, int]], text: str, count: int) -> None:
    """Add a value to those of an acronym or of its words, unless it is rare beside the first."""
    if len(values) < MEANINGS and count >= SHARE * (values[0][1] if values else 0):
        values.append((text, count))


def _explanations(snapshot: Snapshot) -> Iterator[tuple[str, int]]:
    """Yield the explanations in each segment, with the number of live documents that have each."""
    for segment in snapshot.segments:
        live = snapshot.live[segment.base : segment.base + segment.size]
        has = np.repeat(live, np.diff(segment.arrays["acronyms.docs_at"]))
        codes = segment.arrays["acronyms.codes"][has]
        values = Strings(segment.arrays, "acronyms.values")
        counts = np.bincount(codes, minlength=len(values)).tolist()
        for text, count in zip(values, counts, strict=True):
            if count:
                yield text.decode(), count
