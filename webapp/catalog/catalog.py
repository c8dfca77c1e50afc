"""The catalog: find(criteria) -> Page, get(slug), save(edits), and its revision."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from ..config import Settings
from ..errors import IndexUnavailableError
from ..records import Record
from ..search.engine import Hits, Related, Request, SearchEngine
from ..search.query import Query, parse
from ..store import publications, queries
from ..store import versions as works
from ..store.additions import Additions, additions
from ..store.connections import CatalogRevision, Database, current_revision, reading, revision_of
from ..store.edits import Edit, Undoing, save
from ..store.publications import Stored
from ..telemetry.timing import timed
from .criteria import Criteria
from .documents import document
from .fallback import scan_hits

# Records kept for lists; with abstracts and their HTML, 2,048 take about 25 MB. While people type
# in 10,000, 4,096 would spare a twentieth of the records from being read, 1,024 cost as much.
CACHED_RECORDS = 2048
RELATED = 5  # publications that a publication's page names
FIRST_CHUNK = 50  # 6 ms; a whole chunk of 500 takes 60


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, with all that is shown about it."""

    criteria: Criteria
    query: Query
    records: tuple[Record, ...]
    versions: Mapping[str, tuple[Record, ...]]  # other versions, by the key of the listed record
    hits: Hits
    pages: int  # the number of pages, at least 1
    indexed: bool  # False: there is no index yet, so the rows were searched

    @property
    def total(self) -> int:
        return self.hits.total


@dataclass(frozen=True, slots=True)
class CatalogState:
    """The revisions of the database and of the index."""

    revision: CatalogRevision
    indexed: str | None

    @property
    def settled(self) -> bool:
        return str(self.revision) == self.indexed


@dataclass(frozen=True, slots=True)
class Listed:
    """A record of a list, and its other versions."""

    id: int
    record: Record
    versions: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class RelatedPublication:
    """A publication that is related to another one, and the reason."""

    record: Record
    shared: Related


class Catalog:
    """The publications: rows come from the database, their order and number from the index."""

    def __init__(self, database: Database, search: SearchEngine, settings: Settings) -> None:
        self.database = database
        self.search = search
        self.settings = settings
        self._cache = _RecordCache()

    def state(self) -> CatalogState:
        return CatalogState(current_revision(self.database), self.search.revision)

    def find(self, criteria: Criteria) -> Page:
        """Return the page of the list that the criteria name; past the end, the last page."""
        query = parse(criteria.q, typing=True)
        size = self.settings.page_size
        hits, indexed = self._hits(criteria, query, size)
        pages = max(1, -(-hits.total // size))
        if criteria.page + criteria.more > pages:
            page = min(criteria.page, pages)
            criteria = replace(criteria, page=page, more=min(criteria.more, pages - page))
            hits, indexed = self._hits(criteria, query, size)
        listed = self._listed(hits.ids)
        return Page(
            criteria=criteria,
            query=query,
            records=tuple(one.record for one in listed),
            versions={one.record.key: one.versions for one in listed if one.versions},
            hits=hits,
            pages=pages,
            indexed=indexed,
        )

    def hits(self, criteria: Criteria, size: int) -> Hits:
        """Return the hits of a page of any size, without reading records."""
        query = parse(criteria.q, typing=True)
        return self._hits(criteria, query, size)[0]

    def found(self, criteria: Criteria) -> int:
        """Count the publications that match; 0 while there is no index."""
        query = parse(criteria.q, typing=True)
        try:
            return self.search.count(self._request(criteria, query, 0))
        except IndexUnavailableError:
            return 0

    def values(
        self, criteria: Criteria, facet: str, letters: str = "", limit: int = 0
    ) -> tuple[tuple[str, int], ...]:
        """Return the values of a facet with their numbers of hits; see `SearchEngine.values`.

        Empty while there is no index.
        """
        request = self._request(criteria, parse(criteria.q, typing=True), 0)
        try:
            return self.search.values(request, facet, letters, limit)
        except IndexUnavailableError:
            return ()

    def _request(self, criteria: Criteria, query: Query, size: int) -> Request:
        return Request(
            query=query,
            filters=criteria.filters,
            sort=criteria.sort,
            default_sort="newest" if self.settings.order == "newest" else "position",
            offset=(criteria.page - 1) * size,
            limit=size * (1 + criteria.more),
            literal=criteria.literal,
        )

    def _hits(self, criteria: Criteria, query: Query, size: int) -> tuple[Hits, bool]:
        """Return the hits, and whether they come from the index."""
        newest_first = self.settings.order == "newest"
        request = self._request(criteria, query, size)
        try:
            with timed("search"):
                hits = self.search.search(request)
            return hits, True
        except IndexUnavailableError:
            with reading(self.database) as connection:
                revision = str(revision_of(connection))
                return scan_hits(
                    connection, criteria, revision, newest_first=newest_first, size=size
                ), False

    def _listed(self, ids: Sequence[int]) -> list[Listed]:
        """Return the records of a page of hits, in their order. Deleted ones are left out."""
        revision = current_revision(self.database)
        found = self._cache.get(revision, ids)
        missing = [id_ for id_ in ids if id_ not in found]
        if missing:
            with timed("database"), reading(self.database) as connection:
                revision = revision_of(connection)
                loaded = publications.load(connection, missing, whole=False)
                keys = [stored.record.key for stored in loaded.values()]
                behind = works.versions(connection, keys)
            listed = {
                id_: Listed(id_, stored.record, behind.get(stored.record.key, ()))
                for id_, stored in loaded.items()
            }
            self._cache.put(revision, listed)
            found.update(listed)
        return [found[id_] for id_ in ids if id_ in found]

    def get(self, slug: str) -> Stored | None:
        """Return the publication with this slug, with its source; None if there is none."""
        with reading(self.database) as connection:
            id_ = queries.id_of_slug(connection, slug)
            return publications.load(connection, [id_])[id_] if id_ is not None else None

    def versions_of(self, record: Record) -> tuple[Record, ...]:
        """Return the other versions of a publication, the published one first."""
        published = record.version_of or record.key
        with reading(self.database) as connection:
            behind = works.versions(connection, [published]).get(published, ())
            ids = queries.ids_of_keys(connection, [published])
            loaded = publications.load(connection, list(ids.values()), whole=False)
        records = (*(stored.record for stored in loaded.values()), *behind)
        together = any(one.key == record.key for one in records)
        return tuple(one for one in records if one.key != record.key) if together else ()

    def related(self, stored: Stored, besides: Sequence[Record]) -> tuple[RelatedPublication, ...]:
        """Return related publications, best first, without `besides`, its other versions.

        Empty while there is no index.
        """
        try:
            with timed("related"):
                limit = RELATED + len(besides)
                found = self.search.related(document(stored), limit)
        except IndexUnavailableError:
            return ()
        listed = {one.id: one.record for one in self._listed([related.id for related in found])}
        same = {record.key for record in besides}
        return tuple(
            RelatedPublication(listed[related.id], related)
            for related in found
            if related.id in listed and listed[related.id].key not in same
        )[:RELATED]

    def whole(self, ids: Sequence[int]) -> Iterator[Stored]:
        """Yield publications with their source, in the order of the ids, read in chunks.

        Deleted ones are left out. The first chunk is small, so that sending can start at once.
        """
        for chunk in (ids[:FIRST_CHUNK], *publications.chunks(ids[FIRST_CHUNK:])):
            with reading(self.database) as connection:
                loaded = publications.load(connection, chunk)
            yield from (loaded[id_] for id_ in chunk if id_ in loaded)

    def additions(self) -> Additions:
        """Return when the publications were added."""
        with reading(self.database) as connection:
            return additions(connection)

    def slugs(self, offset: int, limit: int) -> Sequence[tuple[str, datetime]]:
        """Return listed slugs, each with the time of its last change. Additions come last."""
        with reading(self.database) as connection:
            return queries.listed_slugs(connection, offset, limit)

    def present_slug(self, former: str) -> str | None:
        """Return the slug that a former one redirects to."""
        with reading(self.database) as connection:
            return queries.slug_of_former(connection, former)

    def count(self, listed: bool = False) -> int:
        """Count all publications, or only the listed ones."""
        with reading(self.database) as connection:
            return queries.count_publications(connection, listed)

    def updated(self) -> datetime | None:
        """Return when the catalog last changed; see `queries.updated`."""
        with reading(self.database) as connection:
            return queries.updated(connection)

    def save(
        self,
        edits: Sequence[Edit],
        command: str,
        expected: CatalogRevision | None = None,
        undoing: Undoing | None = None,
    ) -> CatalogRevision:
        """Save edits in one transaction, as a new revision. No edits change nothing.

        Raises CatalogChangedError when the catalog is not at the revision `expected`.
        """
        return save(self.database, edits, command, expected, undoing)


class _RecordCache:
    """The most recently used records of one revision; safe between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._revision: CatalogRevision | None = None
        self._records: OrderedDict[int, Listed] = OrderedDict()

    def get(self, revision: CatalogRevision, ids: Sequence[int]) -> dict[int, Listed]:
        with self._lock:
            if revision != self._revision:
                return {}
            found = {id_: self._records[id_] for id_ in ids if id_ in self._records}
            for id_ in found:
                self._records.move_to_end(id_)
            return found

    def put(self, revision: CatalogRevision, records: Mapping[int, Listed]) -> None:
        with self._lock:
            if revision != self._revision:
                self._records.clear()
                self._revision = revision
            self._records.update(records)
            while len(self._records) > CACHED_RECORDS:
                self._records.popitem(last=False)
