"""The command line: thin commands, each calling one function."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TextIO, TypeVar

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from . import importer, preparation, report, store
from .catalog import Catalog, CatalogChanged
from .config import Settings
from .database import reading
from .formats import FORMATS, UnreadableFile, write
from .importer import Plan
from .indexing import synchronise
from .search.engine import IndexBusy

T = TypeVar("T")

# Exit statuses, beside 0.
SOME_REJECTED = 1
NOTHING_DONE = 2


class Refused(click.ClickException):
    """A command that did nothing, and why in one line."""

    exit_code = NOTHING_DONE


def _catalog() -> Catalog:
    found: Catalog = current_app.extensions["catalog"]
    return found


@contextmanager
def _refusals() -> Iterator[None]:
    """What an owner may run into, in a line instead of a traceback."""
    try:
        yield
    except (CatalogChanged, preparation.DatabaseNewer, UnreadableFile) as error:
        raise Refused(str(error)) from None
    except IndexBusy:
        raise Refused("Another process is writing the index. Try again when it is done.") from None
    except OperationalError as error:
        raise Refused(f"The database: {error.orig}. Is it prepared (octavo prepare)?") from None
    except OSError as error:
        raise Refused(f"{error.filename or 'The instance folder'}: {error.strerror}.") from None


def _with_bar(label: str, quiet: bool) -> Callable[[Iterable[T], int], Iterator[T]]:
    """A wrapper of an iterable and its length that shows on standard error how far it is."""

    def wrap(items: Iterable[T], length: int) -> Iterator[T]:
        hidden = quiet or not sys.stderr.isatty()
        with click.progressbar(
            items, length=length, label=label, file=sys.stderr, hidden=hidden
        ) as bar:
            yield from bar

    return wrap


def _synchronise(quiet: bool = False) -> bool:
    catalog = _catalog()
    return synchronise(catalog.database, catalog.search, _with_bar("Indexing", quiet))


@click.command("prepare")
@with_appcontext
def prepare_command() -> None:
    """Make everything ready to serve: the database, its first content, the index.

    Loads publications.bib of the instance folder when the database is empty.

    Example: octavo prepare
    """
    with _refusals():
        preparation.prepare_database(current_app)
        catalog = _catalog()
        library = _library_file()
        if library.exists() and not catalog.count():
            click.echo(f"Loading {library}")
            plan = _plan([library])
            _show(plan, prune=False, as_json=False)
            importer.carry_out(catalog, plan, "octavo prepare")
            importer.note_loaded(catalog, library)
        elif library.exists() and not importer.is_loaded(catalog, library):
            click.echo(f"{library} has changed since it was loaded. To load it: octavo import")
        _synchronise()


@click.command("import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Show the plan and stop.")
@click.option("--prune", is_flag=True, help="Remove the publications that the files lack.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON, all of it.")
@with_appcontext
def import_command(
    files: tuple[Path, ...], dry_run: bool, prune: bool, yes: bool, as_json: bool
) -> None:
    """Bring publications in from FILES ("-" is standard input), or from publications.bib.

    Exit status: 0 everything is in, 1 some entries were rejected, 2 nothing was done.

    Example: octavo import --dry-run papers.bib
    """
    chosen = list(files) or [_library_file()]
    with _refusals():
        plan = _plan(chosen)
        _show(plan, prune, as_json)
        edits = plan.edits(prune)
        asks = edits and not (dry_run or yes or as_json) and sys.stdin.isatty()
        if asks and not click.confirm("Do this?", default=True):
            raise Refused("Nothing was done.")
        if not dry_run:
            command = " ".join(["octavo import", *map(str, files), *(["--prune"] if prune else [])])
            importer.carry_out(_catalog(), plan, command, prune)
            if chosen == [_library_file()]:
                importer.note_loaded(_catalog(), chosen[0])
            _synchronise()
    if any(problem.rejected for _, problem in plan.problems):
        sys.exit(SOME_REJECTED)


def _library_file() -> Path:
    return Path(current_app.instance_path) / importer.LIBRARY_FILE


def _plan(files: Sequence[Path]) -> Plan:
    """Read files with a progress bar and compare them with the catalog."""
    settings: Settings = current_app.extensions["settings"]
    contents = ((str(path), _content(path)) for path in files)
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=1, label="Reading", file=sys.stderr, hidden=hidden) as bar:
        library = importer.read_files(contents, settings.import_limit_mb << 20)
        bar.update(1)
    return importer.make_plan(_catalog(), library)


def _content(path: Path) -> bytes:
    return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()


def _show(plan: Plan, prune: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(plan), ensure_ascii=False, indent=1))
        return
    for line in report.plan_lines(plan, prune):
        click.echo(line)


@click.command("export")
@click.option("--format", "format_", type=click.Choice(sorted(FORMATS)), default="bibtex")
@click.option("-o", "--output", type=click.File("w", encoding="utf-8", atomic=True), default="-")
@with_appcontext
def export_command(format_: str, output: TextIO) -> None:
    """Write every publication out, in the owner's order.

    Example: octavo export -o backup.bib
    """
    with _refusals(), reading(_catalog().database) as connection:
        records = (stored.record for stored in store.load_all(connection))
        for text in write(records, format_):
            output.write(text)


@click.command("reindex")
@click.option("--if-needed", is_flag=True, help="Only when the index is behind the database.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
@with_appcontext
def reindex_command(if_needed: bool, quiet: bool) -> None:
    """Make the search index anew from the database; the site serves the present one meanwhile.

    Example: octavo reindex
    """
    catalog = _catalog()
    with _refusals():
        bar = _with_bar("Indexing", quiet)
        done = synchronise(catalog.database, catalog.search, bar, anew=not if_needed)
    if not quiet:
        click.echo("The index is up to date." if done else "The index was up to date.")


COMMANDS = (prepare_command, import_command, export_command, reindex_command)


def init_app(app: Flask) -> None:
    """Make the commands known to `flask --app wsgi` too."""
    for command in COMMANDS:
        app.cli.add_command(command)
