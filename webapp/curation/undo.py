"""Taking a revision back, as a new revision."""

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
    loaded_digests,
    require,
    touching,
    undoes,
    undone_by,
)
from .reversal import ADDED_AGAIN, Conflict, reverse

MAX_NAMED = 5  # publications in a message


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back."""

    revision: CatalogRevision  # the one that did it
    number: int
    command: str  # of the revision that was taken back
    next: int | None  # what the next undo without a number would take back
    next_command: str = ""


def undo(catalog: Catalog, number: int | None) -> Undone:
    """Take a revision back as a new one: by default the latest that is not taken back already.

    So undo without a number, again and again, steps further and further back; taking back what an
    undo did needs its number. Raises CannotUndoError or UnknownRevisionError.
    """
    with reading(catalog.database) as connection:
        revision = revision_of(connection)
        number, edits = _chosen(connection, number)
        command = command_of(connection, number)
        undoing = Undoing(number, _loaded(connection, number))
    saved = catalog.save(edits, f"octavo undo {number}", revision, undoing)
    with reading(catalog.database) as connection:
        following = next(iter(_candidates(connection)), None)
        more = command_of(connection, following) if following else ""
    return Undone(saved, number, command, following, more)


def _chosen(connection: Transaction, number: int | None) -> tuple[int, list[Edit]]:
    """The revision to take back, and what does it."""
    if number is not None:
        require(connection, number)
        if edits := _edits(connection, number):
            return number, edits
        raise CannotUndoError(_nothing_to_do(connection, number))
    for candidate in _candidates(connection):
        if edits := _edits(connection, candidate):
            _refuse_emptying(connection, candidate, edits)
            return candidate, edits
    last = forgotten(connection)
    since = f" after revision {last}, where the history begins" if last else ""
    raise CannotUndoError(
        f"There is nothing to take back{since}. octavo history lists what was done."
    )


def _refuse_emptying(connection: Transaction, number: int, edits: Sequence[Edit]) -> None:
    """Stop stepping back before the first publications: somebody may have wanted a redo."""
    removed = sum(edit.record is None for edit in edits)
    latest = next(iter(undoes(connection).values()), None)
    if latest and removed == queries.count_publications(connection):
        raise CannotUndoError(
            f"A step further back, nothing would be left: revision {number} "
            f"({command_of(connection, number)}) brought the first publications. "
            f"To take it back too: octavo undo {number}"
        )


def _candidates(connection: Transaction) -> list[int]:
    """What undo without a number may take back, the latest first: neither undone nor an undo."""
    undone = undone_by(connection)
    return [
        counter
        for counter, taken_back in undoes(connection).items()
        if taken_back is None and counter not in undone
    ]


def _nothing_to_do(connection: Transaction, number: int) -> str:
    if by := undone_by(connection).get(number):
        return (
            f"Revision {number} was taken back already, by revision {by}. "
            f"To do it again: octavo undo {by}"
        )
    return f"All that revision {number} changed is as it was before already; nothing was done."


def _loaded(connection: Transaction, number: int) -> str | None:
    """The digest of the owner's file that counts as loaded afterwards; None: as at present.

    It goes back with the revision that changed it, unless it was changed again.
    """
    digests = loaded_digests(connection, number)
    before, after, present = *digests[:2], digests[-1]
    if before is None or after is None:  # a revision of an Octavo that did not note it
        return ""
    return before if before != after and present == after else None


def _edits(connection: Transaction, number: int) -> list[Edit]:
    """What takes a revision back. Raises CannotUndoError when a later one is in the way."""
    edits, conflicts = reverse(connection, number)
    if conflicts:
        raise CannotUndoError(_conflict_message(connection, number, conflicts))
    return edits


def _conflict_message(connection: Transaction, number: int, conflicts: Sequence[Conflict]) -> str:
    undone = undone_by(connection)
    if number in undone:
        return _nothing_to_do(connection, number)
    ids = [id_ for conflict in conflicts for id_ in conflict.ids]
    later = touching(connection, number, ids)
    taken_back = undoes(connection)
    # An undo and what it took back cancel each other out.
    counting = {
        revision
        for revisions in later.values()
        for revision in revisions
        if revision not in undone and (taken_back[revision] or 0) <= number
    }
    named = [_named(conflict, later, counting) for conflict in conflicts[:MAX_NAMED]]
    if len(conflicts) > MAX_NAMED:
        named.append(f"{len(conflicts) - MAX_NAMED} more")
    return (
        f"Revision {number} cannot be taken back, for publications have changed since: "
        f"{'; '.join(named)}. {_advice(sorted(counting, reverse=True))}"
    )


def _named(conflict: Conflict, later: Mapping[int, list[int]], counting: set[int]) -> str:
    """A publication in the way: "smith2004 (title changed by revision 7)"."""
    revisions = [n for id_ in conflict.ids for n in later.get(id_, ()) if n in counting]
    if not revisions:
        return f"{conflict.key} ({conflict.what})"
    by = min(revisions) if conflict.what == ADDED_AGAIN else max(revisions)
    return f"{conflict.key} ({conflict.what} by revision {by})"


def _advice(revisions: Sequence[int]) -> str:
    """What to take back first, the latest first."""
    commands = [f"octavo undo {revision}" for revision in revisions[:MAX_NAMED]]
    if not commands:
        return "Change them by an import instead."
    more = f", and {len(revisions) - MAX_NAMED} more" if len(revisions) > MAX_NAMED else ""
    what = "that" if len(revisions) == 1 else "these"
    return f"Take {what} back first: {', then '.join(commands)}{more}"
