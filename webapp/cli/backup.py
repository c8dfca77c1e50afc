"""The commands that keep a copy of everything, and bring it back."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click
from flask import current_app

from ..config import SITE_FILE
from ..errors import IndexBusyError
from ..site import site
from ..store.backup import restoring, writing
from ..store.schema import prepare_database
from ..store.tables import db
from .command import Command
from .common import (
    index_what_was_saved,
    require_database,
    the_catalog,
    waits_for_locks,
)
from .exits import SOME_REJECTED
from .output import printable
from .reports import MAX_LINES


@click.command("backup", cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_command(file: Path) -> None:
    """Back up the whole instance into FILE, also while the site serves.

    FILE is a ZIP archive of the database, the settings, your BibTeX file and files/.
    What the site does not serve is left out and named.

    Exit status: 0 everything is in it, 1 a file that the site serves could not be read, 2 no
    backup was written.

    Example: octavo backup octavo-backup.zip
    """
    target = file.resolve()
    require_database()
    manifest, left_out = writing.write_backup(db.engine, Path(current_app.instance_path), target)
    size = target.stat().st_size / 1_000_000
    click.echo(
        f"{file}: {manifest.publications} publications and {len(manifest.files) - 1} files, "
        f"{size:.1f} MB. To bring it back: octavo restore {file}"
    )
    _list("Left out", [f"{found.name}: {found.reason}" for found in left_out])
    if any(found.is_loss for found in left_out):
        sys.exit(SOME_REJECTED)


@click.command("restore", cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Overwrite what is there.")
@click.option("--keep-settings", is_flag=True, help="Leave site.toml as it is.")
@waits_for_locks
def restore_command(file: Path, force: bool, keep_settings: bool) -> None:
    """Restore the instance from a backup, also while the site serves.

    FILE is verified first, and then everything is what it was when FILE was written.
    When anything fails, nothing is changed. Files that FILE lacks stay, and are named.

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
    with suppress(IndexBusyError, OSError):  # it is of another database, and so never believed
        the_catalog().search.delete()
    index_what_was_saved()


def _report(restored: restoring.Restored) -> None:
    manifest = restored.manifest
    click.echo(
        f"Restored {manifest.publications} publications as of {printable(manifest.created)}."
    )
    _list("Overwritten", restored.replaced)
    _list("Not in the backup, and still here", restored.other)
    _list("Not restored, as the site serves no such names", restored.hidden)
    _list("Settings about whom the site trusts have changed", restored.trust)
    if restored.damaged:
        click.echo(f"The database that could not be read is now {restored.damaged}.")
        click.echo("A site that serves has to be restarted (systemctl restart octavo).")
    elif SITE_FILE in (*restored.replaced, *restored.added):
        click.echo("A site that serves has other settings until it reads site.toml again:")
        click.echo("systemctl reload octavo")


def _list(heading: str, lines: Sequence[str]) -> None:
    """Some lines below a heading, on standard error; the rest is counted."""
    if not lines:
        return
    click.echo(f"{heading}: {len(lines)}", err=True)
    for line in lines[:MAX_LINES]:
        click.echo(f"  {printable(line)}", err=True)
    if len(lines) > MAX_LINES:
        click.echo(f"  … and {len(lines) - MAX_LINES} more", err=True)
