"""Updates of the search index: any process that finds it out of date brings it up to date."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from ..errors import (
    IndexUnavailableError,
)
from ..facets import MEMBER
from ..search.engine import Document, SearchEngine, SearchRequest
from ..search.query import Query
from ..store import publications, queries, versions
from ..store.connections import (
    CatalogRevision,
    Database,
    Transaction,
    reading,
    revision_of,
)
from .choices import OwnerChoices
from .documents import document
from .full_texts import FullTexts

logger = logging.getLogger(__name__)

# Changes, at most, to apply to the current generation. A rebuild is faster for more: at 10,000
# publications it costs as much as about 3,000 changes.
MAX_CHANGES: Final = 2000


def synchronise(
    database: Database,
    search: SearchEngine,
    progress: Callable[[Iterator[Document], int], Iterator[Document]] | None = None,
    rebuild: bool = False,
    choices: OwnerChoices | None = None,
    texts: FullTexts | None = None,
) -> bool:
    """Bring the index to the database's revision and to the `texts` that were read of PDFs.

    Return whether it was behind.

    Few changes are applied to the current generation; many lead to a rebuild, as do `rebuild` and
    `choices` other than those in the index. Other members change only their own publications.
    `progress` gets the documents of a rebuild and their number, and returns the documents.
    Raise IndexBusyError while another process writes the index.
    """
    choices = choices or OwnerChoices()
    source = _DocumentSource(choices, texts)
    with reading(database) as connection:
        revision = revision_of(connection)
        indexed = None if rebuild else _usable_revision(connection, search, revision, choices)
        other_members = choices.differs_in_members(search.variant)
        is_current = indexed == revision and not other_members
        if is_current and not (texts or search.texts):
            return False
        joins = versions.joins(connection)
        outdated = texts.outdated(connection, joins, search) if texts else list(search.texts)
        if is_current and not outdated:
            return False
        try:
            if indexed and other_members:
                outdated += _with_members(connection, search, choices)
            if _update_few(connection, search, indexed, revision, outdated, joins, source):
                return True
        except IndexUnavailableError as error:
            logger.warning("Rebuilding the index: %s", str(error))
        documents = source.documents(
            connection, publications.load_all(connection, whole=False), joins
        )
        if progress:
            documents = progress(documents, queries.count_publications(connection))
        search.rebuild(documents, str(revision), choices.fingerprint)
    return True


def _usable_revision(
    connection: Transaction,
    search: SearchEngine,
    revision: CatalogRevision,
    choices: OwnerChoices,
) -> CatalogRevision | None:
    """Return the revision of the index; None if it must be rebuilt.

    An index that would have to be rebuilt is fetched from another machine, if the settings name one
    and that is closer.
    """

    def is_usable(text: str | None, variant: str) -> bool:
        if variant != choices.fingerprint and not choices.differs_in_members(variant):
            return False
        return changed_since(connection, CatalogRevision.parse(text), revision) is not None

    if is_usable(search.revision, search.variant) or search.fetch(is_usable):
        return CatalogRevision.parse(search.revision)
    return None


def _with_members(connection: Transaction, search: SearchEngine, choices: OwnerChoices) -> set[int]:
    """Return the ids of the publications of members: those in the index, and the present ones."""
    request = SearchRequest(Query())
    slugs = tuple(slug for slug, _ in search.facet_values(request, MEMBER))
    request = replace(
        request, filters={MEMBER: slugs}, limit=queries.count_publications(connection)
    )
    ids = set(search.search(request).ids if slugs else ())
    for stored in publications.load_all(connection, whole=False):
        if choices.members.of_record(stored.record):
            ids.add(stored.id)
    return ids


def _update_few(
    connection: Transaction,
    search: SearchEngine,
    indexed: CatalogRevision | None,
    revision: CatalogRevision,
    outdated: Sequence[int],
    joins: versions.Joins,
    source: "_DocumentSource",
) -> bool:
    """Apply the changes since `indexed`, and index `outdated` ids, if they are few. Return that."""
    changed = changed_since(connection, indexed, revision)
    if changed is None or len(outdated) > MAX_CHANGES:
        return False
    ids = _touched((*changed, *outdated), joins)
    stored = (
        publication
        for chunk in publications.chunks(ids)
        for publication in publications.load(connection, chunk, whole=False).values()
    )
    documents = source.documents(connection, stored, joins, ids)
    search.update(documents, ids, str(revision), source.choices.fingerprint)
    return True


class _DocumentSource(NamedTuple):
    """What documents are made of, beside the database."""

    choices: OwnerChoices
    texts: FullTexts | None

    def documents(
        self,
        connection: Transaction,
        stored: Iterable[publications.Stored],
        joins: versions.Joins,
        ids: Sequence[int] | None = None,
    ) -> Iterator[Document]:
        """Yield the documents of listed publications: not hidden ones nor versions of another one.

        `ids` are their ids, unless they are all publications.
        """
        names = self.texts.names(connection, joins, ids) if self.texts else {}
        for publication in stored:
            id_ = publication.id
            if joins.is_listed(id_):
                texts = self.texts.texts(names.get(id_, ())) if self.texts else ()
                yield document(publication, self.choices, joins.identifiers.get(id_, ()), texts)


def _touched(changed: Iterable[int], joins: versions.Joins) -> list[int]:
    """Return the changed ids, and those that a join may have listed, hidden or extended."""
    joined = (*joins.published, *joins.published.values(), *joins.unjoined)
    return list(dict.fromkeys((*changed, *joined)))


def changed_since(
    connection: Transaction, indexed: CatalogRevision | None, revision: CatalogRevision
) -> Sequence[int] | None:
    """Return the ids of publications changed since `indexed`; None if a rebuild is needed."""
    if not indexed or indexed.identity != revision.identity or indexed.counter > revision.counter:
        return None
    changed = queries.changed_since(connection, indexed.counter, MAX_CHANGES + 1)
    return changed if changed is not None and len(changed) <= MAX_CHANGES else None
