"""The commands `backup` and `restore`."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click
from flask import current_app

from ..config import SITE_FILE
from ..curation.reports import MAX_LINES, printable, some_lines
from ..errors import IndexBusyError
from ..site import site
from ..store.backup import restoring, writing
from ..store.schema import prepare_database
from ..store.tables import db
from .command import Command
from .common import (
    require_database,
    the_catalog,
    update_index_after_saving,
    waits_for_locks,
)
from .exits import PARTLY_DONE


@click.command("backup", cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_command(file: Path) -> None:
    """Back up the whole instance to FILE. The site may be serving.

    FILE is a ZIP archive of the database, the settings, your BibTeX file and files/.
    Files that the site does not serve are left out and listed.

    Exit status: 0 complete, 1 a file that the site serves could not be read, 2 no backup was
    written.

    Example: octavo backup octavo-backup.zip
    """
    target = file.resolve()
    require_database()
    instance = Path(current_app.instance_path)
    if restoring.roll_back_unfinished(db.engine, instance):
        click.echo("An interrupted restore was rolled back. Run octavo restore again.")
    manifest, left_out = writing.write_backup(db.engine, instance, target)
    size = target.stat().st_size / 1_000_000
    click.echo(
        f"{file}: {manifest.publications} publications and {len(manifest.files) - 1} files, "
        f"{size:.1f} MB. To restore it: octavo restore {file}"
    )
    _list("Left out", [f"{omission.name}: {omission.reason}" for omission in left_out])
    if any(omission.is_loss for omission in left_out):
        sys.exit(PARTLY_DONE)


@click.command("restore", cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Overwrite publications and files.")
@click.option("--keep-settings", is_flag=True, help="Keep the present site.toml.")
@waits_for_locks
def restore_command(file: Path, force: bool, keep_settings: bool) -> None:
    """Restore the instance from a backup. The site may be serving.

    FILE is verified before anything changes. If a step fails, nothing is changed.
    Files that are not in FILE remain and are listed.

    Example: octavo restore octavo-backup.zip
    """
    app = current_app
    restored = restoring.restore(
        file,
        db.engine,
        Path(app.instance_path),
        site(app).settings,
        force=force,
        keep_settings=keep_settings,
    )
    _report(restored)
    prepare_database(app)
    with suppress(IndexBusyError, OSError):  # optional: it is for another database, so not used
        the_catalog().search.delete()
    update_index_after_saving()


def _report(restored: restoring.Restored) -> None:
    manifest = restored.manifest
    click.echo(
        f"Restored {manifest.publications} publications as of {printable(manifest.created)}."
    )
    _list("Overwritten", restored.replaced)
    _list("Kept, although not in the backup", restored.other)
    _list("Not restored, because the site does not serve such names", restored.hidden)
    _list("Changed settings about whom the site trusts", restored.trust)
    if restored.damaged:
        click.echo(f"The database could not be read. It was renamed to {restored.damaged}.")
        click.echo("Restart the site if it is running: systemctl restart octavo")
    elif SITE_FILE in (*restored.replaced, *restored.added):
        click.echo("site.toml has changed. If the site is running, let it read the new settings:")
        click.echo("systemctl reload octavo")


def _list(heading: str, lines: Sequence[str]) -> None:
    """Print a heading and some lines on standard error, and count the rest."""
    if lines:
        click.echo(f"{heading}: {len(lines)}", err=True)
        for line in some_lines(lines, MAX_LINES):
            click.echo(line, err=True)
