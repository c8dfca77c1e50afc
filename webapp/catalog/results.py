"""What the catalog returns: a page of the list with its records, and which revision it is of."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

from ..records import Record
from ..search.engine import RelatedDocument, SearchResult
from ..search.query import Query
from ..store.connections import CatalogRevision
from .criteria import Criteria

# Records cached for lists. With abstracts and their HTML, 2,048 take about 25 MB. For keystrokes in
# 10,000 publications, 4,096 would read a twentieth fewer records, and 1,024 a twentieth more.
CACHED_RECORDS: Final = 2048


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list: records in rank order, and what is shown about them."""

    criteria: Criteria
    query: Query
    listed: tuple["Listed", ...]
    hits: SearchResult
    pages: int  # the number of pages, at least 1
    indexed: bool  # False if the database was searched, because there is no index
    order: str  # of a list without words and `sort`: "position" or one of criteria.SORTS

    @property
    def records(self) -> tuple[Record, ...]:
        return tuple(item.record for item in self.listed)

    @property
    def total(self) -> int:
        return self.hits.total


@dataclass(frozen=True, slots=True)
class SyncState:
    """The revisions of the database and of the index."""

    revision: CatalogRevision
    indexed: str | None  # None if there is no usable index

    @property
    def settled(self) -> bool:
        """Whether the index is up to date."""
        return str(self.revision) == self.indexed


@dataclass(frozen=True, slots=True)
class Listed:
    """A record of a list, and its other versions."""

    id: int
    record: Record
    versions: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class RelatedPublication:
    """A publication related to another one, and what they share."""

    record: Record
    shared: RelatedDocument


class RecordCache:
    """A cache of the most recently used records of one revision, safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._revision: CatalogRevision | None = None
        self._records: OrderedDict[int, Listed] = OrderedDict()

    def get(self, revision: CatalogRevision, ids: Sequence[int]) -> dict[int, Listed]:
        with self._lock:
            if revision != self._revision:
                return {}
            cached = {id_: self._records[id_] for id_ in ids if id_ in self._records}
            for id_ in cached:
                self._records.move_to_end(id_)
            return cached

    def put(self, revision: CatalogRevision, records: Mapping[int, Listed]) -> None:
        with self._lock:
            if revision != self._revision:
                self._records.clear()
                self._revision = revision
            self._records.update(records)
            while len(self._records) > CACHED_RECORDS:
                self._records.popitem(last=False)
