"""The command line: thin commands, each calling one function."""

import sys
from contextlib import suppress
from importlib import import_module
from importlib.metadata import version
from typing import Any, Final

import click
from flask import Flask
from flask.cli import AppGroup

from .exits import NOTHING_DONE, Interrupted
from .output import close_streams, open_streams

# In which module each command is.
COMMANDS: Final = {
    "prepare": "importing",
    "import": "importing",
    "export": "content",
    "check": "content",
    "join": "content",
    "reindex": "content",
    "history": "history",
    "diff": "history",
    "undo": "history",
    "backup": "backup",
    "restore": "backup",
}
HELP: Final = """Octavo: a publications page that answers as you type.

The environment variable OCTAVO_INSTANCE names the folder that a command works on; by default it
is instance/ beside the program. octavo COMMAND --help has an example of each.
"""


class Commands(AppGroup):
    """The commands, imported when one is asked for: the site that serves has no use for them."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name, help=HELP)
        click.version_option(version("octavo"), message="Octavo %(version)s")(self)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted((*super().list_commands(ctx), *COMMANDS))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = import_module(f".{COMMANDS[cmd_name]}", __name__)
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; an unknown one gets a suggestion from all of them."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            known = self.list_commands(ctx)
            raise click.exceptions.NoSuchCommand(
                error.command_name, possibilities=known, ctx=ctx
            ) from None

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command, and end the process with its exit status."""
        open_streams()
        try:
            return super().main(*args, **extra)
        except OSError as error:  # help, or a message, found no room
            with suppress(OSError):
                click.echo(f"Error: {error.filename}: {error.strerror}.", err=True)
            sys.exit(NOTHING_DONE)
        finally:
            close_streams()

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command of the arguments. Raises Interrupted also while it is still imported."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted("nothing was changed.") from None


def init_app(app: Flask) -> None:
    """Make the commands known to `flask --app wsgi` too."""
    app.cli = Commands(app.name)
