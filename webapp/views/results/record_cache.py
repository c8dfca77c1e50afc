"""A cache of what is the same for a record in every list.

DESIGN: most of an item's HTML does not depend on the search: names, actions, COinS. Without this
cache, an item takes 90 µs instead of 16, and a page of 20 takes 1.5 ms more of 7 (acl_10k, thread
time, November 2026). `items.py` is its only user. To remove it, call `make` directly.
The catalog caches records too, so a key is the identity of a record: comparing two records by
value would take longer than the cache saves.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import TypeVar

from ...catalog import CACHED_RECORDS
from ...records import Record
from ..urls import Urls

T = TypeVar("T")


class _Identity:
    """A cache key that equals only the same record object."""

    __slots__ = ("record",)

    def __init__(self, record: Record) -> None:
        self.record = record

    def __hash__(self) -> int:
        return id(self.record)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self.record is other.record


def cached_by_record(
    make: Callable[[Record, Urls], T], version: Callable[[], Hashable]
) -> Callable[[Record, Urls], T]:
    """Return a function that caches the results of `make` for the CACHED_RECORDS latest records.

    `version` returns what else the results depend on.
    """

    @lru_cache(CACHED_RECORDS)
    def cached(key: _Identity, urls: Urls, _: Hashable) -> T:
        return make(key.record, urls)

    return lambda record, urls: cached(_Identity(record), urls, version())
