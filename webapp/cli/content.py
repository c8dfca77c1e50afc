"""The commands `join`, `export`, `reindex` and `check`."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from ..curation import versions
from ..curation.checks import check
from ..curation.reports import doubt_lines
from ..formats.registry import WRITERS, write
from ..site import site
from ..store import publications
from ..store.connections import database_file, reading
from .command import Command
from .common import indexing_afterwards, the_catalog, update_index, waits_for_locks
from .exits import Refused
from .output import echo_json, output_file
from .static_site import write_site


@click.command("join", cls=Command)
@click.argument("published")
@click.argument("others", nargs=-1, required=True, metavar="OTHER...")
@click.option("--part", is_flag=True, help="The opposite: show each as an item of its own.")
@waits_for_locks
def join_command(published: str, others: tuple[str, ...], part: bool) -> None:
    """Show several versions of one work as one item.

    PUBLISHED and OTHER... are citation keys. Each OTHER, such as a preprint, is then shown as a
    version of PUBLISHED and not as an item of its own.

    Example: octavo join feng2023tensorir feng2022preprint
    """
    words = ["octavo join", *(["--part"] if part else []), published, *others]
    target, parts = ("", (published, *others)) if part else (published, others)
    with indexing_afterwards():
        versions.join(the_catalog(), target, parts, " ".join(words))
    if part:
        click.echo("Each publication is now an item of its own.")
    else:
        click.echo(f"{published} is now shown as one item. To undo it: octavo undo")


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
    help="The file to write, standard output by default. It is replaced when all is written.",
)
@click.option(
    "--site",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write the whole site as static files into a new or empty folder instead.",
)
@click.option(
    "--address",
    default="",
    metavar="URL",
    help="With --site: where the files will be, for site map, canonical links and feeds.",
)
@click.option("--as-published", is_flag=True, help="Write former names of members, as published.")
def export_command(
    format_: str, output: Path, folder: Path | None, address: str, as_published: bool
) -> None:
    """Write all publications, with every field, as UTF-8; or the site that visitors see.

    Members whose name changed have the present one.

    Example: octavo export -o backup.bib
    """
    catalog = the_catalog()
    if folder is not None:
        write_site(folder, address)
        return
    rename = catalog.choices.members.rename
    database = database_file(catalog.database)
    if database is not None and output.resolve() == database.resolve():
        raise Refused(f"{output}: this is the site's database. Choose another name.")
    with reading(catalog.database) as connection, output_file(output) as file:
        stored_records = (stored.record for stored in publications.load_all(connection))
        records = stored_records if as_published else map(rename, stored_records)
        file.writelines(write(records, format_))


@click.command("reindex", cls=Command)
@click.option("--if-needed", is_flag=True, help="Only update an index that is out of date.")
@click.option("--quiet", is_flag=True, help="Print nothing.")
@waits_for_locks
def reindex_command(if_needed: bool, quiet: bool) -> None:
    """Rebuild the search index from the database.

    The site searches the present index until the new one is ready.

    Example: octavo reindex
    """
    is_updated = update_index(quiet, rebuild=not if_needed)
    if not quiet:
        click.echo("The index is up to date." if is_updated else "The index was up to date.")


@click.command("check", cls=Command)
@click.option("--all", "whole", is_flag=True, help="List every problem, not only examples.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def check_command(whole: bool, as_json: bool) -> None:
    """Count doubtful data, possible duplicates, and what Google Scholar would miss.

    Each kind of problem is shown with examples, the worst first.

    Exit status: 0 no problems, 1 problems were listed, 2 the catalog could not be checked.

    Example: octavo check
    """
    problems = list(check(the_catalog(), site().full_texts))
    if as_json:
        echo_json([asdict(problem) for problem in problems])
    elif problems:
        for line in doubt_lines([("", problem) for problem in problems], whole):
            click.echo(line)
    else:
        click.echo("No problems found.")
    if problems:
        sys.exit(1)
