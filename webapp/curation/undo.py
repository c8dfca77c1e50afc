"""Undoing a revision, by a new revision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..catalog import Catalog
from ..errors import CannotUndoError
from ..store import queries
from ..store.connections import CatalogRevision, Transaction, reading, revision_of
from ..store.edits import Edit, Undoing
from ..store.revisions import (
    command_of,
    forgotten,
    latest,
    loaded_digests,
    require,
    touching,
    undoes,
    undone_by,
)
from .reversal import ADDED_AGAIN, Conflict, reverse

MAX_NAMED = 5  # publications, or commands, that a message names


@dataclass(frozen=True, slots=True)
class Undone:
    """The outcome of an undo."""

    revision: CatalogRevision  # the new one
    number: int  # of the revision that was undone
    command: str  # of the revision that was undone
    next: int | None  # the revision that an undo without a number would undo next
    next_command: str = ""


def undo(catalog: Catalog, number: int | None, who: str = "") -> Undone:
    """Undo a revision: by default the latest that is neither undone nor an undo.

    Without a number, each further call goes one step further back. To redo a change, undo the
    undo by its number. `who` is the editor who does it in the browser. Raises CannotUndoError or
    UnknownRevisionError.
    """
    with reading(catalog.database) as connection:
        revision = revision_of(connection)
        number, edits = _choose(connection, number)
        command = command_of(connection, number)
        undoing = Undoing(number, _loaded_digest(connection, number))
    saved = catalog.save(edits, f"octavo undo {number}", revision, undoing, who=who)
    with reading(catalog.database) as connection:
        next_number = next(iter(_candidates(connection)), None)
        next_command = command_of(connection, next_number) if next_number else ""
    return Undone(saved, number, command, next_number, next_command)


def _choose(connection: Transaction, number: int | None) -> tuple[int, list[Edit]]:
    """Return the revision to undo and the edits for it."""
    if number is not None:
        require(connection, number)
        if edits := _edits(connection, number):
            return number, edits
        raise CannotUndoError(_is_undone_message(connection, number))
    for candidate in _candidates(connection):
        if edits := _edits(connection, candidate):
            _refuse_emptying(connection, candidate, edits)
            return candidate, edits
    last = forgotten(connection)
    since = f" after revision {last}, where the history begins" if last else ""
    raise CannotUndoError(f"There is nothing to undo{since}. To list the changes: octavo history")


def _refuse_emptying(connection: Transaction, number: int, edits: Sequence[Edit]) -> None:
    """Refuse a further step back that would remove everything: the owner may want a redo."""
    removed = sum(edit.record is None for edit in edits)
    latest = next(iter(undoes(connection).values()), None)
    if latest and removed == queries.count_publications(connection):
        raise CannotUndoError(
            f"Undoing revision {number} ({command_of(connection, number)}) would remove all "
            f"publications. Nothing was changed. To undo it anyway: octavo undo {number}"
        )


def _candidates(connection: Transaction) -> list[int]:
    """Return the revisions that undo may choose, latest first: neither undone nor an undo."""
    undone = undone_by(connection)
    return [
        counter
        for counter, target in undoes(connection).items()
        if target is None and counter not in undone
    ]


def _is_undone_message(connection: Transaction, number: int) -> str:
    if by := undone_by(connection).get(number):
        return (
            f"Revision {number} was already undone by revision {by}. To redo it: octavo undo {by}"
        )
    return f"Everything that revision {number} changed is as before it. Nothing was changed."


def _loaded_digest(connection: Transaction, number: int) -> str | None:
    """Return the digest of the owner's file to record as loaded; None: no change.

    It returns to the digest before the revision, unless a later revision changed it again. An edit
    in the browser reads no file.
    """
    if latest(connection, 1, before=number + 1)[0].who:
        return None
    digests = loaded_digests(connection, number)
    before, after, current = *digests[:2], digests[-1]
    if before is None or after is None:  # a revision of an early version, which did not record it
        return ""
    return before if before != after and current == after else None


def _edits(connection: Transaction, number: int) -> list[Edit]:
    """Return the edits that undo a revision. Raises CannotUndoError for conflicts."""
    edits, conflicts = reverse(connection, number)
    if conflicts:
        raise CannotUndoError(_conflict_message(connection, number, conflicts))
    return edits


def _conflict_message(connection: Transaction, number: int, conflicts: Sequence[Conflict]) -> str:
    undone = undone_by(connection)
    if number in undone:
        return _is_undone_message(connection, number)
    ids = [id_ for conflict in conflicts for id_ in conflict.ids]
    later = touching(connection, number, ids)
    targets = undoes(connection)
    # An undo and the revision that it undid cancel each other out.
    in_force = {
        revision
        for revisions in later.values()
        for revision in revisions
        if revision not in undone and (targets[revision] or 0) <= number
    }
    descriptions = [_describe(conflict, later, in_force) for conflict in conflicts[:MAX_NAMED]]
    if len(conflicts) > MAX_NAMED:
        descriptions.append(f"{len(conflicts) - MAX_NAMED} more")
    return (
        f"Revision {number} cannot be undone, because publications have changed since: "
        f"{'; '.join(descriptions)}. {_advice(sorted(in_force, reverse=True))}"
    )


def _describe(conflict: Conflict, later: Mapping[int, list[int]], in_force: set[int]) -> str:
    """Describe a conflict: "smith2004 (title changed by revision 7)"."""
    revisions = [n for id_ in conflict.ids for n in later.get(id_, ()) if n in in_force]
    if not revisions:
        return f"{conflict.key} ({conflict.what})"
    by = min(revisions) if conflict.what == ADDED_AGAIN else max(revisions)
    return f"{conflict.key} ({conflict.what} by revision {by})"


def _advice(revisions: Sequence[int]) -> str:
    """Return the commands to run first, for the latest revision first."""
    commands = [f"octavo undo {revision}" for revision in revisions[:MAX_NAMED]]
    if not commands:
        return "Change them by an import instead."
    more = f", and {len(revisions) - MAX_NAMED} more" if len(revisions) > MAX_NAMED else ""
    return f"Undo first: {', then '.join(commands)}{more}"
