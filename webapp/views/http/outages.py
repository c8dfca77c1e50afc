"""A line in the log when the database goes away, and one when it answers again."""

import logging
import time
from threading import Lock

from flask import Flask

from ...site import site
from ...store.connections import outage

logger = logging.getLogger(__name__)


class OutageLog:
    """Logs outages of the database: two lines for each, in each process."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = Lock()
        self._since: float | None = None  # in seconds of `time.monotonic`; None while it answers

    def note(self, request_id: str) -> None:
        """Log a change since the last call. Each request calls this at its end."""
        error = outage(site(self._app).catalog.database)
        if (error is None) == (self._since is None):
            return
        with self._lock:
            since = self._since
            if (error is None) == (since is None):
                return
            self._since = time.monotonic() if error else None
        fields = {"fields": {"id": request_id}}
        if error:
            logger.error(
                "The database is away, so only what is known is served: %s", error, extra=fields
            )
        elif since is not None:
            seconds = time.monotonic() - since
            logger.warning("The database is back after %.0f seconds", seconds, extra=fields)
