"""Sorted byte strings in the arrays of a generation, with cached lookups."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Any, TypeVar
from weakref import ref

from numpy.typing import NDArray

T = TypeVar("T")
Array = NDArray[Any]

LOOKUPS = 1024  # cached results: each keystroke looks up the same words
END = b"\xff"  # sorts after all UTF-8, and never occurs in it
STEP = 32  # one in STEP strings is a Python object, to start a search from


def cached_method(size: int, owner: object, method: Callable[..., T]) -> Callable[..., T]:
    """Return a method of `owner` with an LRU cache.

    It refers to its owner weakly, so a replaced index is freed as soon as its last reader is done.
    """
    present = ref(owner)
    return lru_cache(size)(lambda *args, **kwargs: method(present(), *args, **kwargs))


class Strings(Sequence[bytes]):
    """Byte strings, concatenated in one array."""

    def __init__(self, arrays: dict[str, Array], name: str) -> None:
        self._bytes = arrays[name].data
        self._at = arrays[f"{name}.at"].data
        self.find = cached_method(LOOKUPS, self, Strings._find)
        self.prefixed = cached_method(LOOKUPS, self, Strings._prefixed)

    def __len__(self) -> int:
        return len(self._at) - 1

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]
        return bytes(self._bytes[self._at[number] : self._at[number + 1]])

    @cached_property
    def _steps(self) -> list[bytes]:
        return [self[number] for number in range(0, len(self), STEP)]

    def bisect(self, value: bytes) -> int:
        """Return how many of the sorted strings are less than a value."""
        step = bisect_left(self._steps, value) * STEP
        return bisect_left(self, value, max(step - STEP, 0), min(step, len(self)))

    def equal(self, value: bytes) -> range:
        """Return the numbers of a value among sorted strings, which may contain duplicates."""
        return range(self.bisect(value), self.bisect(value + b"\0"))

    def _find(self, value: bytes) -> int:
        """Return the number of a value among sorted strings; -1 if they lack it."""
        number = self.bisect(value)
        return number if number < len(self) and self[number] == value else -1

    def _prefixed(self, prefix: bytes) -> tuple[int, int]:
        """Return the range of sorted strings that begin with a prefix."""
        first = self.bisect(prefix)
        if first == len(self) or not self[first].startswith(prefix):
            return first, first
        return first, self.bisect(prefix + END)
