"""The commands `history`, `diff` and `undo`."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice

import click

from ..curation import history, undo
from ..curation.reports import MAX_LINES, printable
from ..errors import DatabaseError
from ..store import retention, revisions
from ..store.connections import compact, reading
from .command import Command
from .common import indexing_afterwards, the_catalog, waits_for_locks
from .exits import Interrupted, Refused
from .output import echo_json

POSITIVE = click.IntRange(1, 2**31 - 1)  # the integers of every database


@click.command("history", cls=Command)
@click.option(
    *("-n", "--number", "limit"),
    type=POSITIVE,
    default=MAX_LINES,
    show_default=True,
    help="How many revisions, newest first.",
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option(
    "--forget-before",
    "date",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Remove the revisions before that day (UTC) from the history for good.",
)
@click.option("--yes", is_flag=True, help="With --forget-before: do not ask.")
@waits_for_locks
def history_command(limit: int, as_json: bool, date: datetime | None, yes: bool) -> None:
    """List the changes to the catalog, newest first.

    Revisions that --forget-before removes can no longer be undone or shown. Publications do not
    change, and the database file becomes smaller.

    Example: octavo history -n 5
    """
    if date:
        _forget(date.replace(tzinfo=UTC), as_json, yes)
        return
    catalog = the_catalog()
    entries = history.entries(catalog, limit)
    if as_json:
        echo_json([asdict(entry) | {"at": entry.at.isoformat()} for entry in entries])
        return
    for entry in entries:
        click.echo(_line(entry))
    if not entries:
        with reading(catalog.database) as connection:
            forgotten = revisions.forgotten(connection)
        since = f" since revision {forgotten}, the last one removed from it" if forgotten else ""
        click.echo(f"The history is empty{since}.")


def _line(entry: history.Entry) -> str:
    counts = ", ".join(f"{count} {action}" for action, count in sorted(entry.counts.items()))
    undone = f", undone by {entry.undone_by}" if entry.undone_by else ""
    command, who = printable(entry.command), f" by {printable(entry.who)}" if entry.who else ""
    return f"{entry.number:>5}  {entry.at:%Y-%m-%d %H:%M} UTC  {counts}  ({command}{who}){undone}"


def _forget(before: datetime, as_json: bool, yes: bool) -> None:
    database = the_catalog().database
    forgettable = retention.forgettable(database, before)
    what = (
        f"{_count(forgettable.revisions, 'revision')} before {before:%Y-%m-%d} "
        f"({_count(forgettable.changes, 'change')}, about {_size(forgettable.bytes)})"
    )
    if forgettable.revisions and not yes and not as_json and sys.stdin.isatty():
        click.echo(f"Forget {what}? They can no longer be undone or shown.")
        if not click.confirm("Do this?"):
            raise Refused("Nothing was changed.")
    try:
        forgettable = retention.forget(database, before)
        freed = _compact() if forgettable.revisions else 0
    except KeyboardInterrupt:
        if not forgettable.revisions or retention.forgettable(database, before).revisions:
            raise
        raise Interrupted(f"forgot {what}.") from None
    if as_json:
        echo_json({**asdict(forgettable), "bytes_freed": freed})
    elif not forgettable.revisions:
        click.echo(f"The history has nothing before {before:%Y-%m-%d}. Nothing was changed.")
    else:
        click.echo(f"Forgot {what}. The history begins after revision {forgettable.latest}.")
        if freed:
            click.echo(f"The database is {_size(freed)} smaller.")


def _compact() -> int:
    """Compact the database file and return the bytes freed. Report a failure, but do not fail."""
    try:
        return compact(the_catalog().database)
    except DatabaseError as error:
        click.echo(
            f"Forgotten, but the database file could not be made smaller. {error} "
            "New changes will use the free space.",
            err=True,
        )
        return 0


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _size(size: int) -> str:
    """Format a number of bytes."""
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1_000:.1f} kB"


@click.command("diff", cls=Command)
@click.argument("number", type=POSITIVE)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def diff_command(number: int, as_json: bool) -> None:
    """Show what one revision changed, publication by publication.

    To list the revisions and their numbers: octavo history

    Example: octavo diff 3
    """
    differences = history.difference(the_catalog(), number)
    if as_json:
        echo_json([{**asdict(entry), "fields": entry.fields} for entry in differences])
        return
    for difference in islice(differences, MAX_LINES):
        click.echo(f"{difference.action} {difference.slug}")
        for name in difference.fields:
            click.echo(f"  {printable(name)}")
            if name != "position":
                click.echo(f"    - {_value(difference.before, name)}")
                click.echo(f"    + {_value(difference.after, name)}")
    if len(differences) > MAX_LINES:
        click.echo(f"… and {len(differences) - MAX_LINES} more (--json: all)")


def _value(record: object, name: str) -> str:
    """Return a field as one line: an attribute, or an entry of `fields` or `source`."""
    value = getattr(record, name, None)
    if value is None:
        value = {**getattr(record, "source", {}), **getattr(record, "fields", {})}.get(name, "")
    if isinstance(value, tuple):
        value = "; ".join(getattr(part, "name", None) or str(part) for part in value)
    text = str(value)
    return printable(text if len(text) <= 200 else f"{text[:200]}…")


@click.command("undo", cls=Command)
@click.argument("number", type=POSITIVE, required=False)
@waits_for_locks
def undo_command(number: int | None) -> None:
    """Undo the latest revision, or the one with a number.

    The undo is a new revision. To redo the change, undo that revision by its number.

    Without NUMBER, each further undo goes one step further back.

    If publications of the revision have changed since, nothing is undone. They are listed, with
    the revisions to undo first.

    Example: octavo undo
    """
    with indexing_afterwards():
        undone = undo.undo(the_catalog(), number)
    saved = undone.revision.counter
    command = printable(undone.command)
    click.echo(f"Undid revision {undone.number} ({command}). This is revision {saved}.")
    click.echo(f"To redo it: octavo undo {saved}")
    if undone.next:
        command = printable(undone.next_command)
        click.echo(f"To undo revision {undone.next} ({command}) too: octavo undo {undone.next}")
