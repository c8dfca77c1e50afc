"""The command `prepare`."""

from pathlib import Path

import click
from flask import current_app

from ..catalog import Catalog
from ..curation import importing, loaded_file
from ..curation.examples import LOADED_BY_PREPARE, LOADED_FROM_EXAMPLE, copy_examples
from ..store import schema
from ..store.backup import restoring
from ..store.tables import db
from . import reports
from .command import Command
from .common import the_catalog, update_index_after_saving, waits_for_locks
from .files import contents_of, library_file, read_files


@click.command("prepare", cls=Command)
@waits_for_locks
def prepare_command() -> None:
    """Prepare the instance for serving: the database and the search index.

    If the database is empty, publications.bib in the instance folder is loaded. In a new clone,
    publications.bib and site.toml are first copied from the examples beside them.

    Example: octavo prepare
    """
    if restoring.roll_back_unfinished(db.engine, Path(current_app.instance_path)):
        click.echo("An interrupted restore was rolled back. Run octavo restore again.")
    schema.prepare_database(current_app)
    catalog = the_catalog()
    library = library_file()
    copied = _copy_examples(catalog)
    if library.exists() and not catalog.count():
        click.echo(f"Loading {library}")
        plan = importing.make_plan(catalog, read_files(contents_of([library])))
        for line in reports.plan_lines(plan, prune=False):
            click.echo(line)
        importing.carry_out(catalog, plan, LOADED_FROM_EXAMPLE if copied else LOADED_BY_PREPARE)
        loaded_file.note_loaded(catalog, library)
    elif library.exists() and not loaded_file.is_loaded(catalog, library):
        click.echo(f"{library} has changed since it was loaded. To import it: octavo import")
    update_index_after_saving()


def _copy_examples(catalog: Catalog) -> list[Path]:
    """Copy the examples into a new clone. Report a read-only folder, but do not fail."""
    try:
        copies = copy_examples(catalog, Path(current_app.instance_path))
    except OSError as error:
        place = error.filename or current_app.instance_path
        click.echo(f"{place}: {error.strerror}. The site starts without the examples.", err=True)
        return []
    for path in copies:
        click.echo(f"{path} is a copy of the example. Edit it, or replace it by your own file.")
    return copies
