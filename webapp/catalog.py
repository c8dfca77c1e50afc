"""What the site knows: find(criteria) -> Page, get(slug), save(edits), the revision."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from . import store
from .config import Settings
from .criteria import Criteria
from .database import CatalogRevision, current_revision, reading, revision_of, writing
from .models import CatalogState, Change, FormerSlug, Publication, Revision
from .records import Record
from .scan import scan_hits
from .search.engine import Hits, IndexUnavailable, Request, SearchEngine
from .search.query import Query, parse
from .slugs import unique_slug
from .store import Stored

# Records kept for lists; 4,096 with abstracts take about 15 MB.
KEPT_RECORDS = 4096


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, with all that is said about it."""

    criteria: Criteria
    query: Query
    records: tuple[Record, ...]
    hits: Hits
    pages: int  # how many there are, at least 1
    indexed: bool  # False: there is no index yet, and the database was searched as well as it can

    @property
    def total(self) -> int:
        return self.hits.total


@dataclass(frozen=True, slots=True)
class State:
    """What the database holds, and whether the index agrees."""

    revision: CatalogRevision
    indexed: str | None

    @property
    def settled(self) -> bool:
        return str(self.revision) == self.indexed


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to save. `id` is None for an addition, `record` for a removal."""

    record: Record | None
    id: int | None = None
    position: int | None = None  # None: where it is, or at the end


class CatalogChanged(Exception):  # noqa: N818
    """The catalog is no longer what the edits were made for."""


class Catalog:
    """The publications: rows from the database, their order and number from the index."""

    def __init__(self, database: Engine, search: SearchEngine, settings: Settings) -> None:
        self.database = database
        self.search = search
        self.settings = settings
        self._kept = _KeptRecords()

    def state(self) -> State:
        return State(current_revision(self.database), self.search.revision)

    def find(self, criteria: Criteria, literal: bool = False) -> Page:
        """The page of the list that the criteria ask for, past the end the last one."""
        query = parse(criteria.q, typing=True)
        size = self.settings.page_size
        hits, indexed = self._hits(criteria, query, size, literal)
        pages = max(1, -(-hits.total // size))
        if criteria.page > pages:
            criteria = replace(criteria, page=pages)
            hits, indexed = self._hits(criteria, query, size, literal)
        return Page(criteria, query, self._records(hits.ids), hits, pages, indexed)

    def hits(self, criteria: Criteria, size: int) -> Hits:
        """The ids of the page of a list, its pages of another size than the site's."""
        query = parse(criteria.q, typing=True)
        return self._hits(criteria, query, size, criteria.literal)[0]

    def _hits(
        self, criteria: Criteria, query: Query, size: int, literal: bool
    ) -> tuple[Hits, bool]:
        """The hits, and whether they come from the index."""
        newest_first = self.settings.order == "newest"
        request = Request(
            query=query,
            filters=criteria.filters,
            sort=criteria.sort,
            default_sort="newest" if newest_first else "position",
            offset=(criteria.page - 1) * size,
            limit=size,
            literal=literal,
        )
        try:
            return self.search.search(request), True
        except IndexUnavailable:
            with reading(self.database) as connection:
                revision = str(revision_of(connection))
                return scan_hits(
                    connection, criteria, revision, newest_first=newest_first, limit=size
                ), False

    def _records(self, ids: Sequence[int]) -> tuple[Record, ...]:
        """The records of a page of hits in their order; those that are gone are left out."""
        revision = current_revision(self.database)
        found = self._kept.get(revision, ids)
        missing = [id_ for id_ in ids if id_ not in found]
        if missing:
            with reading(self.database) as connection:
                revision = revision_of(connection)
                loaded = store.load(connection, missing, whole=False)
            records = {id_: stored.record for id_, stored in loaded.items()}
            self._kept.put(revision, records)
            found.update(records)
        return tuple(found[id_] for id_ in ids if id_ in found)

    def get(self, slug: str) -> Stored | None:
        """The publication of a slug, everything known about it."""
        with reading(self.database) as connection:
            id_ = connection.scalar(select(Publication.id).where(Publication.slug == slug))
            return store.load(connection, [id_])[id_] if id_ is not None else None

    def whole(self, ids: Sequence[int]) -> Iterator[Stored]:
        """Everything known of these, in their order, a chunk at a time; those gone are left out."""
        for chunk in store.chunks(ids):
            with reading(self.database) as connection:
                loaded = store.load(connection, chunk)
            yield from (loaded[id_] for id_ in chunk if id_ in loaded)

    def slugs(self, offset: int, limit: int) -> Sequence[Row[str, datetime]]:
        """Each slug and when its publication last changed, in an order that additions extend."""
        query = select(Publication.slug, Publication.updated).order_by(Publication.id)
        with reading(self.database) as connection:
            return connection.execute(query.offset(offset).limit(limit)).all()

    def present_slug(self, former: str) -> str | None:
        """The slug that a former one leads to."""
        query = (
            select(Publication.slug)
            .join(FormerSlug, FormerSlug.publication_id == Publication.id)
            .where(FormerSlug.slug == former)
        )
        with reading(self.database) as connection:
            return connection.scalar(query)

    def count(self) -> int:
        with reading(self.database) as connection:
            return connection.scalar(select(func.count()).select_from(Publication)) or 0

    def updated(self) -> datetime | None:
        """When the catalog last changed."""
        with reading(self.database) as connection:
            return connection.scalar(select(func.max(Change.at)))

    def save(
        self, edits: Sequence[Edit], command: str, expected: CatalogRevision | None = None
    ) -> CatalogRevision:
        """Do the edits in one transaction; with none of them, not even the revision changes.

        Raises CatalogChanged when `expected` is given and is not the revision that is there.
        """
        with writing(self.database) as connection:
            revision = revision_of(connection)
            if expected and expected != revision:
                raise CatalogChanged(
                    "Someone else changed the catalog meanwhile; nothing was done. Run it again."
                )
            if not edits:
                return revision
            revision = replace(revision, counter=revision.counter + 1)
            connection.execute(update(CatalogState).values(counter=revision.counter))
            connection.execute(insert(Revision).values(counter=revision.counter, command=command))
            _Saving(connection, revision.counter).run(edits)
        return revision


class _Saving:
    """One saving transaction: the rows, and what the `changes` table says of them."""

    def __init__(self, connection: Connection, counter: int) -> None:
        self.connection = connection
        self.counter = counter
        self.now = datetime.now(UTC)

    def run(self, edits: Sequence[Edit]) -> None:
        self._remove([edit.id for edit in edits if edit.id is not None and edit.record is None])
        self._change({edit.id: edit for edit in edits if edit.id is not None and edit.record})
        self._add([edit for edit in edits if edit.id is None and edit.record])

    def _add(self, edits: Sequence[Edit]) -> None:
        slugs = set(self.connection.scalars(select(Publication.slug)))
        slugs.update(self.connection.scalars(select(FormerSlug.slug)))
        last = self.connection.scalar(select(func.max(Publication.position))) or 0
        new = []
        for edit in edits:
            assert edit.record is not None  # noqa: S101  as run() chose them
            slug = unique_slug(edit.record.slug or edit.record.key, slugs)
            slugs.add(slug)
            position = edit.position
            if position is None:
                last = position = last + POSITION_STEP
            record = replace(edit.record, slug=slug)
            new.append(Stored(id=0, position=position, updated=self.now, record=record))
        ids = store.insert_all(self.connection, new)
        self._log("added", [(ids[stored.record.key], stored.record.slug, None) for stored in new])

    def _change(self, edits: Mapping[int, Edit]) -> None:
        for ids in store.chunks(list(edits)):
            before = store.load(self.connection, ids)
            changed = [_after(before[id_], edits[id_], self.now) for id_ in ids if id_ in before]
            store.update_all(self.connection, changed)
            self._log("changed", [(s.id, s.record.slug, before[s.id]) for s in changed])

    def _remove(self, ids: Sequence[int]) -> None:
        for chunk in store.chunks(ids):
            before = store.load(self.connection, chunk)
            store.delete_all(self.connection, chunk)
            self._log("removed", [(s.id, s.record.slug, s) for s in before.values()])

    def _log(self, action: str, rows: Iterable[tuple[int, str, Stored | None]]) -> None:
        values = [
            {
                "revision": self.counter,
                "at": self.now,
                "publication_id": id_,
                "slug": slug,
                "action": action,
                "before": before and {"position": before.position, **asdict(before.record)},
            }
            for id_, slug, before in rows
        ]
        if values:
            self.connection.execute(insert(Change), values)


# Between neighbours in the owner's order: room for twenty insertions at one place before any
# other publication has to move.
POSITION_STEP = 1 << 20


def _after(before: Stored, edit: Edit, now: datetime) -> Stored:
    assert edit.record is not None  # noqa: S101  as run() chose them
    return Stored(
        id=before.id,
        position=before.position if edit.position is None else edit.position,
        updated=now,
        record=replace(edit.record, slug=before.record.slug),
    )


class _KeptRecords:
    """The records of one revision that were asked for most recently; safe between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._revision: CatalogRevision | None = None
        self._records: OrderedDict[int, Record] = OrderedDict()

    def get(self, revision: CatalogRevision, ids: Sequence[int]) -> dict[int, Record]:
        with self._lock:
            if revision != self._revision:
                return {}
            found = {id_: self._records[id_] for id_ in ids if id_ in self._records}
            for id_ in found:
                self._records.move_to_end(id_)
            return found

    def put(self, revision: CatalogRevision, records: Mapping[int, Record]) -> None:
        with self._lock:
            if revision != self._revision:
                self._records.clear()
                self._revision = revision
            self._records.update(records)
            while len(self._records) > KEPT_RECORDS:
                self._records.popitem(last=False)
