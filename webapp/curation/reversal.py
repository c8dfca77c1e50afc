"""What takes a revision back: the edits, or what is in their way.

What counts is the present state of each publication that the revision touched, not what lies
between: where it is what the revision left, it becomes what it was before; where it is that
already, nothing has to be done; anything else is a conflict.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..store import publications, queries
from ..store.connections import Transaction
from ..store.edits import Edit
from ..store.revisions import actions_of, states_around
from ..store.states import State, load_states
from .importing import differences

MAX_FIELDS = 3  # of one publication in a message

ADDED_AGAIN = "added again"
_KEY_TAKEN = "its key given to another publication"
_ADDRESS_TAKEN = "its address given to another publication"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why a publication cannot become what it was."""

    ids: tuple[int, ...]  # of the publications that were changed since: itself, or another one
    key: str
    what: str  # what was done since


def reverse(connection: Transaction, number: int) -> tuple[list[Edit], list[Conflict]]:
    """Compare what a revision left with what is there, publication by publication."""
    ids = list(actions_of(connection, number))
    before, left = states_around(connection, number, ids)
    present = _present(connection, before, left)
    edits, conflicts = [], []
    for id_ in ids:
        there_id, there = present.get(id_, (id_, None))
        outcome = _reverse_one(id_, there_id, before[id_], left[id_], there)
        if isinstance(outcome, Edit):
            edits.append(outcome)
        elif outcome:
            conflicts.append(outcome)
    conflicts += _taken(connection, edits)
    return _without_taken_redirects(connection, edits), conflicts


def _present(
    connection: Transaction, before: Mapping[int, State | None], left: Mapping[int, State | None]
) -> dict[int, tuple[int, State]]:
    """The present state of each publication that is there, and its id.

    One that was removed and imported again has another id, but the same slug.
    """
    present = load_states(connection, before)
    found = {id_: (id_, state) for id_, state in present.items()}
    slugs = {
        state.record.slug: id_
        for id_ in before
        if id_ not in present and (state := left[id_] or before[id_])
    }
    for chunk in publications.chunks(list(slugs)):
        again = (id_ for id_ in queries.ids_of_slugs(connection, chunk) if id_ not in before)
        for id_, state in load_states(connection, again).items():
            found[slugs[state.record.slug]] = (id_, state)
    return found


def _reverse_one(
    id_: int, there_id: int, before: State | None, left: State | None, there: State | None
) -> Edit | Conflict | None:
    """What makes one publication what it was; None when it is that already."""
    if before is None:
        return _take_out(id_, there_id, left, there)
    if left is None:
        if there is None:
            return Edit(before.record, id_, before.position, before.former_slugs, restored=True)
        if _same(there, before):
            return None
        again = there.record.key == before.record.key
        what = ADDED_AGAIN if again else _ADDRESS_TAKEN
        return Conflict((id_, there_id), before.record.key, what)
    if there is None:
        return Conflict((id_,), left.record.key, "removed")
    return _change_back(id_, there_id, before, left, there)


def _take_out(
    id_: int, there_id: int, left: State | None, there: State | None
) -> Edit | Conflict | None:
    if left is None or there is None:
        return None
    if _same(there, left):
        return Edit(None, there_id)
    return Conflict((id_, there_id), left.record.key, _what_changed(there, left))


def _change_back(
    id_: int, there_id: int, before: State, left: State, there: State
) -> Edit | Conflict | None:
    """Put content, position and former slugs back, each where the revision changed it."""
    record, position, former_slugs = None, None, None
    if _is_other(left, before) and _is_other(there, before):
        if not _same(there, left):
            return Conflict((id_, there_id), left.record.key, _what_changed(there, left))
        record = before.record
    if before.position not in (left.position, there.position):
        if there.position != left.position:
            return Conflict((id_, there_id), left.record.key, "moved")
        position = before.position
    former = set(there.former_slugs).difference(set(left.former_slugs) - set(before.former_slugs))
    former |= set(before.former_slugs) - set(left.former_slugs)
    if former != set(there.former_slugs):
        former_slugs = tuple(sorted(former))
    if record is None and position is None and former_slugs is None:
        return None
    return Edit(record or there.record, there_id, position, former_slugs)


def _same(one: State, other: State) -> bool:
    """Whether two states have the same content; where they stand in the order is no part of it."""
    return publications.plain(one.record) == publications.plain(other.record)


def _is_other(one: State, other: State) -> bool:
    """Whether anything of the content differs, be it the order of the fields."""
    return not _same(one, other) or publications.digest(one.record) != publications.digest(
        other.record
    )


def _what_changed(there: State, left: State) -> str:
    names = differences(left.record, there.record) or ("slug",)
    more = f" and {len(names) - MAX_FIELDS} more" if len(names) > MAX_FIELDS else ""
    return f"{', '.join(names[:MAX_FIELDS])}{more} changed"


def _taken(connection: Transaction, edits: Sequence[Edit]) -> list[Conflict]:
    """The publications whose key, or whose address, another one has by now."""
    keys = Counter(edit.record.key for edit in edits if edit.record)
    restored = {
        edit.record.slug: edit.record.key for edit in edits if edit.record and edit.restored
    }
    edited = {edit.id for edit in edits}
    conflicts = {key: Conflict((), key, _KEY_TAKEN) for key, count in keys.items() if count > 1}
    for chunk in publications.chunks(list(keys)):
        for key, id_ in queries.ids_of_keys(connection, chunk).items():
            if id_ not in edited:
                conflicts[key] = Conflict((id_,), key, _KEY_TAKEN)
    for chunk in publications.chunks(list(restored)):
        for id_, slug in queries.all_leading_to(connection, chunk):
            if id_ not in edited:
                key = restored[slug]
                conflicts.setdefault(key, Conflict((id_,), key, _ADDRESS_TAKEN))
    return list(conflicts.values())


def _without_taken_redirects(connection: Transaction, edits: Sequence[Edit]) -> list[Edit]:
    """The edits, without former slugs that lead to other publications by now."""
    edited = {edit.id for edit in edits}
    wanted = [slug for edit in edits for slug in edit.former_slugs or ()]
    taken = {
        slug
        for chunk in publications.chunks(wanted)
        for id_, slug in queries.all_leading_to(connection, chunk)
        if id_ not in edited
    }
    return [
        replace(edit, former_slugs=tuple(slug for slug in edit.former_slugs if slug not in taken))
        if edit.former_slugs
        else edit
        for edit in edits
    ]
