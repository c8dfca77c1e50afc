"""Updates of the search index: any process that finds it out of date brings it up to date."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Lock, Thread

from ..config import ROOT
from ..errors import IndexBusyError, IndexUnavailableError
from ..search.engine import Document, SearchEngine
from ..store import publications, queries, versions
from ..store.connections import (
    CatalogRevision,
    Database,
    DatabaseError,
    Transaction,
    reading,
    revision_of,
)
from .documents import document

logger = logging.getLogger(__name__)

# Up to so many changes are applied to the present generation; more are quicker by a rebuild
# (measured at 10,000: a rebuild costs as much as about 3,000 changes).
MAX_CHANGES = 2000
# A serving process applies so many by itself; more keep its visitors waiting, and it would keep the
# memory (measured with 1,000 at 10,000: some 25 MB).
OWN_CHANGES = 50

RETRY_AFTER = 30.0  # seconds that a serving process leaves an index alone that it could not mend


def synchronise(
    database: Database,
    search: SearchEngine,
    progress: Callable[[Iterator[Document], int], Iterator[Document]] | None = None,
    anew: bool = False,
) -> bool:
    """Bring the index to the database's revision. Return whether there was anything to do.

    Few changes are applied to the present generation, many lead to a rebuild; `anew` forces one.
    `progress` wraps the documents of a rebuild and gets their number.
    Raises IndexBusyError while another process writes the index.
    """
    with reading(database) as connection:
        revision = revision_of(connection)
        held = None if anew else CatalogRevision.parse(search.revision)
        if held == revision:
            return False
        changed = _changed_since(connection, held, revision)
        joins = versions.joins(connection)
        if changed is not None:
            try:
                _update(connection, search, _touched(changed, joins), joins, revision)
                return True
            except IndexUnavailableError as error:
                logger.warning("The index is rebuilt: %s", str(error))
        documents = _documents(publications.load_all(connection, whole=False), joins)
        total = queries.count_publications(connection)
        search.rebuild(progress(documents, total) if progress else documents, str(revision))
    return True


def _update(
    connection: Transaction,
    search: SearchEngine,
    ids: Sequence[int],
    joins: versions.Joins,
    revision: CatalogRevision,
) -> None:
    loaded: dict[int, publications.Stored] = {}
    for chunk in publications.chunks(ids):
        loaded.update(publications.load(connection, chunk, whole=False))
    removed = [id_ for id_ in ids if id_ not in loaded or id_ in joins.published]
    search.update(_documents(loaded.values(), joins), removed, str(revision))


def _documents(stored: Iterable[publications.Stored], joins: versions.Joins) -> Iterator[Document]:
    """Yield the documents of listed publications, without versions of another one."""
    for one in stored:
        if one.id not in joins.published:
            yield document(one, joins.identifiers.get(one.id, ()))


def _touched(changed: Iterable[int], joins: versions.Joins) -> list[int]:
    """Return the changed ids, and those that a join may have listed, hidden or extended."""
    joined = (*joins.published, *joins.published.values(), *joins.unjoined)
    return list(dict.fromkeys((*changed, *joined)))


def _changed_since(
    connection: Transaction, held: CatalogRevision | None, revision: CatalogRevision
) -> Sequence[int] | None:
    """Return the ids of publications changed since `held`; None if a rebuild is needed."""
    if held is None or held.identity != revision.identity or held.counter > revision.counter:
        return None
    changed = queries.changed_since(connection, held.counter, MAX_CHANGES + 1)
    return changed if changed is not None and len(changed) <= MAX_CHANGES else None


class _UpdateFailedError(Exception):
    """The process that rebuilds the index failed. The message is the end of its output."""


class IndexFollower:
    """Updates the index in a thread beside the requests of a process, one attempt at a time."""

    def __init__(self, database: Database, search: SearchEngine, instance: str) -> None:
        self._database = database
        self._search = search
        self._instance = instance
        self._running = Lock()
        self._not_before = 0.0
        self.problem = ""  # why the index could not be brought up to date; empty when it was

    def notice(self) -> None:
        """Start an update and do not wait for it: a request has found the index out of date."""
        if time.monotonic() >= self._not_before and self._running.acquire(blocking=False):
            Thread(target=self._follow, name="index-follower", daemon=True).start()

    def _follow(self) -> None:
        try:
            if self._takes_long():
                self._synchronise_elsewhere()
            else:
                synchronise(self._database, self._search)
            self._succeeded()
        except IndexBusyError:
            pass  # another process is at it; a later request looks again
        except (OSError, DatabaseError, IndexUnavailableError, _UpdateFailedError) as error:
            self._give_up_for_now(str(error))
        finally:
            self._running.release()

    def _takes_long(self) -> bool:
        with reading(self._database) as connection:
            held = CatalogRevision.parse(self._search.revision)
            changed = _changed_since(connection, held, revision_of(connection))
            return changed is None or len(changed) > OWN_CHANGES

    def _synchronise_elsewhere(self) -> None:
        """Update the index in another process, so that this one serves its visitors."""
        command = [sys.executable, "-m", "webapp", "reindex", "--if-needed", "--quiet"]
        environment = {**os.environ, "OCTAVO_INSTANCE": self._instance}
        done = subprocess.run(  # noqa: S603  the command is ours
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise _UpdateFailedError(done.stderr.strip()[-500:])

    def _succeeded(self) -> None:
        if self.problem:
            logger.warning("The index is up to date again")
        self.problem = ""

    def _give_up_for_now(self, reason: str) -> None:
        """Log a failure once, however often the update is tried."""
        if reason != self.problem:
            logger.error(
                "The index cannot be brought up to date; searches see an older state: %s", reason
            )
        self.problem = reason
        self._not_before = time.monotonic() + RETRY_AFTER
