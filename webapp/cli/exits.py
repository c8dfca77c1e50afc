"""The exit statuses of the commands, and the exceptions that set them."""

from typing import IO, Any

import click

from ..curation.reports import brief

# Exit statuses, beside 0.
PARTLY_DONE = 1
NOTHING_DONE = 2
NOT_FETCHED = 3
INTERRUPTED = 130  # as in shells: 128 + SIGINT


MAX_MESSAGE = 4000  # characters


class Failed(click.ClickException):
    """An error whose message is safe on a terminal, even with text of a file or a backup in it."""

    def format_message(self) -> str:
        return "\n".join(brief(line, MAX_MESSAGE) for line in self.message.splitlines())


class Refused(Failed):
    """A command changed nothing. The message says why, in one line."""

    exit_code = NOTHING_DONE


class SavedBut(Failed):
    """A command saved something and failed afterwards."""

    exit_code = PARTLY_DONE


class Interrupted(click.ClickException):
    """A user stopped a command. The message says what was saved."""

    exit_code = INTERRUPTED

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message on a line of its own: a terminal shows ^C before it."""
        click.echo(f"\nInterrupted: {self.message}", file=file, err=True)
