"""The commands that bring publications in and out."""

import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app

from .. import importer, joining, preparation, report, store
from ..catalog import Catalog
from ..check import check
from ..config import Settings
from ..database import reading
from ..examples import LOADED_BY_PREPARE, LOADED_FROM_EXAMPLE, copy_examples
from ..formats.registry import FORMATS, write
from ..importer import Plan
from .command import Command
from .common import (
    index_what_was_saved,
    refusals,
    the_catalog,
    update_index,
    waits_for_locks,
)
from .exits import SOME_REJECTED, Refused
from .output import echo_json, output_file


@click.command("prepare", cls=Command)
@waits_for_locks
def prepare_command() -> None:
    """Make everything ready to serve: the database, its first content, the index.

    Loads publications.bib of the instance folder when the database is empty. In a new clone that
    and site.toml are copies of the examples beside them.

    Example: octavo prepare
    """
    with refusals():
        preparation.prepare_database(current_app)
        catalog = the_catalog()
        library = _library_file()
        copied = _copied_examples(catalog)
        if library.exists() and not catalog.count():
            click.echo(f"Loading {library}")
            plan = _plan([library])
            _show(plan, prune=False, as_json=False)
            importer.carry_out(catalog, plan, LOADED_FROM_EXAMPLE if copied else LOADED_BY_PREPARE)
            importer.note_loaded(catalog, library)
        elif library.exists() and not importer.is_loaded(catalog, library):
            click.echo(f"{library} has changed since it was loaded. To load it: octavo import")
        index_what_was_saved()


@click.command("import", cls=Command)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Show the plan and stop.")
@click.option("--prune", is_flag=True, help="Remove the publications that the files lack.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON, all of it.")
@waits_for_locks
def import_command(
    files: tuple[Path, ...], dry_run: bool, prune: bool, yes: bool, as_json: bool
) -> None:
    """Bring publications in from FILES ("-" is standard input), or from publications.bib.

    BibTeX has the last word on a publication that is known: what it does not say is gone. Other
    formats, which hold less, change what they say and leave the rest.

    Exit status: 0 everything is in, 1 some entries were rejected, 2 nothing was done.

    Example: octavo import --dry-run papers.bib
    """
    chosen = list(files) or [_library_file()]
    with refusals():
        plan = _plan(chosen)
        _show(plan, prune, as_json)
        edits = plan.edits(prune)
        asks = edits and not (dry_run or yes or as_json) and sys.stdin.isatty()
        if asks and not click.confirm("Do this?", default=True):
            raise Refused("Nothing was done.")
        if not dry_run:
            command = " ".join(["octavo import", *map(str, files), *(["--prune"] if prune else [])])
            importer.carry_out(the_catalog(), plan, command, prune)
            if chosen == [_library_file()]:
                importer.note_loaded(the_catalog(), chosen[0])
            index_what_was_saved()
    if any(problem.rejected for _, problem in plan.problems):
        sys.exit(SOME_REJECTED)


def _copied_examples(catalog: Catalog) -> list[Path]:
    """Give a new clone something to show. A folder that cannot be written does without."""
    try:
        copies = copy_examples(catalog, Path(current_app.instance_path))
    except OSError as error:
        place = error.filename or current_app.instance_path
        click.echo(f"{place}: {error.strerror}. The site starts without the examples.", err=True)
        return []
    for path in copies:
        click.echo(f"{path} is a copy of the example. Edit it, or put your own in its place.")
    return copies


def _library_file() -> Path:
    return Path(current_app.instance_path) / importer.LIBRARY_FILE


def _plan(files: Sequence[Path]) -> Plan:
    """Read files with a progress bar and compare them with the catalog."""
    settings: Settings = current_app.extensions["settings"]
    contents = [(str(path), _content(path)) for path in files]
    about = sum(len(re.findall(rb"^[ \t]*@\w", data, re.MULTILINE)) for _, data in contents)
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=about, label="Reading", file=sys.stderr, hidden=hidden) as bar:
        library = importer.read_files(
            contents, settings.import_limit_mb << 20, lambda count: bar.update(count - bar.pos)
        )
    return importer.make_plan(the_catalog(), library)


def _content(path: Path) -> bytes:
    return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()


def _show(plan: Plan, prune: bool, as_json: bool) -> None:
    if as_json:
        echo_json(asdict(plan))
        return
    for line in report.plan_lines(plan, prune):
        click.echo(line)


@click.command("join", cls=Command)
@click.argument("published")
@click.argument("others", nargs=-1, required=True, metavar="OTHER...")
@click.option("--part", is_flag=True, help="Part them: PUBLISHED and OTHER... each stand alone.")
@waits_for_locks
def join_command(published: str, others: tuple[str, ...], part: bool) -> None:
    """Make one item of several versions of a work: OTHER... stand behind PUBLISHED. All are keys.

    Example: octavo join feng2023tensorir feng2022preprint
    """
    words = ["octavo join", *(["--part"] if part else []), published, *others]
    with refusals():
        if part:
            joining.join(the_catalog(), "", (published, *others), " ".join(words))
        else:
            joining.join(the_catalog(), published, others, " ".join(words))
        index_what_was_saved()
    click.echo("Each stands alone." if part else f"One item: {published}. To part: octavo undo")


@click.command("export", cls=Command)
@click.option(
    "--format",
    "format_",
    type=click.Choice(sorted(FORMATS)),
    default="bibtex",
    show_default=True,
    help="The format to write.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default="-",
    help="The file to write. It is replaced only when all is written. By default the terminal.",
)
def export_command(format_: str, output: Path) -> None:
    """Write every publication out, in the owner's order, with every field, as UTF-8.

    Example: octavo export -o backup.bib
    """
    with reading(the_catalog().database) as connection, output_file(output) as file:
        records = (stored.record for stored in store.load_all(connection))
        file.writelines(write(records, format_))


@click.command("reindex", cls=Command)
@click.option("--if-needed", is_flag=True, help="Only when the index is behind the database.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
@waits_for_locks
def reindex_command(if_needed: bool, quiet: bool) -> None:
    """Make the search index anew from the database; the site serves the present one meanwhile.

    Example: octavo reindex
    """
    with refusals():
        done = update_index(quiet, anew=not if_needed)
    if not quiet:
        click.echo("The index is up to date." if done else "The index was up to date.")


@click.command("check", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def check_command(as_json: bool) -> None:
    """Tell what is doubtful about the publications that are in, and what Google Scholar misses.

    Exit status: 0 nothing, 1 something.

    Example: octavo check
    """
    with refusals():
        problems = list(check(the_catalog()))
    if as_json:
        echo_json([asdict(each) for each in problems])
    else:
        found = [("", problem) for problem in problems]
        for line in report.problem_lines("to look at", found) if found else ("All is well.",):
            click.echo(line)
    if problems:
        sys.exit(1)
