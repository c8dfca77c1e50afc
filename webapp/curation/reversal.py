"""Reversing a revision: the edits that undo it, or the conflicts that prevent it.

Only the current state of each publication counts, not the revisions in between. If it is the state
after the revision, it returns to the state before. If it is the state before, there is nothing to
do. Any other state is a conflict.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..plain_records import plain
from ..store import publications, queries
from ..store.connections import Transaction
from ..store.edits import Edit
from ..store.revisions import actions_of, states_around
from ..store.states import State, load_states
from .differences import changed_fields

MAX_FIELDS = 3  # fields of a publication that a message names

ADDED_AGAIN = "added again"
_KEY_TAKEN = "its key given to another publication"
_ADDRESS_TAKEN = "its address given to another publication"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why a publication cannot return to its former state."""

    ids: tuple[int, ...]  # of the publications that changed since: itself, or another one
    key: str
    what: str  # what changed since


def reverse(connection: Transaction, number: int) -> tuple[list[Edit], list[Conflict]]:
    """Return the edits that undo a revision, and the conflicts with later changes."""
    ids = list(actions_of(connection, number))
    before, after = states_around(connection, number, ids)
    current = _current_states(connection, before, after)
    edits, conflicts = [], []
    for id_ in ids:
        current_id, state = current.get(id_, (id_, None))
        outcome = _reverse_publication(id_, current_id, before[id_], after[id_], state)
        if isinstance(outcome, Edit):
            edits.append(outcome)
        elif outcome:
            conflicts.append(outcome)
    conflicts += _taken(connection, edits)
    return _without_taken_redirects(connection, edits), conflicts


def _current_states(
    connection: Transaction, before: Mapping[int, State | None], after: Mapping[int, State | None]
) -> dict[int, tuple[int, State]]:
    """Return the current id and state of each publication that exists.

    A publication that was removed and imported again has another id, but the same slug.
    """
    current = {id_: (id_, state) for id_, state in load_states(connection, before).items()}
    slugs = {
        state.record.slug: id_
        for id_ in before
        if id_ not in current and (state := after[id_] or before[id_])
    }
    new_ids = queries.ids_of_slugs(connection, slugs).values()
    new_states = load_states(connection, (id_ for id_ in new_ids if id_ not in before))
    current |= {slugs[state.record.slug]: (id_, state) for id_, state in new_states.items()}
    return current


def _reverse_publication(
    id_: int, current_id: int, before: State | None, after: State | None, current: State | None
) -> Edit | Conflict | None:
    """Return what undoes the change of one publication; None if it is undone already."""
    if before is None:
        return _reverse_addition(id_, current_id, after, current)
    if after is None:
        if current is None:
            return Edit(before.record, id_, before.position, before.former_slugs, restored=True)
        if _same(current, before):
            return None
        is_same_key = current.record.key == before.record.key
        what = ADDED_AGAIN if is_same_key else _ADDRESS_TAKEN
        return Conflict((id_, current_id), before.record.key, what)
    if current is None:
        return Conflict((id_,), after.record.key, "removed")
    return _reverse_change(id_, current_id, before, after, current)


def _reverse_addition(
    id_: int, current_id: int, after: State | None, current: State | None
) -> Edit | Conflict | None:
    if after is None or current is None:
        return None
    if _same(current, after):
        return Edit(None, current_id)
    return Conflict((id_, current_id), after.record.key, _what_changed(current, after))


def _reverse_change(
    id_: int, current_id: int, before: State, after: State, current: State
) -> Edit | Conflict | None:
    """Restore content, position and former slugs, each if the revision changed it."""
    record, position, former_slugs = None, None, None
    if _differs(after, before) and _differs(current, before):
        if not _same(current, after):
            return Conflict((id_, current_id), after.record.key, _what_changed(current, after))
        record = before.record
    if before.position not in (after.position, current.position):
        if current.position != after.position:
            return Conflict((id_, current_id), after.record.key, "moved")
        position = before.position
    added = set(after.former_slugs) - set(before.former_slugs)
    removed = set(before.former_slugs) - set(after.former_slugs)
    former = set(current.former_slugs) - added | removed
    if former != set(current.former_slugs):
        former_slugs = tuple(sorted(former))
    if record is None and position is None and former_slugs is None:
        return None
    return Edit(record or current.record, current_id, position, former_slugs)


def _same(first: State, second: State) -> bool:
    """Return whether two states have the same content. Their positions may differ."""
    return plain(first.record) == plain(second.record)


def _differs(first: State, second: State) -> bool:
    """Return whether two states differ in content or in the order of their fields."""
    digests = {publications.digest(state.record) for state in (first, second)}
    return len(digests) > 1 or not _same(first, second)


def _what_changed(current: State, after: State) -> str:
    names = changed_fields(after.record, current.record) or ("slug",)
    more = f" and {len(names) - MAX_FIELDS} more" if len(names) > MAX_FIELDS else ""
    return f"{', '.join(names[:MAX_FIELDS])}{more} changed"


def _taken(connection: Transaction, edits: Sequence[Edit]) -> list[Conflict]:
    """Return conflicts for keys and addresses that another publication has now."""
    keys = Counter(edit.record.key for edit in edits if edit.record)
    restored = {
        edit.record.slug: edit.record.key for edit in edits if edit.record and edit.restored
    }
    edited = {edit.id for edit in edits}
    conflicts = {key: Conflict((), key, _KEY_TAKEN) for key, count in keys.items() if count > 1}
    for key, id_ in queries.ids_of_keys(connection, keys).items():
        if id_ not in edited:
            conflicts[key] = Conflict((id_,), key, _KEY_TAKEN)
    for id_, slug in queries.all_leading_to(connection, restored):
        if id_ not in edited:
            conflicts.setdefault(restored[slug], Conflict((id_,), restored[slug], _ADDRESS_TAKEN))
    return list(conflicts.values())


def _without_taken_redirects(connection: Transaction, edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits without former slugs that lead to other publications now."""
    edited = {edit.id for edit in edits}
    wanted = [slug for edit in edits for slug in edit.former_slugs or ()]
    leading_to = queries.all_leading_to(connection, wanted)
    taken = {slug for id_, slug in leading_to if id_ not in edited}
    return [
        replace(edit, former_slugs=tuple(slug for slug in edit.former_slugs if slug not in taken))
        if edit.former_slugs
        else edit
        for edit in edits
    ]
