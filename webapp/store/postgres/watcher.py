"""The current revision without a question to the database for each request.

DESIGN. A thread of each serving process has a connection of its own. It listens for the `NOTIFY`
that every writing transaction sends with its commit, reads the revision then, and every second in
any case, as a notification can be lost with a connection. What this process saves itself counts at
once: until the thread has read it, requests ask the database.

If the URL names several servers, the thread also decides which one is read: `servers`.

While the database is away, requests learn that from here, without waiting for a connection. The
thread ends with its connection when the engine is disposed of, within a second.
"""

import time
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Any, Final

from ...errors import DatabaseError
from ..catalog_revisions import REVISION_SQL, CatalogRevision
from .servers import Place, is_standby, place_of

CHANNEL: Final = "octavo"
READ_EVERY: Final = 1.0  # seconds
RETRY_AFTER: Final = 0.3  # seconds from a failed connection to the next attempt
LEAVE_STANDBY_AFTER: Final = 5.0  # seconds until the primary is looked for again
STALE_AFTER: Final = 3.0  # seconds without an answer after which the database counts as away


class RevisionWatcher:
    """Follows the revision of a database in a thread of this process."""

    def __init__(
        self,
        connect: Callable[[], Any],
        translate: Callable[[BaseException], DatabaseError],
        *,
        returns: bool,
    ) -> None:
        """Prepare; `connect` opens a connection of psycopg, `translate` explains its errors.

        `returns` says that `connect` may lead from a standby back to the primary.
        """
        self._connect = connect
        self._translate = translate
        self._returns = returns
        self.place: Place | None = None  # the server that is to be read, if known
        self._lock = Lock()
        self._stopped = Event()
        self._revision: CatalogRevision | None = None
        self._writes = 0  # of this process
        self._answered = time.monotonic()
        self._problem: DatabaseError | None = None
        self.thread = Thread(target=self._run, name="revision-watcher", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Let the thread end, without waiting for it."""
        self._stopped.set()

    def revision(self) -> CatalogRevision | None:
        """Return the current revision; None if the database must be asked.

        Raises DatabaseError while the database is away.
        """
        self.require()
        return self._revision

    def require(self) -> None:
        """Raise DatabaseError while the database is away."""
        if problem := self._problem:
            raise type(problem)(str(problem)) from problem.__cause__
        if time.monotonic() - self._answered > STALE_AFTER:
            raise self._translate(TimeoutError())

    def note_write(self, place: Place | None) -> None:
        """Note that this process may have changed the revision, and where: at the primary."""
        with self._lock:
            self._writes += 1
            self._revision = None
            self.place = place or self.place

    def _run(self) -> None:
        from psycopg import Error

        while not self._stopped.is_set():
            is_connected = False
            try:
                with self._connect() as connection:
                    connection.autocommit = True
                    self._read(connection)
                    self.place = place_of(connection)
                    is_connected = True
                    self._follow(connection)
            except (Error, OSError) as error:
                if not is_connected:  # a lost connection is a problem if there is no other
                    self._fail(error)
                    self._stopped.wait(RETRY_AFTER)

    def _follow(self, connection: Any) -> None:
        """Read the revision when it changes, and every second, as long as this is the place."""
        is_listening = False
        place, end = place_of(connection), time.monotonic() + LEAVE_STANDBY_AFTER
        while not self._stopped.is_set() and self.place == place:
            self._read(connection)
            if is_standby(connection):  # there are no notifications
                if self._returns and time.monotonic() > end:
                    return
            elif not is_listening:
                connection.execute(f"LISTEN {CHANNEL}")
                is_listening = True
                continue  # what was saved before is read, what comes after is notified
            for _ in connection.notifies(timeout=READ_EVERY, stop_after=1):
                pass

    def _read(self, connection: Any) -> None:
        writes = self._writes
        row = connection.execute(REVISION_SQL).fetchone()
        with self._lock:
            if writes == self._writes:
                self._revision = CatalogRevision(*(row or ("", 0)))
            self._answered = time.monotonic()
            self._problem = None

    def _fail(self, error: BaseException) -> None:
        problem = self._translate(error)
        problem.__cause__ = error
        self._problem = problem
