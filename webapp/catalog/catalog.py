"""The class Catalog: find(criteria) -> Page, get(slug), save(edits), and the revisions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Final

from ..config import Settings
from ..errors import DatabaseUnavailableError, IndexUnavailableError
from ..facets import SELECTED, selected_rank
from ..owner_files import OwnerFiles
from ..records import Record
from ..search.engine import SearchEngine, SearchRequest, SearchResult
from ..search.query import Query, parse
from ..store import publications, queries, versions
from ..store.additions import Additions, additions
from ..store.connections import (
    CatalogRevision,
    Database,
    Transaction,
    current_revision,
    is_away,
    last_revision,
    reading,
    revision_of,
)
from ..store.edits import Edit, Undoing, save
from ..store.publications import Stored
from ..store.source_records import Answer, SourceRecord, answers
from ..telemetry.timing import timed
from .choices import OwnerChoices
from .criteria import Criteria
from .documents import document
from .fallback import scan_hits
from .former_venues import with_present_venues
from .harvest import Harvest
from .hidden import HiddenFiles
from .known import KnownAnswers
from .listed import ListedRecords
from .person_pages import PersonPages
from .results import Page, RelatedPublication, SyncState
from .scopes import Scopes

MAX_SELECTED: Final = 12  # selected works above the list
MAX_RANKED: Final = 500  # selected works, the newest, of which these are the first
RELATED: Final = 5  # related publications that a publication's page lists
FIRST_CHUNK: Final = 50  # takes 6 ms to read; a full chunk of 500 takes 60


class Catalog:
    """The publications. Records come from the database, their order and number from the index."""

    def __init__(
        self,
        database: Database,
        search: SearchEngine,
        settings: Settings,
        choices: OwnerChoices,
        files: OwnerFiles,
    ) -> None:
        self.database = database
        self.search = search
        self.settings = settings
        self.choices = choices
        self.files = files
        self.scopes = Scopes(settings, PersonPages(settings, choices.members, search))
        self.harvest = Harvest(database, search, settings, choices, self.scopes)
        self._hidden_files = HiddenFiles(files, settings.photos)
        self._listed = ListedRecords(database, choices)
        self._known = KnownAnswers(database)

    @property
    def is_away(self) -> bool:
        """Whether the database did not answer last, so that only what is known is returned."""
        return is_away(self.database)

    @property
    def knows_something(self) -> bool:
        """Whether lists can be returned while the database is away."""
        return last_revision(self.database) is not None and self.search.revision is not None

    def state(self) -> SyncState:
        return SyncState(current_revision(self.database), self.search.revision)

    def find(
        self,
        criteria: Criteria,
        counted: Mapping[str, tuple[str, ...]] | None = None,
        size: int = 0,
    ) -> Page:
        """Return a page of the list; the last page if the criteria name one beyond it.

        `counted` are values of facets to count besides the most frequent and the selected ones.
        A page has `size` publications, by default as many as the settings say.
        """
        criteria = self.choices.present(criteria)
        query = parse(criteria.q, typing=True)
        size = size or self.settings.page_size
        hits, indexed = self._hits(criteria, query, size, counted)
        present = with_present_venues(criteria, hits, self.count_values)
        if present != criteria:
            criteria = present
            hits, indexed = self._hits(criteria, query, size, counted)
        pages = max(1, -(-hits.total // size))
        if criteria.page + criteria.more > pages:
            page = min(criteria.page, pages)
            criteria = replace(criteria, page=page, more=min(criteria.more, pages - page))
            hits, indexed = self._hits(criteria, query, size, counted)
        listed = self._listed.read(hits.ids)
        return Page(
            criteria=criteria,
            query=query,
            listed=tuple(listed),
            hits=hits,
            pages=pages,
            indexed=indexed,
            order=self.scopes.order(criteria.scope),
        )

    def find_hits(self, criteria: Criteria, size: int) -> SearchResult:
        """Return the hits of a page of `size` publications, without reading records."""
        query = parse(criteria.q, typing=True)
        hits = self._hits(criteria, query, size)[0]
        present = with_present_venues(criteria, hits, self.count_values)
        return hits if present == criteria else self._hits(present, query, size)[0]

    def selected(self) -> list[Record]:
        """Return the first selected works: by rank, those without one last and newest first."""
        criteria = Criteria(filters={"selected": (SELECTED,)}, sort="newest")
        records = [
            item.record for item in self._listed.read(self.find_hits(criteria, MAX_RANKED).ids)
        ]
        return sorted(records, key=lambda record: selected_rank(record) or 0)[:MAX_SELECTED]

    def count_hits(self, criteria: Criteria) -> int:
        """Return the number of publications that match; 0 while there is no index."""
        query = parse(criteria.q, typing=True)
        try:
            return self.search.count(self._request(criteria, query, 0))
        except IndexUnavailableError:
            return 0

    def count_values(
        self, criteria: Criteria, facet: str, letters: str = "", limit: int = 0
    ) -> tuple[tuple[str, int], ...]:
        """Return the values of a facet with their counts, as `SearchEngine.values` does.

        Empty while there is no index.
        """
        request = self._request(criteria, parse(criteria.q, typing=True), 0)
        try:
            return self.search.facet_values(request, facet, letters, limit)
        except IndexUnavailableError:
            return ()

    def _request(self, criteria: Criteria, query: Query, size: int) -> SearchRequest:
        return SearchRequest(
            query=query,
            filters=self.choices.present(criteria).filters,
            sort=criteria.sort,
            default_sort=self.scopes.order(criteria.scope),
            offset=(criteria.page - 1) * size,
            limit=size * (1 + criteria.more),
            literal=criteria.literal,
            subset=self.scopes.subset(criteria.scope, self.database),
        )

    def _hits(
        self,
        criteria: Criteria,
        query: Query,
        size: int,
        counted: Mapping[str, tuple[str, ...]] | None = None,
    ) -> tuple[SearchResult, bool]:
        """Return a page of hits, and whether they come from the index."""
        request = replace(self._request(criteria, query, size), counted=counted or {})
        try:
            with timed("search"):
                hits = self.search.search(request)
            return hits, True
        except IndexUnavailableError:
            with reading(self.database) as connection:
                revision = str(revision_of(connection))
                return scan_hits(
                    connection,
                    criteria,
                    revision,
                    self.choices,
                    subset=request.subset,
                    newest_first=request.default_sort == "newest",
                    size=size,
                ), False

    def get(self, slug: str, hidden: bool = False) -> Stored | None:
        """Return the publication with a slug, including its source; None if there is none.

        A hidden publication is returned only to editors, who set `hidden`.
        """

        def query(connection: Transaction) -> Stored | None:
            id_ = queries.id_of_slug(connection, slug, hidden)
            return publications.load(connection, [id_])[id_] if id_ is not None else None

        return self._known.read(("slug", slug, hidden), query)

    def versions_of(self, record: Record) -> tuple[Record, ...]:
        """Return the other versions of a publication, the published one first."""
        published = record.version_of or record.key

        def query(connection: Transaction) -> tuple[Record, ...]:
            ids = queries.ids_of_keys(connection, [published])
            loaded = publications.load(connection, list(ids.values()))
            main = (stored.record for stored in loaded.values() if not stored.record.is_hidden)
            return (*main, *versions.versions(connection, [published]).get(published, ()))

        records = self._known.read(("versions", published), query)
        if record.key not in {version.key for version in records}:
            return ()
        others = (version for version in records if version.key != record.key)
        return tuple(map(self.choices.apply, others))

    def related(self, stored: Stored, others: Sequence[Record]) -> tuple[RelatedPublication, ...]:
        """Return up to RELATED related publications, best first, without `others`, its versions.
        Empty without index; while the database is away, those that are known.
        """
        try:
            with timed("related"):
                hits = self.search.related(document(stored, self.choices), RELATED + len(others))
        except IndexUnavailableError:
            return ()
        ids = [hit.id for hit in hits]
        listed = self._listed.known(ids) if self.is_away else self._listed.read(ids)
        records = {item.id: item.record for item in listed}
        excluded = {record.key for record in others}
        return tuple(
            RelatedPublication(records[hit.id], hit)
            for hit in hits
            if hit.id in records and records[hit.id].key not in excluded
        )[:RELATED]

    def find_file(self, name: str) -> Path | None:
        """Return the file that visitors get for a name; None if there is none."""
        path = self.files.find(name)
        return None if path and self._hidden_files.has(path, self.database) else path

    def load(self, ids: Sequence[int]) -> Iterator[Stored]:
        """Return the publications with these ids, in this order, including their sources.

        Deleted ones are left out. The first of the chunks that are read is small, and it is read
        at once: a response can start soon, and does not start while the database is away.
        """
        first = self._load(ids[:FIRST_CHUNK])
        return chain(
            first, chain.from_iterable(map(self._load, publications.chunks(ids[FIRST_CHUNK:])))
        )

    def _load(self, ids: Sequence[int]) -> list[Stored]:
        with reading(self.database) as connection:
            loaded = publications.load(connection, ids)
        return [loaded[id_] for id_ in ids if id_ in loaded]

    def additions(self) -> Additions:
        """Return the times at which publications were added."""
        with reading(self.database) as connection:
            return additions(connection)

    def list_slugs(self, offset: int, limit: int) -> Sequence[tuple[str, datetime]]:
        """Return slugs in the order of addition, each with the time of its last change.

        Hidden publications and versions of another one are left out.
        """
        with reading(self.database) as connection:
            return queries.listed_slugs(connection, offset, limit)

    def present_slug(self, former: str, hidden: bool = False) -> str | None:
        """Return the present slug of the publication that had `former`; None if there is none."""
        return self._known.read(
            ("former", former, hidden),
            lambda connection: queries.slug_of_former(connection, former, hidden),
        )

    def count(self, listed: bool = False) -> int:
        """Return the number of publications, or with `listed` of those that lists have."""
        with reading(self.database) as connection:
            return queries.count_publications(connection, listed)

    def updated(self) -> datetime | None:
        """Return the time of the last change; None for an empty catalog, or if it is not known."""
        try:
            return self._known.read("updated", queries.updated)
        except DatabaseUnavailableError:
            return None

    def source_answers(self) -> dict[str, Answer]:
        """Return the last answer of each source, by its id."""
        with reading(self.database) as connection:
            return answers(connection)

    def save(
        self,
        edits: Sequence[Edit],
        command: str,
        expected: CatalogRevision | None = None,
        undoing: Undoing | None = None,
        sources: Sequence[SourceRecord] = (),
        who: str = "",
    ) -> CatalogRevision:
        """Save edits in one transaction and return the new revision. No edits, no new revision.

        `sources` is what sources stated of publications, saved even without edits; `who` is the
        editor in whose browser the edits were made. Raises CatalogChangedError if the catalog is
        no longer at the revision `expected`.
        """
        return save(self.database, edits, command, expected, undoing, sources, who)
