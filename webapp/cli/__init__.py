"""The command line: thin commands, each calling one function."""

from importlib import import_module
from typing import Final

import click
from flask import Flask
from flask.cli import AppGroup

# In which module each command is.
COMMANDS: Final = {
    "prepare": "content",
    "import": "content",
    "export": "content",
    "check": "content",
    "join": "content",
    "reindex": "content",
    "history": "past",
    "diff": "past",
    "undo": "past",
    "backup": "safekeeping",
    "restore": "safekeeping",
}


class Commands(AppGroup):
    """The commands, imported when one is asked for: the site that serves has no use for them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted((*super().list_commands(ctx), *COMMANDS))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = import_module(f".{COMMANDS[cmd_name]}", __name__)
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


def init_app(app: Flask) -> None:
    """Make the commands known to `flask --app wsgi` too."""
    app.cli = Commands(app.name)
