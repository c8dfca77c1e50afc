"""What gunicorn's hooks call: open the application before the fork, start a worker, reload."""

import gc
import logging
import signal
import socket
import sys
import threading
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

from flask import Flask
from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from gunicorn.util import close_graceful  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from .accounts.editors import note_editors
from .application import create_app
from .catalog import CACHED_RECORDS, Catalog, Criteria
from .errors import ConfigurationError, DatabaseError
from .site import site
from .site_file import instance_path, load_settings
from .store.connections import preload_database, watch_revision
from .store.locks import LockWait, set_lock_wait
from .telemetry.requests import JsonFormatter
from .views.http.static_files import compress_files
from .views.results.mathml import FormulaBudget
from .views.templating import presenter
from .views.urls import Urls

logger = logging.getLogger(__name__)

# Seconds that a thread may compute before another one gets its turn. A search beside a whole list
# that is being written waits for several turns. With Python's 5 ms, a page beside three visitors
# who export took 45 ms instead of 20 without them; with 1 ms, 36 instead of 25.
# (`python -m tests.torture costly`, 28 November 2026)
SWITCH_INTERVAL = 0.001
LOCK_WAIT = 5  # seconds that an editor waits for another writer before the form is shown again
LINGER = 0.2  # seconds that a visitor has to read the end of a response before it is closed


class Log(Logger):  # type: ignore[misc]
    """gunicorn's log, warnings and uncaught errors of threads: JSON if request lines are JSON."""

    _json = False

    def setup(self, cfg: Any) -> None:
        """Configure the handlers, at the start and at every reload."""
        super().setup(cfg)
        # Creating the application reports an invalid setting; until then the format stays.
        with suppress(ConfigurationError):
            self._json = load_settings(instance_path()).log_requests
        if not self._json:
            return
        others = logging.StreamHandler()
        logging.getLogger("py.warnings").handlers = [others]
        logging.captureWarnings(True)
        logging.lastResort = others
        for handler in (*self.error_log.handlers, others):
            handler.setFormatter(JsonFormatter())
        threading.excepthook = _log_uncaught

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Log a warning; about an invalid request only its kind: gunicorn quotes the query."""
        if str(msg).startswith("Invalid request from"):
            msg = f"Invalid request: {type(sys.exc_info()[1]).__name__}"
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Log an error with its traceback, and a visitor's timeout as plain information."""
        if isinstance(sys.exc_info()[1], TimeoutError):
            self.info("Closed a connection whose visitor read too slowly")
        else:
            super().exception(msg, *args, **kwargs)


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker, without its wait for visitors to hang up.

    gunicorn 27.0.1 waits up to two seconds for the visitor to close a connection, in the thread
    that accepts all others: six open connections delayed every other visitor for as long.
    """

    def handle(self, conn: TConn) -> Any:
        """Handle a request. Return true to keep the connection; close it here otherwise."""
        result = super().handle(conn)
        if not result:
            with suppress(OSError):  # a copy, as the worker closes the connection itself, too
                close_graceful(conn.sock.dup(), LINGER)
            with suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RDWR)
        return result


def _log_uncaught(args: threading.ExceptHookArgs) -> None:
    logger.error("A thread ended with an error", exc_info=args.exc_value)


def preload(app: Flask) -> None:
    """Open the index, compile templates, compress static files, and read a short list.

    This happens before the workers fork, so they share this memory, and the first visitors do not
    wait. No connection to the database stays open, because none may be used on both sides of a
    fork.
    """
    catalog = site(app).catalog
    set_lock_wait(catalog.database, LockWait(LOCK_WAIT))
    try:
        catalog.find(Criteria(q="the"))
        _read_records(app, catalog)
        note_editors(catalog.database, catalog.settings.editors)
    except DatabaseError as error:
        logger.error("Cannot read the database: %s", error)
    finally:
        preload_database(catalog.database)
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    compress_files(app)
    # Symptom without it: each worker has its own copy of what was loaded, because Python's garbage
    # collector writes into every object that it visits. Measured at 10,000 publications after 3,141
    # keystrokes, two workers, 28 November 2026: 335 MB (PSS) without, 256 MB with it. To remove it,
    # delete this line.
    gc.freeze()


def _read_records(app: Flask, catalog: Catalog) -> None:
    """Read and render the records of a list that fits into the record cache.

    A page of records that are not cached takes three times as long.
    """
    pages = catalog.find(Criteria()).pages
    if pages * catalog.settings.page_size > CACHED_RECORDS:
        return
    budget = FormulaBudget()  # shared by all, so that titles full of formulas delay no start
    for number in range(1, pages + 1):
        for record in catalog.find(Criteria(page=number)).records:
            presenter(app).item(record, None, Urls(), budget=budget)


def reload(app: Flask) -> Flask:
    """Return an application with the current settings, or the same one if they are invalid."""
    try:
        new = create_app()
    except ConfigurationError as error:
        logger.error("The settings are invalid, so the previous ones stay in use. %s", error)
        return app
    preload(new)
    return new


def init_worker(app: Flask, age: int, signals: SimpleQueue[int]) -> None:
    """Prepare a worker that was just forked. `age` is unique among the workers of a master.

    Until gunicorn installs its own signal handlers, the worker has those of the master and would
    lose a SIGTERM: gunicorn would wait for it until graceful_timeout. Signals that arrived before
    are in `signals`, the worker's copy of the master's queue.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    while not signals.empty():
        if signals.get() == signal.SIGTERM:
            sys.exit()
    sys.setswitchinterval(SWITCH_INTERVAL)
    database = site(app).catalog.database
    database.dispose(close=False)
    watch_revision(database)
    site(app).index_follower.watch()
    site(app).metrics.use_row(age)
