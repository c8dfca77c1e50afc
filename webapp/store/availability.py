"""Whether the database answers, and who may try it while it does not.

DESIGN. An attempt to reach a server that is away can take seconds, and each request makes several.
So in a serving process, after an attempt failed, all others fail at once with its error, except
one at a time, `interval` seconds after the last. The first that succeeds lets all others pass
again. Commands make every attempt, and so does SQLite, whose file costs nothing to try.

The last revision that was read is here as well: what is cached for it may be shown while the
database is away.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Engine

from ..errors import DatabaseUnavailableError
from .catalog_revisions import CatalogRevision

LONGEST_ATTEMPT: Final = 10.0  # seconds after which an attempt does not hold up the next one


class Availability:
    """Whether the database of an engine answers. Safe for threads."""

    def __init__(self) -> None:
        self.revision: CatalogRevision | None = None  # the last that was read
        self.interval = 0.0  # seconds between two attempts while it does not answer
        self._lock = threading.Lock()
        self._error: DatabaseUnavailableError | None = None
        self._trying = 0  # the thread whose attempt is under way; 0 for none
        self._next = 0.0  # when the next attempt may begin, in seconds of `time.monotonic`

    @property
    def error(self) -> DatabaseUnavailableError | None:
        """The error of the last attempt; None if it succeeded."""
        return self._error

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Note whether the block reaches the database.

        Raises DatabaseUnavailableError at once while the database is away and it is not yet time
        for another attempt.
        """
        if self._error is not None:
            self._begin()
        try:
            yield
        except DatabaseUnavailableError as error:
            self.fail(error)
            raise
        except BaseException:
            self._end()
            raise
        if self._error is not None:
            self.succeed()

    def fail(self, error: DatabaseUnavailableError) -> None:
        """Note that the database cannot be reached."""
        with self._lock:
            self._error = error
            self._trying = 0
            self._next = time.monotonic() + self.interval

    def succeed(self) -> None:
        """Note that the database answered."""
        with self._lock:
            self._error = None
            self._trying = 0

    def _end(self) -> None:
        """End an attempt that shows nothing, because something else failed."""
        with self._lock:
            if self._trying == threading.get_ident():
                self._trying = 0
                self._next = time.monotonic() + self.interval

    def _begin(self) -> None:
        """Begin an attempt, unless it is not yet time or another thread is trying."""
        now, thread = time.monotonic(), threading.get_ident()
        with self._lock:
            if self._error is None or not self.interval or self._trying == thread:
                return
            if now < self._next:
                raise DatabaseUnavailableError(str(self._error)) from self._error.__cause__
            self._trying = thread
            self._next = now + LONGEST_ATTEMPT


def availability(engine: Engine) -> Availability:
    """Return whether the database of an engine answers."""
    found: Availability = engine.get_execution_options()["octavo_availability"]
    return found
