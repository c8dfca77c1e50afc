"""File -> records -> plan (added, changed, unchanged, missing, rejected) -> one transaction."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from functools import partial
from pathlib import Path

from ..catalog import Catalog
from ..errors import UnreadableFileError
from ..formats import building, registry
from ..formats.reading import Problem
from ..records import Record
from ..store.connections import CatalogRevision, reading, revision_of, writing
from ..store.edits import Edit
from ..store.revisions import loaded_digest, set_loaded_digest
from . import merging
from .known import Known, KnownPublications
from .matching import Conflict, Matcher, Matching, NewKey
from .positions import new_positions
from .renaming import Renaming
from .versions import Likeness, likenesses


@dataclass(frozen=True, slots=True)
class Amendment:
    """A known publication that the file says something new of."""

    edit: Edit
    record: Record
    fields: tuple[str, ...]  # the names of what differs; "position" when it moved


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do."""

    revision: CatalogRevision  # of the catalog that it was made for
    known: int  # how many publications there were
    added: tuple[Edit, ...]
    changed: tuple[Amendment, ...]
    unchanged: int
    missing: tuple[Edit, ...]  # removals of what the file lacks: done only when asked
    missing_keys: tuple[str, ...]
    new_keys: tuple[NewKey, ...]  # publications that the files have under another key
    other_keys: tuple[NewKey, ...]  # the same where `new` is another one's key, so `old` stays
    conflicts: tuple[Conflict, ...]  # entries with the key of another work
    not_replaced: tuple[str, ...]  # keys to replace that no entry, or no publication, has
    not_removed: tuple[str, ...]  # keys that the files name, but with nothing that replaces them
    problems: tuple[tuple[str, Problem], ...]  # (file name, problem)
    likenesses: tuple[Likeness, ...]  # of what the files hold: proposals, nothing is done

    def edits(self, prune: bool) -> list[Edit]:
        """What to save; with `prune`, the missing are removed."""
        removed = {edit.id for edit in self.missing} if prune else set()
        changed = (amendment.edit for amendment in self.changed)
        kept = [edit for edit in changed if edit.id not in removed]
        return [*(self.missing if prune else ()), *kept, *self.added]


@dataclass(frozen=True, slots=True)
class Library:
    """What was read of one or more files, as one; keys are as written."""

    records: tuple[Record, ...]
    places: tuple[tuple[str, int], ...]  # of each record, the name of its file and its line
    formats: tuple[str, ...]  # of each record, the format of its file
    problems: tuple[tuple[str, Problem], ...]  # (file name, problem)
    empty: tuple[str, ...] = ()  # the files that gave no publication
    cut_short: tuple[tuple[str, int], ...] = ()  # files that end inside an entry, and its line


def read_files(
    files: Iterable[tuple[str, bytes]],
    limit: int,
    progress: Callable[[int, float], None] | None = None,
) -> Library:
    """Read files of (name, content), each of at most `limit` bytes. Raises UnreadableFileError.

    `progress` is called with the number of a file, from 0, and the share of it that is read.
    """
    records: list[Record] = []
    places: list[tuple[str, int]] = []
    formats: list[str] = []
    problems: list[tuple[str, Problem]] = []
    empty, cut_short = [], []
    for number, (name, data) in enumerate(files):
        if len(data) > limit:
            raise UnreadableFileError(
                f"{name}: larger than {limit >> 20} MB, the limit (setting import_limit_mb)."
            )
        try:
            found = registry.read(data, progress and partial(progress, number))
        except UnreadableFileError as error:
            raise UnreadableFileError(f"{name}: {error}") from None
        problems += [(name, problem) for problem in found.problems]
        records += found.records
        places += [(name, line) for line in found.lines]
        formats += [found.format] * len(found.records)
        empty += [] if found.records else [name]
        cut_short += [(name, found.cut_short)] if found.cut_short else []
    return Library(
        tuple(records), tuple(places), tuple(formats), tuple(problems),
        tuple(empty), tuple(cut_short),
    )  # fmt: skip


def make_plan(catalog: Catalog, library: Library, replacing: Collection[str] = ()) -> Plan:
    """Compare what was read with what is in the catalog; changes nothing.

    An entry takes the place of another work only if its key is in `replacing`.
    """
    with reading(catalog.database) as connection:
        known = KnownPublications(connection)
        written = _with_known_keys(library.records, known.by_key)
        matching = Matcher(written, library.formats, known.by_key, known.records, replacing).match()
        renaming = Renaming(known, matching, written, [name for name, _ in library.places])
        read = renaming.records(catalog.settings.joins)
        before = _before(known, matching, written, read)
        records = _merged(before, read, library.formats)
        added, changed = _edits(records, known, matching, before)
        missing, not_removed = _missing(known, matching, written, library)
        return Plan(
            revision=revision_of(connection),
            known=len(known.by_key),
            added=tuple(added),
            changed=(*changed, *_followers(known, renaming)),
            unchanged=len(records) - len(added) - len(changed),
            missing=tuple(Edit(None, known.by_key[key].id) for key in missing),
            missing_keys=tuple(missing),
            new_keys=tuple(matching.new_keys),
            other_keys=tuple(matching.other_keys),
            conflicts=tuple(matching.conflicts),
            not_replaced=tuple(
                sorted(set(replacing) - ({r.key for r in written} & set(known.by_key)))
            ),
            not_removed=tuple(not_removed),
            problems=(*library.problems, *_repeated_keys(library, matching)),
            likenesses=likenesses([*records, *known.akin(read, (*missing, *not_removed))]),
        )


def _with_known_keys(records: Sequence[Record], known: Mapping[str, Known]) -> list[Record]:
    """The records; keys that only BibTeX can hold are found again under what became of them."""
    became = {building.citation_key(key): key for key in known}
    return [
        record if record.key in known else replace(record, key=became.get(record.key, record.key))
        for record in records
    ]


def _before(
    known: KnownPublications, matching: Matching, written: Sequence[Record], read: Sequence[Record]
) -> dict[int, Record]:
    """By the number of an entry, the stored record that it may change."""
    keys = {
        index: key
        for index, key in enumerate(matching.known)
        if key is not None and not (index in matching.unchanged and read[index] is written[index])
    }
    stored = known.records(keys.values())
    return {index: stored[key] for index, key in keys.items()}


def _merged(
    before: Mapping[int, Record], read: Sequence[Record], formats: Sequence[str]
) -> list[Record]:
    """What becomes of each record: formats that hold less than BibTeX leave the rest as it is."""
    return [
        merging.merged(replace(before[index], key=record.key), record, formats[index])
        if index in before else record
        for index, record in enumerate(read)
    ]  # fmt: skip


def _missing(
    known: KnownPublications, matching: Matching, written: Sequence[Record], library: Library
) -> tuple[list[str], list[str]]:
    """The keys of what the files lack; apart, those that the files do name.

    The entry of such a key was rejected or is another work, so nothing says that it may go.
    """
    found = set(matching.known)
    named = {record.key for record in written}
    named |= {problem.key for _, problem in library.problems if problem.rejected}
    absent = [key for key in known.by_key if key not in found]
    return (
        [key for key in absent if key not in named],
        [key for key in absent if key in named],
    )


def _repeated_keys(library: Library, matching: Matching) -> Iterator[tuple[str, Problem]]:
    for index in matching.repeated:
        name, line = library.places[index]
        key = matching.keys[index]
        message = f"the key is taken by an entry of another file; this one is in as {key}"
        yield name, Problem(line, library.records[index].key, "duplicate-key", message)


def _followers(known: KnownPublications, renaming: Renaming) -> list[Amendment]:
    """What changes of publications beside the files: the key of which they are a version."""
    after = renaming.followers()
    before = known.records(after)
    return [
        Amendment(Edit(record, known.by_key[key].id), record, differences(before[key], record))
        for key, record in after.items()
    ]


def _edits(
    records: Sequence[Record],
    known: KnownPublications,
    matching: Matching,
    before: Mapping[int, Record],
) -> tuple[list[Edit], list[Amendment]]:
    """What is new, and what is new of what is known."""
    new_keys = {each.old: each.new for each in matching.new_keys}
    former_slugs = known.former_slugs(new_keys)
    positions = {new_keys.get(key, key): entry.position for key, entry in known.by_key.items()}
    places = new_positions([record.key for record in records], positions)
    added, changed = [], []
    for index, record in enumerate(records):
        key, place = matching.known[index], places.get(record.key)
        if key is None:
            added.append(Edit(record, position=place))
            continue
        names = differences(before[index], record) if index in before else ()
        names += ("position",) if place is not None else ()
        if names:
            edit = Edit(record, known.by_key[key].id, place, former_slugs.get(key))
            changed.append(Amendment(edit, record, names))
    return added, changed


def differences(before: Record, after: Record) -> tuple[str, ...]:
    """The names of what differs: attributes, and the entries of `fields` one by one."""
    names = [
        field.name
        for field in dataclass_fields(Record)
        if field.name not in ("slug", "fields", "source")
        and getattr(before, field.name) != getattr(after, field.name)
    ]
    for old, new in ((before.fields, after.fields), (before.source, after.source)):
        changed = (name for name in {**old, **new} if old.get(name) != new.get(name))
        names += [name for name in changed if name not in names]
    return tuple(names)


def carry_out(catalog: Catalog, plan: Plan, command: str, prune: bool = False) -> CatalogRevision:
    """Carry out a plan in one transaction. Raises CatalogChangedError when it is out of date."""
    return catalog.save(plan.edits(prune), command, expected=plan.revision)


def file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def note_loaded(catalog: Catalog, path: Path) -> None:
    """Remember that the owner's file is loaded as it is now."""
    with writing(catalog.database) as connection:
        set_loaded_digest(connection, file_digest(path))


def is_loaded(catalog: Catalog, path: Path) -> bool:
    """Whether the owner's file is what was loaded last."""
    with reading(catalog.database) as connection:
        return loaded_digest(connection) == file_digest(path)
