"""The command line: thin commands, each calling one function."""

from flask import Flask

from .common import Refused
from .content import (
    check_command,
    export_command,
    import_command,
    join_command,
    prepare_command,
    reindex_command,
)
from .past import diff_command, history_command, undo_command
from .safekeeping import backup_command, restore_command

__all__ = ["COMMANDS", "Refused", "init_app"]

COMMANDS = (
    prepare_command,
    import_command,
    export_command,
    check_command,
    join_command,
    reindex_command,
    history_command,
    diff_command,
    undo_command,
    backup_command,
    restore_command,
)


def init_app(app: Flask) -> None:
    """Make the commands known to `flask --app wsgi` too."""
    for command in COMMANDS:
        app.cli.add_command(command)
