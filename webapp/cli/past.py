"""The commands that tell what was done, and take it back."""

import json
from dataclasses import asdict
from itertools import islice

import click
from flask.cli import with_appcontext

from .. import history
from ..report import MAX_LINES
from .common import Refused, index_what_was_saved, refusals, the_catalog


@click.command("history")
@click.option("-n", "--number", "limit", default=MAX_LINES, help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@with_appcontext
def history_command(limit: int, as_json: bool) -> None:
    """Tell what was done to the catalog: when, by which command, to how many publications.

    Example: octavo history -n 5
    """
    with refusals():
        entries = history.entries(the_catalog(), limit)
    if as_json:
        click.echo(json.dumps([asdict(entry) for entry in entries], default=str, indent=1))
        return
    for entry in entries:
        counts = ", ".join(f"{count} {action}" for action, count in sorted(entry.counts.items()))
        click.echo(f"{entry.number:>5}  {entry.at:%Y-%m-%d %H:%M} UTC  {counts}  ({entry.command})")
    if not entries:
        click.echo("Nothing was done yet.")


@click.command("diff")
@click.argument("number", type=int)
@with_appcontext
def diff_command(number: int) -> None:
    """Tell what revision NUMBER of the history did, publication by publication.

    Example: octavo diff 3
    """
    with refusals():
        differences = history.difference(the_catalog(), number)
    if not differences:
        raise Refused(f"There is no revision {number}; octavo history lists them.")
    for difference in islice(differences, MAX_LINES):
        click.echo(f"{difference.action} {difference.slug}")
        for name in difference.fields:
            click.echo(f"  {name}")
            click.echo(f"    - {_value(difference.before, name)}")
            click.echo(f"    + {_value(difference.after, name)}")
    if len(differences) > MAX_LINES:
        click.echo(f"… and {len(differences) - MAX_LINES} more")


def _value(record: object, name: str) -> str:
    """A field in a line: an attribute, or an entry of `fields`."""
    value = getattr(record, name, None)
    if value is None:
        value = {**getattr(record, "source", {}), **getattr(record, "fields", {})}.get(name, "")
    if isinstance(value, tuple):
        value = "; ".join(getattr(part, "name", None) or str(part) for part in value)
    text = str(value)
    return text if len(text) <= 200 else f"{text[:200]}…"


@click.command("undo")
@click.argument("number", type=int, required=False)
@with_appcontext
def undo_command(number: int | None) -> None:
    """Take back revision NUMBER of the history, or the latest, as a new one.

    Example: octavo undo
    """
    with refusals():
        revision = history.undo(the_catalog(), number, f"octavo undo {number or ''}".strip())
        index_what_was_saved()
    click.echo(f"Done, as revision {revision.counter}. To take that back: octavo undo")
