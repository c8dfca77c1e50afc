"""The postings of a new segment, collected by field and sorted by term.

DESIGN. `PostingsBuffer` replaces Whoosh's `PostingPool` and is the only part of Whoosh's writing
that is not Whoosh's own. The pool holds each posting as a tuple, pickles the tuples to disk in runs
and merges the runs. The buffer holds each occurrence as one number, sorts them with numpy, and
gives the sorted arrays to both Whoosh and `derived`.

- Measured (`WhooshEngine.rebuild` of 10,000 publications with abstracts, 28 November 2026): 12 s of
  CPU time with the buffer; 34 s with Whoosh's pool at `limitmb=32` and its postings read back for
  the arrays. At the pool's default of 128 MB it needs less time, and that much more memory.
- To remove it: delete this file, leave `writer.pool` alone, give Whoosh the terms through a field
  type whose `index` yields them (only in the writer's schema, so that the stored one stays
  Whoosh's), and let `derived` read postings with `SegmentReader.iter_postings`.
- What it does not do: write to disk. It holds 8 bytes per occurrence until the segment is written.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.formats import Positions

# Where the term and the document begin in an occurrence, in bits; the position has the lowest.
TERM, DOC = 40, 16
MAX_POSITION = 0xFFFE  # so the number of positions also fits into 16 bits
CHUNK = 1 << 20  # occurrences to change at once: some MB
CACHED = 1 << 16  # encoded lists of positions: most are a single position

Array = NDArray[Any]
Occurrence = tuple[str, int]  # term, position
WhooshPosting = tuple[str, bytes, int, float, bytes]  # field, term, document, weight, positions

_format = Positions()


class FieldPostings(NamedTuple):
    """The postings of a field, in the order of its terms, then of documents, then of positions.

    Term number t is in `docs[docs_at[t]:docs_at[t + 1]]`; its positions, document by document, are
    `positions[positions_at[t]:positions_at[t + 1]]`.
    """

    terms: list[str]
    docs_at: Array
    docs: Array
    counts: Array  # number of positions in each of `docs`
    positions_at: Array
    positions: Array


class _FieldOccurrences:
    """The occurrences of terms in a field, each as one number: term, document and position."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}  # term -> order of its first occurrence
        self._keys = array("Q")

    def add(self, doc: int, occurrences: Iterable[Occurrence]) -> None:
        """Add the occurrences in a document. Ignore positions of a term that do not ascend."""
        last: dict[str, int] = {}
        for term, position in occurrences:
            if last.get(term, -1) < position <= MAX_POSITION:
                last[term] = position
                number = self._numbers.setdefault(term, len(self._numbers))
                self._keys.append(number << TERM | doc << DOC | position)

    def sort(self) -> FieldPostings:
        """Return the occurrences as postings, and discard them."""
        terms = sorted(self._numbers)  # as sorted in UTF-8
        ranks = np.empty(len(terms), np.uint64)
        ranks[[self._numbers[term] for term in terms]] = np.arange(len(terms)) << TERM
        keys = np.frombuffer(self._keys, np.uint64)
        for part in np.array_split(keys, len(keys) // CHUNK + 1):
            part[:] = ranks[part >> TERM] | part & ((1 << TERM) - 1)
        keys.sort()
        numbers = np.arange(len(terms) + 1, dtype=np.uint64)
        positions_at = np.searchsorted(keys, numbers << TERM)
        positions = keys.astype(np.uint16)
        keys >>= DOC
        is_first = np.ones(len(keys), bool)  # of its document
        is_first[1:] = keys[1:] != keys[:-1]
        first = np.flatnonzero(is_first)
        counts = np.diff(first, append=len(keys)).astype(np.uint16)
        keys = keys[first]
        self._numbers, self._keys = {}, array("Q")
        docs_at = np.searchsorted(keys, numbers << (TERM - DOC))
        keys &= (1 << (TERM - DOC)) - 1
        return FieldPostings(terms, docs_at, keys.astype(np.int32), counts, positions_at, positions)


NO_POSTINGS = _FieldOccurrences().sort()


class PostingsBuffer:
    """The postings of a new segment, with the interface of Whoosh's pool."""

    def __init__(self) -> None:
        self._fields: dict[str, _FieldOccurrences] = defaultdict(_FieldOccurrences)
        self._decode = lru_cache(CACHED)(_format.decode_positions)
        self.by_field: dict[str, FieldPostings] = {}  # filled by `iter_postings`

    def add_document(self, doc: int, fields: Mapping[str, Iterable[Occurrence]]) -> None:
        """Add the occurrences of terms in each field of a document, in ascending order."""
        for name, occurrences in fields.items():
            self._fields[name].add(doc, occurrences)

    def add(self, item: WhooshPosting) -> None:
        """Add a posting of a segment that Whoosh merges."""
        name, term, doc, _, positions = item
        text = term.decode()
        self._fields[name].add(doc, ((text, position) for position in self._decode(positions)))

    def iter_postings(self) -> Iterator[WhooshPosting]:
        """Yield all postings in order, for Whoosh to write. Can be called once."""
        for name in sorted(self._fields):
            self.by_field[name] = self._fields.pop(name).sort()
            yield from _whoosh_postings(name, self.by_field[name])

    def cleanup(self) -> None:
        """Discard all occurrences that are not written yet."""
        self._fields.clear()


def _whoosh_postings(name: str, postings: FieldPostings) -> Iterator[WhooshPosting]:
    encode = lru_cache(CACHED)(_format.encode)
    runs = (pairwise(offsets.tolist()) for offsets in (postings.docs_at, postings.positions_at))
    for term, docs, positions in zip(postings.terms, *runs, strict=True):
        key, run = term.encode(), iter(postings.positions[slice(*positions)].tolist())
        counts = postings.counts[slice(*docs)].tolist()
        for doc, count in zip(postings.docs[slice(*docs)].tolist(), counts, strict=True):
            yield name, key, doc, float(count), encode(tuple(islice(run, count)))
