"""One generation of the index, open for reading. It is immutable, so threads can share it.

Documents are numbered across all segments. The large arrays stay in mapped files, which all
processes share; only small ones, with an entry per document, are created here.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np

from ...facets import FIRST_YEAR, INDEXED
from ..text import stem
from .arrays import Array, is_among, ranks_of
from .facet_columns import FacetColumn
from .schema import TEXT_FIELDS
from .strings import Strings, cached_method

T = TypeVar("T")

CACHE_SIZE = 64  # results in `Snapshot.cached`
UNDATED = FIRST_YEAR - 1  # the year of documents without one: outside every range


def call_function(owner: Any, make: Callable[..., T], *given: object) -> T:
    """Return make(owner, ...): lets several functions share the cache of one `cached_method`."""
    return make(owner, *given)


class Postings(NamedTuple):
    """The postings of a range of words in one field of one segment."""

    segment: "Segment"
    field: str
    docs: Array  # numbers within the segment
    counts: Array
    single: bool  # of one word, so no document occurs twice
    start: int  # of the positions, within the field's array
    stop: int

    @property
    def positions(self) -> Array:
        """The positions, document by document."""
        return self.segment.arrays[f"{self.field}.positions"][self.start : self.stop]

    @property
    def content_positions(self) -> Array:
        """The positions counted without stop words; only for titles."""
        return self.segment.arrays[f"{self.field}.content_positions"][self.start : self.stop]


class Segment:
    """The arrays of one segment, as listed in derived.py."""

    def __init__(
        self, arrays: dict[str, Array], base: int, fields: Sequence[str] = TEXT_FIELDS
    ) -> None:
        self.arrays = arrays
        self.base = base
        self.size = len(arrays["ids"])
        self.words = Strings(arrays, "words")
        self.stems = Strings(arrays, "stems")
        self._fields = {
            name: (
                arrays[f"{name}.at"].data,  # memoryviews yield Python integers
                arrays[f"{name}.positions_at"].data,
                arrays[f"{name}.docs"],
                arrays[f"{name}.counts"],
            )
            for name in fields
        }

    @cached_property
    def identifiers(self) -> Strings:
        return Strings(self.arrays, "identifiers")

    def postings(self, field: str, first: int, last: int) -> Postings | None:
        """Return the postings of the words from `first` up to `last`; None if there are none."""
        at, positions_at, docs, counts = self._fields[field]
        start, end = at[first], at[last]
        if start == end:
            return None
        run, positions = slice(start, end), (positions_at[first], positions_at[last])
        return Postings(self, field, docs[run], counts[run], last - first == 1, *positions)

    def inflections(self, word: str) -> list[int]:
        """Return the numbers of the words with the same stem as a word."""
        number = self.stems.find(stem(word).encode())
        if number < 0:
            return []
        at = self.arrays["stem_words.at"]
        members: list[int] = self.arrays["stem_words"][at[number] : at[number + 1]].tolist()
        return members


class Snapshot:
    """All segments of a generation."""

    def __init__(
        self, revision: str, segments: Sequence[tuple[dict[str, Array], Sequence[int]]]
    ) -> None:
        self.revision = revision
        self.segments: list[Segment] = []
        base = 0
        for arrays, _ in segments:
            self.segments.append(Segment(arrays, base))
            base += self.segments[-1].size
        self.size = base
        self.live = np.ones(base, bool)
        for segment, (_, deleted) in zip(self.segments, segments, strict=True):
            self.live[segment.base + np.array(deleted, np.int64)] = False
        self.dead = np.flatnonzero(~self.live)
        self.count = max(base - len(self.dead), 1)
        self.ids = self._column("ids", np.int64)
        self.positions = self._column("positions", np.int64)
        self.title_extents = self._column("title.extents", np.uint16)
        self.title_names = self._column("title.names", np.uint8)
        self.facets = {name: self._facet(name) for name in INDEXED}
        # Caches the results of functions of this snapshot.
        self.cached = cached_method(CACHE_SIZE, self, call_function)
        self.ranks: dict[str, Array] = {}  # of each document, by the sort orders in use

    def _column(self, name: str, kind: Any) -> Array:
        if not self.segments:
            return np.zeros(0, kind)
        if len(self.segments) == 1:
            return self.segments[0].arrays[name]
        return np.concatenate([segment.arrays[name] for segment in self.segments])

    def _facet(self, name: str) -> FacetColumn:
        if not self.segments:
            empty: dict[str, Array] = {"v": np.zeros(0, np.uint8), "v.at": np.zeros(1, np.uint32)}
            return FacetColumn(
                np.zeros(0, np.int32), np.zeros(1, np.int64), (Strings(empty, "v"), ())
            )
        known = Strings(self.segments[0].arrays, f"{name}.values")
        more: dict[bytes, int] = {}
        codes, at, offset = [self.segments[0].arrays[f"{name}.codes"]], [], 0
        for segment in self.segments[1:]:
            values = Strings(segment.arrays, f"{name}.values")
            renumbered = np.zeros(len(values), np.int32)
            for number, value in enumerate(values):
                code = known.find(value)
                renumbered[number] = (
                    code if code >= 0 else more.setdefault(value, len(known) + len(more))
                )
            codes.append(renumbered[segment.arrays[f"{name}.codes"]])
        for segment in self.segments:
            starts = segment.arrays[f"{name}.docs_at"].astype(np.int64)
            at.append(starts[:-1] + offset)
            offset += int(starts[-1])
        return FacetColumn(
            np.concatenate(codes), np.concatenate([*at, [offset]]), (known, tuple(more))
        )

    @cached_property
    def lengths(self) -> dict[str, Array]:
        """The number of terms of each document in each text field."""
        return {field: self._column(f"{field}.lengths", np.uint32) for field in TEXT_FIELDS}

    @cached_property
    def years(self) -> Array:
        """The year of each document, or UNDATED."""
        facet = self.facets["year"]
        years = np.array([int(facet.value(code)) for code in range(facet.size)], np.int32)
        has = np.diff(facet.at) > 0
        result = np.full(self.size, UNDATED, np.int32)
        result[has] = years[facet.codes[facet.at[:-1][has]]]
        return result

    def order(self, name: str) -> Array:
        """Return the rank of each document in a sort order. Computed once per order."""
        if name not in self.ranks:
            self.ranks[name] = ranks_of(np.lexsort(self._sort_keys(name)))
        return self.ranks[name]

    def _sort_keys(self, name: str) -> tuple[Array, ...]:
        """Return the keys of a sort order for `lexsort`; ties are in the owner's order."""
        undated = (self.years == UNDATED).astype(np.int8)
        match name:
            case "newest":
                forthcoming = self._column("forthcoming", np.bool_)
                return self.positions, -self.years, np.where(forthcoming, -1, undated)
            case "oldest":
                return self.positions, self.years, undated
            case "title":
                return self.positions, self._column("title_keys", "S1")
            case "venue":
                venues = self._column("venue_keys", "S1")
                return self.positions, -self.years, venues, venues == b""
            case _:
                return (self.positions,)

    def numbers(self, ids: Iterable[int]) -> list[int]:
        """Return the live documents with some ids."""
        wanted = np.array(sorted(set(ids)), np.int64)
        return [int(doc) for doc in np.flatnonzero(is_among(self.ids, wanted) & self.live)]
