"""Importing: files -> records -> plan (added, changed, missing, rejected) -> one transaction."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ..catalog import Catalog
from ..formats.keys import safe_key
from ..formats.reading import Problem
from ..records import Record
from ..store.connections import CatalogRevision, reading, revision_of
from ..store.edits import Edit
from ..store.source_records import SourceRecord
from .checks import absent_files
from .differences import changed_fields
from .edited import EditedPublications
from .file_merge import FileMerge
from .known_publications import KnownPublications
from .library import Library
from .matching import KeyConflict, Matcher, Matching, NewKey
from .positions import new_positions
from .renaming import Renaming
from .three_way import Difference
from .versions import ProposedJoin, propose_joins


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change to a publication in the catalog."""

    edit: Edit
    record: Record
    fields: tuple[str, ...]  # the names of what differs; "position" if it moves


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes that an import would make. `octavo import --json` prints these names."""

    revision: CatalogRevision  # of the catalog that the plan is for
    known: int  # the number of publications in the catalog
    added: tuple[Edit, ...]
    changed: tuple[Amendment, ...]
    unchanged: int
    missing: tuple[Edit, ...]  # removals of publications that the files lack, for --prune
    missing_keys: tuple[str, ...]
    new_keys: tuple[NewKey, ...]  # publications that the files have under another key
    other_keys: tuple[NewKey, ...]  # the same, but `new` is taken, so `old` remains
    conflicts: tuple[KeyConflict, ...]  # entries with the key of another work
    not_replaced: tuple[str, ...]  # keys to replace that no entry or no publication has
    removed_here: tuple[str, ...]  # keys of entries that an editor removed: left out
    not_removed: tuple[str, ...]  # keys of rejected entries or other works: not pruned
    problems: tuple[tuple[str, Problem], ...]  # (file name, problem)
    likenesses: tuple[ProposedJoin, ...]  # possible duplicates in the files
    differences: tuple[Difference, ...]  # fields that the files changed, but others too: not taken
    not_taken: tuple[tuple[str, str], ...]  # keys and fields to take that the files lack
    edited: tuple[Difference, ...]  # fields that the files have otherwise than the browser
    named_elsewhere: tuple[str, ...]  # keys that the files lack, but another source has: not pruned
    sources: tuple[SourceRecord, ...]  # to save: what the files say of what other sources have

    def edits(self, prune: bool) -> list[Edit]:
        """Return the edits to save, with `prune` including removals of missing publications."""
        removals = self.missing if prune else ()
        removed = {edit.id for edit in removals}
        changes = (amendment.edit for amendment in self.changed)
        return [*removals, *(edit for edit in changes if edit.id not in removed), *self.added]


def make_plan(
    catalog: Catalog,
    library: Library,
    replacing: Collection[str] = (),
    taking: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Plan:
    """Compare files with the catalog and return what importing them would change.

    An entry replaces another work with the same key only if its key is in `replacing`. `taking`
    names, by key, the fields that are taken from the files even if they were changed here.
    """
    with reading(catalog.database) as connection:
        known = KnownPublications(connection)
        edited = EditedPublications(connection, known)
        replacing = {key if key in known.by_key else safe_key(key) for key in replacing}
        removed = edited.removed_entries(library.records, replacing)
        removed_keys = tuple(library.records[index].key for index in removed)
        added_again = edited.removed_keys & replacing
        library = library.without(removed)
        written = edited.with_present_keys(library.records)
        same_works = {*replacing, *edited.named_by(written)}
        matching = Matcher(
            written, library.formats, known.by_key, known.records, same_works
        ).match()
        renaming = Renaming(known, matching, written, [name for name, _ in library.locations])
        renamed = renaming.records(catalog.settings.joins)
        before = _before(known, matching, written, renamed)
        file = FileMerge(connection, known, matching.known, taking)
        records = [
            file.merge(index, before[index], record, library.formats[index])
            if index in before else record
            for index, record in enumerate(renamed)
        ]  # fmt: skip
        added, changed = _edits(records, known, matching, before, edited.moved)
        absent, not_removed = _missing(known, matching, written, library)
        missing, named_elsewhere = file.removable(absent)
        return Plan(
            revision=revision_of(connection),
            known=len(known.by_key),
            added=tuple(added),
            changed=(*changed, *_versions_elsewhere(known, renaming)),
            unchanged=len(records) - len(added) - len(changed),
            missing=tuple(Edit(None, known.by_key[key].id) for key in missing),
            missing_keys=tuple(missing),
            new_keys=tuple(matching.new_keys),
            other_keys=tuple(matching.other_keys),
            conflicts=tuple(matching.conflicts),
            not_replaced=tuple(
                sorted(replacing - added_again - ({r.key for r in written} & set(known.by_key)))
            ),
            removed_here=removed_keys,
            not_removed=tuple(not_removed),
            problems=(
                *library.problems,
                *_repeated_keys(library, matching),
                *_absent_files(catalog, library),
            ),
            likenesses=propose_joins(
                [*records, *known.possible_duplicates(renamed, (*absent, *not_removed))]
            ),
            differences=tuple(file.differences),
            not_taken=tuple(file.not_taken(renamed)),
            edited=tuple(file.edited),
            named_elsewhere=tuple(named_elsewhere),
            sources=tuple(file.sources(renamed)),
        )


def _before(
    known: KnownPublications,
    matching: Matching,
    written: Sequence[Record],
    renamed: Sequence[Record],
) -> dict[int, Record]:
    """Return, by the index of an entry, the stored record that it may change."""
    keys = {
        index: key
        for index, key in enumerate(matching.known)
        if key is not None
        and not (index in matching.unchanged and renamed[index] is written[index])
    }
    stored = known.records(keys.values())
    return {index: stored[key] for index, key in keys.items()}


def _missing(
    known: KnownPublications, matching: Matching, written: Sequence[Record], library: Library
) -> tuple[list[str], list[str]]:
    """Return the keys that the files lack and, separately, those that they still mention.

    A mentioned key belongs to a rejected entry or to another work, so pruning must leave it.
    """
    matched = set(matching.known)
    mentioned = {record.key for record in written}
    mentioned |= {safe_key(problem.key) for _, problem in library.problems if problem.rejected}
    absent = [key for key in known.by_key if key not in matched]
    return (
        [key for key in absent if key not in mentioned],
        [key for key in absent if key in mentioned],
    )


def _repeated_keys(library: Library, matching: Matching) -> Iterator[tuple[str, Problem]]:
    for index in matching.repeated:
        name, line = library.locations[index]
        key = matching.keys[index]
        message = f"an entry in another file has this key; this one is imported as {key}"
        yield name, Problem(line, library.records[index].key, "duplicate-key", message)


def _absent_files(catalog: Catalog, library: Library) -> Iterator[tuple[str, Problem]]:
    for record, (name, line) in zip(library.records, library.locations, strict=True):
        yield from ((name, problem) for problem in absent_files(catalog, record, line))


def _versions_elsewhere(known: KnownPublications, renaming: Renaming) -> list[Amendment]:
    """Return the changes to versions that are not in the files, but whose published key changes."""
    after = renaming.versions_elsewhere()
    before = known.records(after)
    return [
        Amendment(Edit(record, known.by_key[key].id), record, changed_fields(before[key], record))
        for key, record in after.items()
    ]


def _edits(
    records: Sequence[Record],
    known: KnownPublications,
    matching: Matching,
    before: Mapping[int, Record],
    moved: Collection[str],
) -> tuple[list[Edit], list[Amendment]]:
    """Return the additions and the changes of publications in the catalog.

    Those with a key in `moved` stay where an editor put them.
    """
    new_keys = {change.old: change.new for change in matching.new_keys}
    former_slugs = known.former_slugs(new_keys)
    present = {new_keys.get(key, key): entry.position for key, entry in known.by_key.items()}
    staying = {new_keys.get(key, key) for key in moved}
    order = [record.key for record in records if record.key not in staying]
    positions = new_positions(order, present)
    added, changed = [], []
    for index, record in enumerate(records):
        key, position = matching.known[index], positions.get(record.key)
        if key is None:
            added.append(Edit(record, position=position))
            continue
        names = changed_fields(before[index], record) if index in before else ()
        names += ("position",) if position is not None else ()
        if names:
            edit = Edit(record, known.by_key[key].id, position, former_slugs.get(key))
            changed.append(Amendment(edit, record, names))
    return added, changed


def carry_out(catalog: Catalog, plan: Plan, command: str, prune: bool = False) -> CatalogRevision:
    """Carry out a plan in one transaction and return the new revision.

    Raises CatalogChangedError if the catalog has changed since the plan was made.
    """
    edits = plan.edits(prune)
    return catalog.save(edits, command, expected=plan.revision, sources=plan.sources)
