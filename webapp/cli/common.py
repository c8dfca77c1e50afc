"""What the commands share: errors in an owner's words, waits, progress bars, the index."""

import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

import click
from flask import current_app

from ..catalog import Catalog, synchronise
from ..errors import IndexBusyError, OctavoError
from ..site import site
from ..store.connections import (
    BUSY_TIMEOUT,
    DriverError,
    LockWait,
    is_locked,
    lock_wait,
    set_lock_wait,
)
from ..store.schema import newest_schema, refuse_newer, schema_version
from ..store.tables import db
from .exits import Refused

P = ParamSpec("P")
T = TypeVar("T")

EXPECTED = (OctavoError, DriverError, sqlite3.Error, OSError)

INDEX_PAUSE = 0.2  # seconds between two looks
MAX_WAIT = 86_400  # seconds


def the_catalog() -> Catalog:
    """Return the catalog of a prepared instance.

    Raises Refused when there is none or its schema is older than this program's,
    DatabaseNewerError when this program does not know the schema.
    """
    if refuse_newer(require_database()) != newest_schema():
        folder = current_app.instance_path
        raise Refused(f"The database in {folder} is of an older Octavo. Run octavo prepare first.")
    return site().catalog


def require_database() -> str:
    """Return the schema of the database, whichever that is. Raises Refused where there is none."""
    schema = None if lacks_database() else schema_version(db.engine)
    if schema is None:
        folder = current_app.instance_path
        raise Refused(f"There are no publications in {folder} yet. To import some: octavo import")
    return schema


def lacks_database() -> bool:
    """Return whether the file of the database is missing: to connect would make an empty one."""
    url = db.engine.url
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()


def reason(error: BaseException) -> str:
    """Explain one of the EXPECTED errors: what happened, where, what to do."""
    if isinstance(error, IndexBusyError):
        return _busy("the search index")
    if isinstance(error, DriverError | sqlite3.Error):
        return _database_reason(getattr(error, "orig", None) or error)
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}."
    return str(error)


def _busy(what: str) -> str:
    seconds = lock_wait(db.engine).seconds
    return (
        f"Another process is still writing {what} after {seconds} s. "
        "Try again when it is done, or wait longer: --wait SECONDS."
    )


def _database_reason(error: BaseException) -> str:
    """Explain an error of the database."""
    path = db.engine.url.database
    if is_locked(error):
        return _busy("the database")
    name: str = getattr(error, "sqlite_errorname", "")
    for start, advice in DATABASE_ERRORS.items():
        if name.startswith(start):
            return f"{path}: {advice}"
    return f"{path}: {error}."


# What SQLite's errors mean to an owner: https://www.sqlite.org/rescode.html
DATABASE_ERRORS: Final = {
    "SQLITE_FULL": "there is no room left on the disk.",
    "SQLITE_READONLY": "the database cannot be written. Does it belong to another user?",
    "SQLITE_CANTOPEN": "the database cannot be opened. Does it belong to another user?",
    "SQLITE_PERM": "the database cannot be opened. Does it belong to another user?",
    "SQLITE_NOTADB": "this is not a database. Move it away, and restore a backup.",
    "SQLITE_CORRUPT": "the database is damaged. Move it away, and restore a backup.",
    "SQLITE_IOERR": "the disk failed to read or write the database.",
}


def waits_for_locks(command: Callable[P, T]) -> Callable[..., T]:
    """Give a command that writes the option --wait."""

    @click.option(
        "--wait",
        type=click.IntRange(0, MAX_WAIT),
        metavar="SECONDS",
        default=BUSY_TIMEOUT,
        show_default=True,
        help="How long to wait while another process writes the database or the index.",
    )
    @wraps(command)
    def run(*args: Any, wait: int, **options: Any) -> T:
        def notify() -> None:
            _say_that_it_waits("the database", wait)

        # A scheduled command prints no notice: cron would send it by mail.
        set_lock_wait(db.engine, LockWait(wait, None if options.get("quiet") else notify))
        return command(*args, **options)

    return run


def _say_that_it_waits(what: str, seconds: int) -> None:
    click.echo(f"Another process is writing {what}; waiting up to {seconds} s.", err=True)


def with_bar(label: str, quiet: bool) -> Callable[[Iterable[T], int], Iterator[T]]:
    """A wrapper of an iterable and its length that shows on standard error how far it is."""

    def wrap(items: Iterable[T], length: int) -> Iterator[T]:
        hidden = quiet or not sys.stderr.isatty()
        with click.progressbar(
            items, length=length, label=label, file=sys.stderr, hidden=hidden
        ) as bar:
            yield from bar

    return wrap


def update_index(quiet: bool = False, anew: bool = False) -> bool:
    """Bring the index up to date. A site that serves may be at it already: that is waited for.

    Raises IndexBusyError when it is not done in time.
    """
    catalog, bar = the_catalog(), with_bar("Indexing", quiet)
    seconds = lock_wait(catalog.database).seconds
    deadline = time.monotonic() + seconds
    is_first = not quiet
    while True:
        try:
            return synchronise(catalog.database, catalog.search, bar, rebuild=anew)
        except IndexBusyError:
            if time.monotonic() >= deadline:
                raise
            if is_first:
                _say_that_it_waits("the search index", seconds)
            is_first = False
            time.sleep(INDEX_PAUSE)


def index_what_was_saved(quiet: bool = False) -> None:
    """After a save: that the index cannot follow now is reported, and undoes nothing."""
    try:
        update_index(quiet)
    except (IndexBusyError, OSError) as error:
        why = getattr(error, "strerror", None) or error
        click.echo(
            f"It is saved, but the index is not up to date: {why}. Searches see the state "
            "before until the site or octavo reindex brings it up to date.",
            err=True,
        )
