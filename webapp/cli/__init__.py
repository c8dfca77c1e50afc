"""The `octavo` command: thin subcommands, each calling one function of a lower layer.

Imported by the factory and `__main__`. Never contains logic that a page could need too.
"""

import sys
from contextlib import suppress
from importlib.metadata import version
from typing import Any, Final

import click
from flask import Flask
from flask.cli import AppGroup

from .accounts import editors_command, sessions_command, sign_in_command
from .backup import backup_command, restore_command
from .content import check_command, export_command, join_command, reindex_command
from .document import document_command
from .exits import NOTHING_DONE, Interrupted
from .fetching import fetch_command
from .history import diff_command, history_command, undo_command
from .importing import import_command
from .output import close_streams, open_streams
from .prepare import prepare_command
from .refreshing import refresh_command

COMMANDS: Final[dict[str, click.Command]] = {
    str(command.name): command
    for command in (
        *(prepare_command, import_command, fetch_command, refresh_command),
        *(export_command, document_command, check_command, join_command),
        *(reindex_command, history_command, diff_command, undo_command),
        *(backup_command, restore_command),
        *(sign_in_command, editors_command, sessions_command),
    )
}
HELP: Final = """Octavo: a publications page that answers as you type.

The environment variable OCTAVO_INSTANCE names the folder that a command works on; by default it
is instance/ beside the program. octavo COMMAND --help has an example of each.
"""


class Commands(AppGroup):
    """The group of all commands."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name, commands=dict(COMMANDS), help=HELP)
        click.version_option(version("octavo"), message="Octavo %(version)s")(self)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command that the arguments name, and exit with its status."""
        open_streams()
        try:
            return super().main(*args, **extra)
        except OSError as error:  # no room for the help text or a message
            with suppress(OSError):
                click.echo(f"Error: {error.filename}: {error.strerror}.", err=True)
            sys.exit(NOTHING_DONE)
        finally:
            close_streams()

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises Interrupted for Ctrl-C before the command itself has begun."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted("nothing was changed.") from None


def init_app(app: Flask) -> None:
    """Register the commands for `flask --app wsgi`, too."""
    app.cli = Commands(app.name)
