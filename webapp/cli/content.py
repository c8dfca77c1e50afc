"""The commands on the publications that are in the catalog."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from .. import joining, report, store
from ..check import check
from ..database import reading
from ..formats.registry import FORMATS, write
from .command import Command
from .common import (
    index_what_was_saved,
    refusals,
    the_catalog,
    update_index,
    waits_for_locks,
)
from .output import echo_json, output_file


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
