"""The exit statuses of the commands, and the exceptions that lead to them."""

from typing import IO, Any

import click

from .output import brief

# Exit statuses, beside 0.
SOME_REJECTED = 1
SOME_FAILED = 1
NOTHING_DONE = 2
INTERRUPTED = 130  # as shells count a process that SIGINT ended


MAX_MESSAGE = 4000  # characters


class Failed(click.ClickException):
    """An error in words that a terminal can show, whatever a file or a backup has put into it."""

    def format_message(self) -> str:
        return "\n".join(brief(line, MAX_MESSAGE) for line in self.message.splitlines())


class Refused(Failed):
    """A command that did nothing, and why in one line."""

    exit_code = NOTHING_DONE


class SavedBut(Failed):
    """A command that saved something and failed afterwards."""

    exit_code = SOME_FAILED


class Interrupted(click.ClickException):
    """A command that its user stopped; the message tells what is saved."""

    exit_code = INTERRUPTED

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message on a line of its own: a terminal shows ^C before it."""
        click.echo(f"\nInterrupted: {self.message}", file=file, err=True)
