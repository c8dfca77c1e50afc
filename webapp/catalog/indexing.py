"""Updates of the search index: any process that finds it out of date brings it up to date."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from threading import Lock, Thread
from typing import Final, NamedTuple

from ..config import ROOT
from ..errors import (
    DatabaseError,
    DatabaseUnavailableError,
    IndexBusyError,
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
    current_revision,
    is_away,
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
# Changes, at most, that a serving process applies itself. More would delay its visitors, and it
# would keep the memory: 1,000 changes at 10,000 publications take some 25 MB.
OWN_CHANGES: Final = 50

LOOK_AFTER: Final = 60.0  # seconds between two looks at the owner's PDFs in a serving process
RETRY_AFTER: Final = 30.0  # seconds from a failed update in a serving process to the next


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
        other_members = choices.differs_in_members(search.variant)
        rebuild = rebuild or not (other_members or search.variant == choices.fingerprint)
        indexed = None if rebuild else CatalogRevision.parse(search.revision)
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
    changed = _changed_since(connection, indexed, revision)
    if changed is None or len(outdated) > MAX_CHANGES:
        return False
    ids = _touched((*changed, *outdated), joins)
    loaded: dict[int, publications.Stored] = {}
    for chunk in publications.chunks(ids):
        loaded.update(publications.load(connection, chunk, whole=False))
    removed = [id_ for id_ in ids if id_ not in loaded or not joins.is_listed(id_)]
    documents = source.documents(connection, loaded.values(), joins, ids)
    search.update(documents, removed, str(revision), source.choices.fingerprint)
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


def _changed_since(
    connection: Transaction, indexed: CatalogRevision | None, revision: CatalogRevision
) -> Sequence[int] | None:
    """Return the ids of publications changed since `indexed`; None if a rebuild is needed."""
    if not indexed or indexed.identity != revision.identity or indexed.counter > revision.counter:
        return None
    changed = queries.changed_since(connection, indexed.counter, MAX_CHANGES + 1)
    return changed if changed is not None and len(changed) <= MAX_CHANGES else None


class _UpdateFailedError(Exception):
    """The process that rebuilds the index failed. The message is the end of its output."""


class IndexFollower:
    """Updates the index in a thread beside the requests of a process, one attempt at a time."""

    def __init__(
        self,
        database: Database,
        search: SearchEngine,
        instance: str,
        choices: OwnerChoices | None = None,
        texts: FullTexts | None = None,
        afterwards: Callable[[], object] = lambda: None,
    ) -> None:
        """`afterwards` is called in the same thread when the index is up to date."""
        self._afterwards = afterwards
        self._choices = choices or OwnerChoices()
        self._texts = texts
        self._files_version: tuple[int, ...] | None = None
        self._next_look = time.monotonic() + LOOK_AFTER
        self._database = database
        self._search = search
        self._instance = instance
        self._running = Lock()
        self._not_before = 0.0
        self.problem = ""  # why the last update failed; "" if it succeeded

    def notice(self) -> None:
        """Start an update without waiting for it. Requests call this if the index is behind.

        While the database is away there is nothing to follow.
        """
        if is_away(self._database):
            return
        if time.monotonic() >= self._not_before and self._running.acquire(blocking=False):
            Thread(target=self._follow, name="index-follower", daemon=True).start()

    def notice_files(self, version: tuple[int, ...]) -> None:
        """Start an update if PDFs may have changed. Requests call this with `OwnerFiles.version`.

        It changes when a file appears or disappears; what is written in place is found when the
        PDFs that were read are looked at, every LOOK_AFTER seconds.
        """
        if self._texts is None:
            return
        former, self._files_version = self._files_version, version
        is_changed = former is not None and former != version
        if not is_changed and time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_AFTER
            is_changed = self._texts.has_changed_files()
        if is_changed:
            self.notice()

    def _follow(self) -> None:
        try:
            if self._takes_long():
                self._synchronise_elsewhere()
            else:
                synchronise(self._database, self._search, choices=self._choices, texts=self._texts)
                if self._texts and self._texts.has_changes(self._database, self._search):
                    self._synchronise_elsewhere()
            self._afterwards()
            self._succeeded()
        except IndexBusyError:
            pass  # another process is updating it; a later request checks again
        except DatabaseUnavailableError:
            pass  # a request that finds it back checks again
        except (OSError, DatabaseError, IndexUnavailableError, _UpdateFailedError) as error:
            self._fail(str(error))
        finally:
            self._running.release()

    def _takes_long(self) -> bool:
        if self._search.variant != self._choices.fingerprint:
            return True  # the settings changed since this process read them
        with reading(self._database) as connection:
            indexed = CatalogRevision.parse(self._search.revision)
            changed = _changed_since(connection, indexed, revision_of(connection))
            return changed is None or len(changed) > OWN_CHANGES

    def _synchronise_elsewhere(self) -> None:
        """Update the index in another process, so that this one can serve visitors."""
        command = [sys.executable, "-m", "webapp", "reindex", "--if-needed", "--quiet"]
        environment = {**os.environ, "OCTAVO_INSTANCE": self._instance}
        process = subprocess.run(  # noqa: S603  the command is ours
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if process.returncode:
            current_revision(self._database)  # raises another error if it went away
            raise _UpdateFailedError(process.stderr.strip()[-500:])

    def _succeeded(self) -> None:
        if self.problem:
            logger.warning("The index is up to date again")
        self.problem = ""

    def _fail(self, reason: str) -> None:
        """Log a failure, unless it is that of the last attempt, and wait before the next."""
        if reason != self.problem:
            logger.error(
                "The index cannot be brought up to date; searches see an older state: %s", reason
            )
        self.problem = reason
        self._not_before = time.monotonic() + RETRY_AFTER
