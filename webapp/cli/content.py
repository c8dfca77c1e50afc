"""The commands on the publications that are in the catalog."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from ..curation import versions
from ..curation.checks import check
from ..formats.registry import WRITERS, write
from ..store import publications
from ..store.connections import reading
from . import reports
from .command import Command
from .common import (
    index_what_was_saved,
    the_catalog,
    update_index,
    waits_for_locks,
)
from .exits import Refused
from .output import echo_json, output_file


@click.command("join", cls=Command)
@click.argument("published")
@click.argument("others", nargs=-1, required=True, metavar="OTHER...")
@click.option("--part", is_flag=True, help="The opposite: show each of them as an item of its own.")
@waits_for_locks
def join_command(published: str, others: tuple[str, ...], part: bool) -> None:
    """Show several versions of one work as one item.

    PUBLISHED and OTHER... are keys. Each OTHER, a preprint say, appears as a version of PUBLISHED
    and no longer as an item of its own.

    Example: octavo join feng2023tensorir feng2022preprint
    """
    words = ["octavo join", *(["--part"] if part else []), published, *others]
    if part:
        versions.join(the_catalog(), "", (published, *others), " ".join(words))
    else:
        versions.join(the_catalog(), published, others, " ".join(words))
    index_what_was_saved()
    click.echo(
        "Each is an item of its own." if part else f"One item: {published}. To part: octavo undo"
    )


@click.command("export", cls=Command)
@click.option(
    "--format",
    "format_",
    type=click.Choice(sorted(WRITERS)),
    default="bibtex",
    show_default=True,
    help="The format to write.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default="-",
    help="The file to write. It is replaced only when all is written. By default standard output.",
)
def export_command(format_: str, output: Path) -> None:
    """Write all publications, with every field, as UTF-8.

    Example: octavo export -o backup.bib
    """
    catalog = the_catalog()
    url = catalog.database.url
    if url.get_backend_name() == "sqlite" and output.resolve() == Path(str(url.database)).resolve():
        raise Refused(f"{output}: this is the database of the site. Choose another name.")
    with reading(catalog.database) as connection, output_file(output) as file:
        records = (stored.record for stored in publications.load_all(connection))
        file.writelines(write(records, format_))


@click.command("reindex", cls=Command)
@click.option("--if-needed", is_flag=True, help="Only when the index is behind the database.")
@click.option("--quiet", is_flag=True, help="Print nothing.")
@waits_for_locks
def reindex_command(if_needed: bool, quiet: bool) -> None:
    """Rebuild the search index from the database.

    The site goes on answering from the present index until the new one is ready.

    Example: octavo reindex
    """
    done = update_index(quiet, anew=not if_needed)
    if not quiet:
        click.echo("The index is up to date." if done else "The index was up to date.")


@click.command("check", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def check_command(as_json: bool) -> None:
    """List what is doubtful, and what Google Scholar would miss.

    Exit status: 0 all is well, 1 something is listed, 2 it could not be checked.

    Example: octavo check
    """
    problems = list(check(the_catalog()))
    if as_json:
        echo_json([asdict(each) for each in problems])
    else:
        found = [("", problem) for problem in problems]
        for line in reports.problem_lines("to look at", found) if found else ("All is well.",):
            click.echo(line)
    if problems:
        sys.exit(1)
