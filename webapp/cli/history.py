"""The commands that list what was done, and take it back."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice

import click

from ..curation import history, undo
from ..store import retention, revisions
from ..store.connections import DriverError, compact, reading
from .command import Command
from .common import index_what_was_saved, the_catalog, waits_for_locks
from .exits import Interrupted, Refused
from .output import echo_json, printable
from .reports import MAX_LINES

POSITIVE = click.IntRange(1, 2**31 - 1)  # what every database takes


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
    help="Remove what was done before that day (UTC) from the history, for good.",
)
@click.option("--yes", is_flag=True, help="With --forget-before: do not ask.")
@waits_for_locks
def history_command(limit: int, as_json: bool, date: datetime | None, yes: bool) -> None:
    """List what was done to the catalog, and when.

    The newest revision comes first.

    With --forget-before the history begins later: older revisions can no longer be taken back or
    looked at. The publications stay as they are, and the database file becomes smaller.

    Example: octavo history -n 5
    """
    if date:
        _forget(date.replace(tzinfo=UTC), as_json, yes)
        return
    catalog = the_catalog()
    entries = history.entries(catalog, limit)
    if as_json:
        listed = [asdict(entry) | {"at": entry.at.isoformat()} for entry in entries]
        echo_json(listed)
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
    command = printable(entry.command)
    return f"{entry.number:>5}  {entry.at:%Y-%m-%d %H:%M} UTC  {counts}  ({command}){undone}"


def _forget(before: datetime, as_json: bool, yes: bool) -> None:
    database = the_catalog().database
    found = retention.forgettable(database, before)
    what = (
        f"{_count(found.revisions, 'revision')} before {before:%Y-%m-%d} "
        f"({_count(found.changes, 'change')}, about {_size(found.bytes)})"
    )
    if found.revisions and not yes and not as_json and sys.stdin.isatty():
        click.echo(f"Forget {what}? They can no longer be taken back or looked at.")
        if not click.confirm("Do this?"):
            raise Refused("Nothing was done.")
    try:
        found = retention.forget(database, before)
        freed = _compacted() if found.revisions else 0
    except KeyboardInterrupt:
        if not found.revisions or retention.forgettable(database, before).revisions:
            raise
        raise Interrupted(f"forgot {what}.") from None
    if as_json:
        echo_json({**asdict(found), "bytes_freed": freed})
    elif not found.revisions:
        click.echo(f"The history has nothing before {before:%Y-%m-%d}; nothing was done.")
    else:
        click.echo(f"Forgot {what}. The history begins after revision {found.latest}.")
        if freed:
            click.echo(f"The database is {_size(freed)} smaller.")


def _compacted() -> int:
    """Make the database file smaller; that it cannot be done now undoes nothing."""
    try:
        return compact(the_catalog().database)
    except DriverError as error:
        click.echo(
            f"Forgotten, but the database file is as large as before ({error.orig}). "
            "New changes will use the room.",
            err=True,
        )
        return 0


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _size(size: int) -> str:
    """A number of bytes as people read it."""
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1_000:.1f} kB"


@click.command("diff", cls=Command)
@click.argument("number", type=POSITIVE)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, all of it.")
def diff_command(number: int, as_json: bool) -> None:
    """Show what one revision did, publication by publication.

    octavo history lists the revisions and their numbers.

    Example: octavo diff 3
    """
    differences = history.difference(the_catalog(), number)
    if as_json:
        listed = [{**asdict(each), "fields": each.fields} for each in differences]
        echo_json(listed)
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
    """A field in a line: an attribute, or an entry of `fields`."""
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
    """Take back the latest revision, or the one of a number.

    That is a new revision, so it can be taken back itself.

    Without NUMBER, again and again, it steps further and further back: what was taken back already
    is passed over. To do something again, take back the revision that took it back, by its number.

    Nothing is done when something of the revision was changed since; the publications, and what to
    take back first, are named.

    Example: octavo undo
    """
    undone = undo.undo(the_catalog(), number)
    index_what_was_saved()
    saved = undone.revision.counter
    command = printable(undone.command)
    click.echo(f"Took back revision {undone.number} ({command}), as revision {saved}.")
    click.echo(f"To do it again: octavo undo {saved}")
    if undone.next:
        click.echo(
            f"The next step back is revision {undone.next} ({printable(undone.next_command)}): "
            f"octavo undo {undone.next}"
        )
