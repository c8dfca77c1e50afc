"""The column of a facet: the values of each document, as codes."""

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from ...folding import fold
from .arrays import Array, Docs, Mask, is_among, ranks_of
from .strings import END, LOOKUPS, Strings, cached_method


class FacetColumn:
    """The values of a facet. Document d has codes[at[d]:at[d+1]]."""

    def __init__(self, codes: Array, at: Array, values: tuple[Strings, tuple[bytes, ...]]) -> None:
        self.codes = codes
        self.at = at
        self.values = values  # of the first segment, and additional ones
        self.size = len(values[0]) + len(values[1])
        self.value = cached_method(LOOKUPS, self, FacetColumn._value)
        self._single = len(codes) == len(at) - 1 and bool((np.diff(at) == 1).all())

    def _value(self, code: int) -> str:
        """Return the value of a code."""
        known = len(self.values[0])
        return (self.values[0][code] if code < known else self.values[1][code - known]).decode()

    def code(self, value: str) -> int:
        """Return the code of a value; -1 if no document has it."""
        sought = value.encode("utf-8", "replace")
        if (code := self.values[0].find(sought)) >= 0:
            return code
        more = self.values[1]
        return len(self.values[0]) + more.index(sought) if sought in more else -1

    @cached_property
    def sizes(self) -> Array:
        """The number of values of each document."""
        return np.diff(self.at)

    @cached_property
    def docs(self) -> Array:
        """The document of each code."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @cached_property
    def sort_ranks(self) -> Array:
        """The rank of each value in sorted order."""
        if not self.values[1]:
            return np.arange(self.size)
        values = [*self.values[0], *self.values[1]]
        return ranks_of(np.array(sorted(range(self.size), key=values.__getitem__)))

    @cached_property
    def _folded(self) -> tuple[Array, Array]:
        """All values folded, as UTF-8, each followed by END; and the offset of each.

        Computed when letters are first searched in a revision; the 22,700 authors of 10,000
        publications take 0.5 MB and 20 ms.
        """
        folded = [
            fold(value.decode()).encode() + END for value in (*self.values[0], *self.values[1])
        ]
        starts = np.cumsum([0, *map(len, folded)])[:-1]
        return np.frombuffer(b"".join(folded), np.uint8), starts

    def holding(self, letters: str) -> Mask:
        """Return which values, folded, contain some folded letters."""
        text, starts = self._folded
        first, *others = letters.encode("utf-8", "replace")
        at = np.flatnonzero(text == first)
        for offset, letter in enumerate(others, 1):  # END equals no letter, so no match crosses it
            at = at[text[at + offset] == letter]
        mask = np.zeros(self.size, bool)
        mask[np.searchsorted(starts, at, "right") - 1] = True
        return mask

    def codes_of(self, docs: Docs) -> Array:
        """Return the codes of all values of some documents."""
        if len(self.codes) < len(docs):
            return self.codes[is_among(self.docs, docs)]
        if self._single:
            return self.codes[docs]
        starts = self.at[docs]
        sizes = self.at[docs + 1] - starts
        shift = np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
        result: Array = self.codes[shift + np.arange(len(shift))]
        return result

    def totals(self, docs: Docs) -> Array:
        """Return how many of some documents have each value."""
        every = len(self.at) - 1
        if 2 * len(docs) <= every:
            return np.bincount(self.codes_of(docs), minlength=self.size)
        others = np.ones(every, bool)
        others[docs] = False
        return self._all_totals - self.totals(np.flatnonzero(others))

    @cached_property
    def _all_totals(self) -> Array:
        return np.bincount(self.codes, minlength=self.size)

    def docs_with(self, codes: Iterable[int], size: int) -> Mask:
        """Return which documents have one of some codes."""
        chosen = np.zeros(self.size, bool)
        chosen[list(codes)] = True
        mask = np.zeros(size, bool)
        entries = np.flatnonzero(chosen[self.codes])
        mask[np.searchsorted(self.at, entries, "right") - 1] = True
        return mask
