"""One command as it runs: the application around it, and what an error or Ctrl-C leaves.

DESIGN: whether something was saved is not recorded on the way, but read from the database: its
revision before and after. So the answer is right wherever a command was interrupted, also between
a commit and the statement that follows it.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask.cli import ScriptInfo

from ..site import site
from ..store.connections import CatalogRevision, DatabaseError, current_revision
from ..store.tables import db
from .common import EXPECTED, lacks_database, reason
from .exits import Interrupted, Refused, SavedBut


class Command(click.Command):
    """A command with the application around it, its errors a line each."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises ClickException for what its user can do something about."""
        app = ctx.ensure_object(ScriptInfo).load_app()
        with app.app_context():
            before = _revision()
            try:
                return super().invoke(ctx)
            except (KeyboardInterrupt, click.Abort):
                with _undisturbed():
                    raise Interrupted(f"{_outcome(before)}.") from None
            except BrokenPipeError:
                if _revision() == before and not self._writes():
                    raise  # "| head" has seen enough, which click takes quietly
                explanation = "Standard output was closed before the end."
            except EXPECTED as error:
                explanation = reason(error)
            raise _refused(explanation, before) from None

    def _writes(self) -> bool:
        return any(parameter.name == "wait" for parameter in self.params)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ignore Ctrl-C for a moment: some press it twice."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _refused(explanation: str, before: CatalogRevision | None) -> click.ClickException:
    """A refusal; where something is saved nevertheless it says that, and has another status."""
    if _is_unchanged(before, _revision()):
        return Refused(explanation)
    return SavedBut(f"{explanation} What was done before that: {_outcome(before)}.")


def _revision() -> CatalogRevision | None:
    """The revision of the catalog; None where there is none yet, or it cannot be read."""
    try:
        return None if lacks_database() else current_revision(db.engine)
    except (DatabaseError, OSError):
        return None


def _is_unchanged(before: CatalogRevision | None, after: CatalogRevision | None) -> bool:
    """Whether nothing was saved: a database that was only made has revision 0."""
    return after == before or (before is None and after is not None and not after.counter)


def _outcome(before: CatalogRevision | None) -> str:
    """What is saved, in words that follow a colon."""
    after = _revision()
    if _is_unchanged(before, after):
        return "nothing was changed"
    if after is None:
        return "what is saved cannot be read now; octavo history tells it"
    catalog = site().catalog
    restored = before is not None and before.identity != after.identity
    what = "the backup is restored" if restored else f"saved as revision {after.counter}"
    if catalog.state().settled:
        return f"{what}, and the search index is up to date"
    return (
        f"{what}, but the search index is not up to date. The site brings it up to date by "
        "itself; octavo reindex does it now"
    )
