"""The postings of a new segment, sorted by term, for Whoosh and for the arrays."""

import pickle
from array import array
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from struct import Struct
from tempfile import TemporaryFile
from typing import BinaryIO

RUN = 2_000_000  # postings to hold in memory: some 50 MB
CHUNK = 1_000  # terms to write or read at once

Posting = tuple[str, bytes, int, float, bytes]  # field, term, document, weight, positions
Term = tuple[str, bytes, bytes]  # field, term, and for each document a head and its positions

_HEAD = Struct("=iH")  # document, number of positions
_by_term = itemgetter(0, 1)


@dataclass(slots=True)
class FieldPostings:
    """The postings of a field, in the order of its terms."""

    terms: list[bytes] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)  # number of documents of each term
    position_counts: list[int] = field(default_factory=list)  # number of positions of each term
    docs: "array[int]" = field(default_factory=lambda: array("i"))
    # The number of positions in each document.
    counts: "array[int]" = field(default_factory=lambda: array("H"))
    positions: "array[int]" = field(default_factory=lambda: array("H"))


class PostingsBuffer:
    """A replacement for Whoosh's pool, which sorts single postings where only terms need sorting.

    Postings are held as byte strings, which the garbage collector does not track.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._size = 0
        self._runs: list[BinaryIO] = []
        self._terms: dict[tuple[str, bytes], bytearray] = defaultdict(bytearray)
        # The postings that Whoosh was given to write.
        self.by_field: dict[str, FieldPostings] = defaultdict(FieldPostings)

    def add(self, item: Posting) -> None:
        """Add a posting. The documents of a term must come in ascending order."""
        name, term, doc, _, positions = item
        self._terms[name, term].extend(_HEAD.pack(doc, len(positions) // 2) + positions)
        self._size += 1
        if self._size >= RUN:
            self._save()

    def iter_postings(self) -> Iterator[Posting]:
        """Yield all postings in order. Can be called once."""
        runs = [*map(_read, self._runs), self._take()]
        for (name, term), parts in groupby(merge(*runs, key=_by_term), _by_term):
            postings = self.by_field[name]
            first, first_position = len(postings.docs), len(postings.positions)
            for doc, positions in _documents(b"".join(part for _, _, part in parts)):
                postings.docs.append(doc)
                postings.counts.append(len(positions) // 2)
                postings.positions.frombytes(positions)
                yield name, term, doc, len(positions) / 2, positions
            postings.terms.append(term)
            postings.sizes.append(len(postings.docs) - first)
            postings.position_counts.append(len(postings.positions) - first_position)

    def cleanup(self) -> None:
        """Discard all postings that are not written yet."""
        self._terms.clear()
        for run in self._runs:
            run.close()

    def _take(self) -> Iterator[Term]:
        for name, term in sorted(self._terms):
            yield name, term, bytes(self._terms.pop((name, term)))

    def _save(self) -> None:
        file = TemporaryFile(dir=self._folder)  # noqa: SIM115  open until it is merged
        self._runs.append(file)
        terms = self._take()
        while chunk := list(islice(terms, CHUNK)):
            pickle.dump(chunk, file, pickle.HIGHEST_PROTOCOL)
        file.seek(0)
        self._size = 0


def _documents(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the documents of a term, with the encoded positions in each."""
    at = 0
    while at < len(part):
        doc, count = _HEAD.unpack_from(part, at)
        start = at + _HEAD.size
        at = start + 2 * count
        yield doc, part[start:at]


def _read(file: BinaryIO) -> Iterator[Term]:
    with suppress(EOFError):
        while True:
            yield from pickle.load(file)  # noqa: S301  written by _save
