"""Shared parts of the commands: error messages, waiting for locks, progress bars, the index."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click
from flask import current_app

from ..catalog import Catalog, announced_update, synchronise
from ..curation.reports import doubt_lines
from ..errors import DatabaseLockedError, IndexBusyError, OctavoError
from ..site import site
from ..store.connections import database_file
from ..store.locks import BUSY_TIMEOUT, LockWait, lock_wait, set_lock_wait
from ..store.schema import newest_schema, refuse_newer, schema_version
from ..store.tables import db
from .exits import Refused

P = ParamSpec("P")
T = TypeVar("T")

EXPECTED = (OctavoError, OSError)

INDEX_PAUSE = 0.2  # seconds between two attempts to lock the index
MAX_WAIT = 86_400  # seconds


def the_catalog() -> Catalog:
    """Return the catalog of a prepared instance.

    Raises Refused if there is no database or its schema is old, DatabaseNewerError if the schema
    is unknown.
    """
    if refuse_newer(require_database()) != newest_schema():
        raise Refused(
            f"The database in {current_app.instance_path} was created by an older version of "
            "Octavo. Run octavo prepare first."
        )
    return site().catalog


def require_database() -> str:
    """Return the schema version of the database. Raises Refused if there is no database."""
    schema = None if lacks_database() else schema_version(db.engine)
    if schema is None:
        folder = current_app.instance_path
        raise Refused(f"There are no publications in {folder} yet. To import some: octavo import")
    return schema


def lacks_database() -> bool:
    """Return whether the database file is missing. Connecting would create an empty one."""
    file = database_file(db.engine)
    return file is not None and not file.exists()


def reason(error: BaseException) -> str:
    """Explain one of the EXPECTED errors: what happened, where, what to do."""
    if isinstance(error, IndexBusyError):
        return _busy("the search index")
    if isinstance(error, DatabaseLockedError):
        return _busy("the database")
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}."
    return str(error)


def _busy(what: str) -> str:
    seconds = lock_wait(db.engine).seconds
    return (
        f"Another process is still writing {what} after {seconds} s. "
        "Try again later, or wait longer: --wait SECONDS."
    )


def waits_for_locks(command: Callable[P, T]) -> Callable[..., T]:
    """Add the option --wait to a command that writes to the database or the index."""

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
            _echo_waiting("the database", wait)

        # A scheduled command prints no notice, which cron would mail.
        set_lock_wait(db.engine, LockWait(wait, None if options.get("quiet") else notify))
        return command(*args, **options)

    return run


def _echo_waiting(what: str, seconds: int) -> None:
    click.echo(f"Another process is writing {what}; waiting up to {seconds} s.", err=True)


def with_bar(label: str, quiet: bool) -> Callable[[Iterable[T], int], Iterator[T]]:
    """Return a function that wraps an iterable of known length in a progress bar on stderr."""

    def wrap(items: Iterable[T], length: int) -> Iterator[T]:
        hidden = quiet or not sys.stderr.isatty()
        with click.progressbar(
            items, length=length, label=label, file=sys.stderr, hidden=hidden
        ) as bar:
            yield from bar

    return wrap


def update_index(quiet: bool = False, rebuild: bool = False) -> bool:
    """Update the index, or rebuild it with `rebuild`; return whether there was anything to do.

    Publications come first; then PDFs are read that are new or have changed. Waits while another
    process, such as the site, updates the index. Raises IndexBusyError if that takes too long.
    """
    the_catalog()  # raises before there is a file of the lock
    with announced_update(current_app.instance_path):
        is_updated = _synchronise(quiet, rebuild)
    return _index_texts(quiet) or is_updated


def _index_texts(quiet: bool) -> bool:
    """Read PDFs and index their texts; return whether there were any to index."""
    texts, catalog = site().full_texts, the_catalog()
    is_updated = False
    if texts:
        bar = with_bar("Reading PDFs", quiet)
        problems = texts.read(catalog.database, catalog.search, bar)
        is_updated = _synchronise(quiet)
        if not quiet:
            for line in doubt_lines([("", problem) for problem in problems]):
                click.echo(line, err=True)
    catalog.harvest.update_sets()
    return is_updated


def _synchronise(quiet: bool, rebuild: bool = False) -> bool:
    catalog, bar = the_catalog(), with_bar("Indexing", quiet)
    seconds = lock_wait(catalog.database).seconds
    deadline = time.monotonic() + seconds
    is_silent = quiet
    while True:
        try:
            return synchronise(
                catalog.database,
                catalog.search,
                bar,
                rebuild=rebuild,
                choices=catalog.choices,
                texts=site().full_texts,
            )
        except IndexBusyError:
            if time.monotonic() >= deadline:
                raise
            if not is_silent:
                _echo_waiting("the search index", seconds)
            is_silent = True
            time.sleep(INDEX_PAUSE)


@contextmanager
def indexing_afterwards(quiet: bool = False) -> Iterator[None]:
    """Save in the block; then update the index, which workers leave to this process from now on.

    If it cannot be updated, say so, but do not fail. Raises as `the_catalog` does.
    """
    the_catalog()  # raises before there is a file of the lock
    with ExitStack() as announced:
        announced.enter_context(announced_update(current_app.instance_path))
        yield
        try:
            _synchronise(quiet)
            announced.close()  # reading PDFs may take minutes
            _index_texts(quiet)
        except (IndexBusyError, OSError) as error:
            why = getattr(error, "strerror", None) or error
            click.echo(
                f"Saved, but the search index is not up to date: {why}. Searches show the former "
                "state until the site updates it. To update it now: octavo reindex",
                err=True,
            )


def update_index_after_saving(quiet: bool = False) -> None:
    """Update the index after changes were saved. If that fails, say so."""
    with indexing_afterwards(quiet):
        pass
