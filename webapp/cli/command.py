"""Running one command: the application context, and the outcome after an error or Ctrl-C.

DESIGN. Whether something was saved is not recorded on the way, but read from the database by
comparing its revision before and after. So the answer is right wherever a command is interrupted,
even between a commit and the next statement.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask.cli import ScriptInfo

from ..errors import DatabaseError
from ..site import site
from ..store.connections import CatalogRevision, current_revision
from ..store.tables import db
from .common import EXPECTED, lacks_database, reason
from .exits import Interrupted, Refused, SavedBut
from .output import argument_text


class Command(click.Command):
    """A command that runs in the application context and reports each error in one line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises ClickException for errors that its user can act on."""
        ctx.params = {name: _as_text(value) for name, value in ctx.params.items()}
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
                    raise  # as with "| head": click exits quietly
                explanation = "Standard output was closed before the command ended."
            except EXPECTED as error:
                explanation = reason(error)
            raise _refused(explanation, before) from None

    def _writes(self) -> bool:
        return any(parameter.name == "wait" for parameter in self.params)


def _as_text(value: Any) -> Any:
    """Return the value of a parameter, with words as text; paths keep their bytes."""
    if isinstance(value, tuple):
        return tuple(map(_as_text, value))
    return argument_text(value) if isinstance(value, str) else value


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ignore Ctrl-C: some users press it twice."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _refused(explanation: str, before: CatalogRevision | None) -> click.ClickException:
    """Return the exception for an error, which depends on whether something was saved before.

    A commit whose fsync fails leaves a whole transaction in SQLite's log. Close the connections, so
    that SQLite drops it: otherwise the next process would find it there and take it as committed.
    """
    db.engine.dispose()
    if _is_unchanged(before, _revision()):
        return Refused(explanation)
    return SavedBut(f"{explanation} Before this error: {_outcome(before)}.")


def _revision() -> CatalogRevision | None:
    """Return the catalog revision; None if there is no database or it cannot be read."""
    try:
        return None if lacks_database() else current_revision(db.engine)
    except (DatabaseError, OSError):
        return None


def _is_unchanged(before: CatalogRevision | None, after: CatalogRevision | None) -> bool:
    """Return whether nothing was saved. A database that was just created has revision 0."""
    return after == before or (before is None and after is not None and not after.counter)


def _outcome(before: CatalogRevision | None) -> str:
    """Describe what was saved, in words that follow a colon."""
    after = _revision()
    if _is_unchanged(before, after):
        return "nothing was changed"
    if after is None:
        return "the database cannot be read now. To see what was saved: octavo history"
    is_restored = before is not None and before.identity != after.identity
    what = "the backup is restored" if is_restored else f"saved as revision {after.counter}"
    if site().catalog.state().settled:
        return f"{what}, and the search index is up to date"
    return (
        f"{what}, but the search index is not up to date. The site will update it. To update it "
        "now: octavo reindex"
    )
