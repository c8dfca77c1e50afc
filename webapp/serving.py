"""What gunicorn's processes do with the application: open it before they fork, renew it on HUP."""

import ctypes
import gc
import logging
import mmap
import os
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from flask import Flask
from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from gunicorn.util import close_graceful  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from . import create_app
from .catalog.catalog import CACHED_RECORDS, Catalog
from .catalog.criteria import Criteria
from .config import instance_path, load_settings
from .errors import ConfigurationError
from .site import site
from .store.connections import Database, DatabaseError
from .telemetry.requests import CACHE, JsonFormatter
from .views.results.mathml import FormulaBudget
from .views.templating import renderers

logger = logging.getLogger(__name__)

M_ARENA_MAX = -8  # of glibc's mallopt, as malloc.h has it
# Seconds that a search waits for its turn, several times, beside a whole list that is being made.
# `python -m tests.torture costly`, 28 November: with Python's 5 ms visits beside three visitors who
# export took 45 ms instead of 20, with this 36 instead of 25.
SWITCH_INTERVAL = 0.001
LINGER = 0.2  # seconds in which a visitor may read the end of an answer before the connection ends
MAPPED = 512 << 20  # bytes of the database at most; 100,000 publications have 280 million


class Log(Logger):  # type: ignore[misc]
    """gunicorn's own lines, and what libraries and threads say: JSON where the requests' are."""

    _json = False

    def setup(self, cfg: Any) -> None:
        """When gunicorn starts, and at every reload."""
        super().setup(cfg)
        with suppress(
            ConfigurationError
        ):  # told when the application is made; until then as it was
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
        """Log an error with its traceback; that a visitor was cut off is none."""
        if isinstance(sys.exc_info()[1], TimeoutError):
            self.info("A visitor who read too slowly was cut off")
        else:
            super().exception(msg, *args, **kwargs)


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker, which a visitor who does not hang up cannot stop.

    gunicorn 27.0.1 waits up to two seconds for the visitor to close a connection, in the thread
    that accepts all others: six open connections held up everybody for as long.
    """

    def handle(self, conn: TConn) -> Any:
        """Answer a request. True keeps the connection; one that ends is closed here."""
        result = super().handle(conn)
        if not result:
            with suppress(OSError):  # a copy, as the worker closes the connection itself, too
                close_graceful(conn.sock.dup(), LINGER)
            with suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RDWR)
        return result


def _log_uncaught(said: threading.ExceptHookArgs) -> None:
    logger.error("A thread has ended", exc_info=said.exc_value)


def warm(app: Flask) -> None:
    """Open the index, compile the templates and read a short list in the process that the
    workers fork from: they share its memory, and the first visitors do not wait.

    No connection to the database is left open, for none may cross a fork.
    """
    # One arena for all threads, not one for each, takes some 3 % less memory. The other thresholds
    # stay: to map arrays one by one takes half as long again at 100,000.
    _tell_malloc("mallopt", M_ARENA_MAX, 1)
    catalog = site(app).catalog
    try:
        catalog.find(Criteria(q="the"))
        _read_records(app, catalog)
    except DatabaseError as error:
        logger.error("The database does not answer: %s", error)
    finally:
        catalog.database.dispose()
    app.extensions["database_pages"] = _mapped(catalog.database)
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    gc.collect()
    # The workers would use what is free in the heap, and so each have a copy of it: 1.5 MB.
    _tell_malloc("malloc_trim", 0)
    gc.freeze()


def _tell_malloc(function: str, *arguments: int) -> None:
    """Call a function of glibc's malloc, where that is the one."""
    if told := getattr(ctypes.CDLL(None), function, None):
        told(*arguments)


def _mapped(database: Database) -> mmap.mmap | None:
    """The file of the database, read into memory at once, up to MAPPED and a quarter of that.

    The first visitors would wait for each row on a slow disk, and later ones where a host takes
    back what was not read for a minute; what a process has mapped it leaves. Nobody reads through
    the mapping.
    """
    path = Path(database.url.database or "")
    if database.dialect.name != "sqlite" or not path.is_file():
        return None
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if not (length := min(path.stat().st_size, MAPPED, memory // 4)):
        return None
    flags = mmap.MAP_SHARED | getattr(mmap, "MAP_POPULATE", 0)
    with suppress(OSError), path.open("rb") as file:  # to close it drops locks: there are none
        return mmap.mmap(file.fileno(), length, flags, mmap.PROT_READ)
    return None  # no room for it, as where `ulimit -v` is set: rows wait for the disk


def _read_records(app: Flask, catalog: Catalog) -> None:
    """Read the records of a list that can be kept whole, and print what is kept of each: a page of
    unread ones takes three times as long.
    """
    presenter = renderers(app).presenter
    actions = renderers(app).articles.actions_below("")
    pages = catalog.find(Criteria()).pages
    if pages * catalog.settings.page_size > CACHED_RECORDS:
        return
    formulas = FormulaBudget()  # of them all: titles full of formulas must not delay the start
    for number in range(1, pages + 1):
        for record in catalog.find(Criteria(page=number)).records:
            presenter.item(record, None, "", formulas=formulas)
            actions(record)


def renewed(present: Flask) -> Flask:
    """The application with the settings as they are now; the present one when they are wrong."""
    try:
        app = create_app()
    except ConfigurationError as error:
        logger.error("The settings stay as they were. %s", error)
        return present
    warm(app)
    return app


def begin_work(app: Flask, age: int, heard: SimpleQueue[int]) -> None:
    """A worker begins: `age` tells it from all others of its master.

    Until gunicorn gives it its own, it has the master's signal handlers, and would lose the signal
    to end: it would be waited for until graceful_timeout. What came already is in `heard`, its
    copy of the master's queue.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    while not heard.empty():
        if heard.get() == signal.SIGTERM:
            sys.exit()
    # A collection of all that is kept takes up to 0.1 s, in which nobody is answered. None comes by
    # itself: of what is kept nothing holds itself, and a replaced index is seen to by who made it.
    gc.set_threshold(5_000, 1_000_000)
    sys.setswitchinterval(SWITCH_INTERVAL)
    catalog = site(app).catalog
    catalog.database.dispose(close=False)
    board = site(app).metrics
    board.take_row(age)


def tidy(environ: Mapping[str, Any]) -> None:
    """Let go of what an answer made and that holds itself: 0.1 ms, once it is sent.

    Python looks when many more objects were made than let go. Where new records push out old ones
    that is seldom, and then, in the middle of a search, all that was kept since takes 0.05 s.
    """
    if environ.get(CACHE) not in ("validated", "hit"):  # those have made nothing
        gc.collect(0)
