"""What the commands share: refusals in an owner's words, progress bars, the index."""

import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click
from flask import current_app
from sqlalchemy.exc import DBAPIError

from ..backup import BadBackup
from ..catalog import Catalog
from ..formats.reading import UnreadableFile
from ..history import UnknownRevision
from ..indexing import synchronise
from ..joining import CannotJoin
from ..models import db
from ..preparation import DatabaseNewer, refuse_newer, schema_version
from ..saving import CatalogChanged
from ..search.engine import IndexBusy
from ..undo import CannotUndo

T = TypeVar("T")

REFUSALS = (
    *(BadBackup, CannotJoin, CannotUndo, CatalogChanged, DatabaseNewer),
    *(UnknownRevision, UnreadableFile),
)

INDEX_WAIT = 120.0  # seconds that another process may take with the index
INDEX_PAUSE = 0.2  # seconds between two looks

# Exit statuses, beside 0.
SOME_REJECTED = 1
NOTHING_DONE = 2


class Refused(click.ClickException):
    """A command that did nothing, and why in one line."""

    exit_code = NOTHING_DONE


def the_catalog() -> Catalog:
    """Raises DatabaseNewer for a database that this program does not know how to read or write."""
    refuse_newer(schema_version(db.engine))
    found: Catalog = current_app.extensions["catalog"]
    return found


@contextmanager
def refusals() -> Iterator[None]:
    """What an owner may run into, in a line instead of a traceback."""
    try:
        yield
    except REFUSALS as error:
        raise Refused(str(error)) from None
    except IndexBusy:
        raise Refused("Another process is writing the index. Try again when it is done.") from None
    except (DBAPIError, sqlite3.Error) as error:
        reason = getattr(error, "orig", error)
        raise Refused(f"The database: {reason}. Is it prepared (octavo prepare)?") from None
    except BrokenPipeError:  # "| head" has seen enough, which click takes quietly
        raise
    except OSError as error:
        raise Refused(f"{error.filename or 'The instance folder'}: {error.strerror}.") from None


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

    Raises IndexBusy when it is not done after INDEX_WAIT.
    """
    catalog, bar = the_catalog(), with_bar("Indexing", quiet)
    deadline = time.monotonic() + INDEX_WAIT
    while True:
        try:
            return synchronise(catalog.database, catalog.search, bar, anew=anew)
        except IndexBusy:
            if time.monotonic() > deadline:
                raise
            time.sleep(INDEX_PAUSE)


def index_what_was_saved() -> None:
    """After a save: that the index cannot follow now is told, and undoes nothing."""
    try:
        update_index()
    except (IndexBusy, OSError) as error:
        reason = getattr(error, "strerror", None) or error
        click.echo(
            f"It is saved, but the index is not up to date: {reason}. Searches see the state "
            "before until the site or octavo reindex brings it up to date.",
            err=True,
        )
