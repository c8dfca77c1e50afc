"""Editing one publication: changes of fields, each with the value that the editor had before.

DESIGN. Two editors may have a publication open. A change names its field, the value that was
loaded, and the new one. If the field still has the loaded value, the change is made; if it has the
new one already, there is nothing to do; anything else is a conflict that the editor decides. So
editors of different fields do not notice each other, and no value is overwritten unseen.

A field is named as in the BibTeX source; the entry type and the citation key are fields too.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ..catalog import Catalog
from ..errors import CatalogChangedError
from ..formats.entries import build
from ..formats.people.orcids import renumber
from ..records import Record
from ..store import publications, queries, revisions
from ..store.connections import CatalogRevision, Transaction, reading, revision_of
from ..store.edits import Edit
from ..store.source_records import CITATION_KEY
from .field_comparison import ENTRY_TYPE
from .versions import as_version

_ATTEMPTS: Final = 5  # at merging, while others keep saving
_MOST_REVISIONS: Final = 30  # in which the last change of a field is looked for


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A change of a field. "" stands for a field that the publication does not have."""

    name: str
    loaded: str
    value: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that was changed by another editor since it was loaded."""

    change: FieldChange
    present: str
    who: str = ""  # the editor; "" if the revision has none
    command: str = ""
    at: datetime | None = None  # None if the history does not go back so far


@dataclass(frozen=True, slots=True)
class Merge:
    """A publication with changes; those in conflict are not made."""

    record: Record
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of saving changes: a revision, or why nothing was saved."""

    record: Record | None = None  # as it is now; None if the publication was removed
    revision: CatalogRevision | None = None  # None if nothing was saved
    conflicts: tuple[Conflict, ...] = ()
    taken_key: str = ""  # the new citation key, if another publication has it


def fields_of(record: Record) -> dict[str, str]:
    """Return all fields of a record by name: key, type, and everything in its source."""
    return {CITATION_KEY: record.key, ENTRY_TYPE: record.type, **record.source}


def changes_between(loaded: Record, edited: Record) -> list[FieldChange]:
    """Return the changes that make `edited` of `loaded`."""
    before, after = fields_of(loaded), fields_of(edited)
    return [
        FieldChange(name, before.get(name, ""), after.get(name, ""))
        for name in {**before, **after}
        if before.get(name, "") != after.get(name, "")
    ]


def merge_changes(
    present: Record, changes: Iterable[FieldChange], order: Sequence[str] = ()
) -> Merge:
    """Return the publication with the changes made that its present fields allow.

    `order` has names of fields in the order of the editor; by default their order remains.
    """
    fields = fields_of(present)
    conflicts = []
    for change in changes:
        now = fields.get(change.name, "")
        if now not in (change.loaded, change.value):
            conflicts.append(Conflict(change, now))
        elif not change.value:
            fields.pop(change.name, None)
        else:
            fields[change.name] = change.value
    key, type_ = fields.pop(CITATION_KEY), fields.pop(ENTRY_TYPE)
    source = {name: fields[name] for name in (*order, *fields) if name in fields}
    if (key, type_, list(source.items())) == (present.key, present.type, [*present.source.items()]):
        return Merge(present, tuple(conflicts))
    record = build(key, type_, renumber(source, present)).record
    record = replace(record, slug=present.slug)
    return Merge(record, tuple(conflicts))


def save_changes(
    catalog: Catalog,
    id_: int,
    changes: Sequence[FieldChange],
    command: str,
    who: str,
    order: Sequence[str] = (),
) -> Outcome:
    """Merge changes into a publication and save it as one revision, unless there is a conflict.

    Raises CatalogChangedError if others saved something between each of five attempts.
    """
    for _ in range(_ATTEMPTS):
        with reading(catalog.database) as connection:
            revision = revision_of(connection)
            stored = publications.load(connection, [id_]).get(id_)
            if stored is None:
                return Outcome()
            merge = merge_changes(stored.record, changes, order)
            if merge.conflicts:
                return Outcome(stored.record, None, _explained(connection, id_, merge.conflicts))
            if merge.record is stored.record:
                return Outcome(stored.record)
            key = merge.record.key
            if queries.ids_of_keys(connection, [key]).get(key, id_) != id_:
                return Outcome(stored.record, taken_key=key)
            edits = [Edit(merge.record, id_), *_versions(connection, stored.record.key, key)]
        try:
            saved = catalog.save(edits, command, expected=revision, who=who)
        except CatalogChangedError:
            continue
        return Outcome(merge.record, saved)
    raise CatalogChangedError("Others are saving at the same time. Nothing was saved. Try again.")


def _versions(connection: Transaction, old: str, new: str) -> list[Edit]:
    """Return edits of the versions of a publication whose key changes, so that they name it."""
    if old == new:
        return []
    loaded = publications.load(connection, queries.ids_of_versions(connection, old))
    return [Edit(as_version(stored.record, new), stored.id) for stored in loaded.values()]


def _explained(
    connection: Transaction, id_: int, conflicts: Sequence[Conflict]
) -> tuple[Conflict, ...]:
    """Return the conflicts with who last changed each field, and when."""
    changed = _last_changes(connection, id_, {conflict.change.name for conflict in conflicts})
    origins = revisions.origins_of(connection, changed.values())
    explained = []
    for conflict in conflicts:
        number = changed.get(conflict.change.name)
        at, command, who = origins[number] if number else (None, "", "")
        explained.append(replace(conflict, at=at, command=command, who=who))
    return tuple(explained)


def _last_changes(connection: Transaction, id_: int, names: AbstractSet[str]) -> dict[str, int]:
    """Return the revisions that last changed some fields of a publication, by field."""
    changed: dict[str, int] = {}
    numbers = revisions.touching(connection, 0, [id_]).get(id_, [])
    for number in reversed(numbers[-_MOST_REVISIONS:]):
        before, after = (
            fields_of(state.record) if (state := states[id_]) else {}
            for states in revisions.states_around(connection, number, [id_])
        )
        for name in names - changed.keys():
            if before.get(name, "") != after.get(name, ""):
                changed[name] = number
        if len(changed) == len(names):
            break
    return changed
