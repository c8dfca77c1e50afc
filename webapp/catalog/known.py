"""What the database last answered, for as long as it is away."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar, cast

from ..errors import DatabaseUnavailableError
from ..store.connections import CatalogRevision, Database, Transaction, last_revision, reading

T = TypeVar("T")

# Answers that are available while the database is away. A publication's page needs two of them;
# with BibTeX source and abstract, a publication takes some 10 kB.
KNOWN_ANSWERS: Final = 1000


class KnownAnswers:
    """The most recently used answers of the database at its last known revision.

    Those of an earlier revision are dropped: a publication may have been hidden or removed since.
    Safe for threads.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._revision: CatalogRevision | None = None
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def read(self, key: Hashable, query: Callable[[Transaction], T]) -> T:
        """Return what a query returns; while the database is away, what it returned for `key`.

        Raises DatabaseUnavailableError if that is not known.
        """
        revision = last_revision(self._database)  # before reading, so no answer is older than it
        try:
            with reading(self._database) as connection:
                answer = query(connection)
        except DatabaseUnavailableError:
            with self._lock:
                if self._revision != last_revision(self._database) or key not in self._answers:
                    raise
                self._answers.move_to_end(key)
                return cast("T", self._answers[key])
        if revision and revision == last_revision(self._database):
            self._put(revision, key, answer)
        return answer

    def _put(self, revision: CatalogRevision, key: Hashable, answer: object) -> None:
        with self._lock:
            if revision != self._revision:
                self._answers.clear()
                self._revision = revision
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > KNOWN_ANSWERS:
                self._answers.popitem(last=False)
