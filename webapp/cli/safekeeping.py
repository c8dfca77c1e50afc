"""The commands that keep a copy of everything, and bring it back."""

import tempfile
from pathlib import Path

import click
from flask import current_app

from .. import backup, preparation
from ..models import db
from .command import Command
from .common import index_what_was_saved, refusals, waits_for_locks
from .exits import Refused


@click.command("backup", cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_command(file: Path) -> None:
    """Write everything into FILE: the database, the settings, your BibTeX file, files/.

    The site may serve meanwhile.

    Example: octavo backup octavo-backup.zip
    """
    with refusals():
        manifest = backup.write_backup(db.engine, Path(current_app.instance_path), file.resolve())
    size = file.stat().st_size / 1_000_000
    click.echo(
        f"{file}: {manifest.publications} publications and {len(manifest.files) - 1} files, "
        f"{size:.1f} MB. To bring it back: octavo restore {file}"
    )


@click.command("restore", cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Overwrite the publications that are there.")
@waits_for_locks
def restore_command(file: Path, force: bool) -> None:
    """Make everything what it was when FILE was written. It is verified first.

    Example: octavo restore octavo-backup.zip
    """
    database, instance = db.engine, Path(current_app.instance_path)
    with refusals(), tempfile.TemporaryDirectory(prefix="octavo-restore-") as folder:
        manifest = backup.unpack(file, Path(folder))
        preparation.refuse_newer(manifest.schema)
        if not force and not backup.is_empty(database):
            raise Refused(
                "There are publications here already; nothing was done. "
                "To overwrite them: add --force (and make a backup of them first)."
            )
        backup.put_back(Path(folder), database, instance)
        database.dispose()
        preparation.prepare_database(current_app)
        index_what_was_saved()
    click.echo(f"Restored {manifest.publications} publications as of {manifest.created}.")
