"""File -> records -> plan (added, changed, unchanged, missing, rejected) -> one transaction."""

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from pathlib import Path

from sqlalchemy import Connection, select, update

from . import store
from .catalog import Catalog
from .database import CatalogRevision, reading, revision_of, writing
from .formats import building, merging, registry
from .formats.reading import Problem, UnreadableFile
from .formats.same_work import signs
from .joining import Likeness, kept_joins, likenesses
from .models import CatalogState, Publication
from .records import Record
from .saving import POSITION_STEP, Edit
from .slugs import numbered

LIBRARY_FILE = "publications.bib"


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
    added: tuple[Edit, ...]
    changed: tuple[Amendment, ...]
    unchanged: int
    missing: tuple[Edit, ...]  # removals of what the file lacks: done only when asked
    missing_keys: tuple[str, ...]
    problems: tuple[tuple[str, Problem], ...]  # (file name, problem)
    likenesses: tuple[Likeness, ...]  # of what the files hold: proposals, nothing is done

    def edits(self, prune: bool) -> list[Edit]:
        """What to save; with `prune`, the missing are removed."""
        changed = [amendment.edit for amendment in self.changed]
        return [*(self.missing if prune else ()), *changed, *self.added]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the plan needs of a publication that is in the catalog."""

    id: int
    position: int
    digest: str
    version_of: str


@dataclass(frozen=True, slots=True)
class Library:
    """What was read of one or more files, as one: keys are unique, problems know their file."""

    records: tuple[Record, ...]
    problems: tuple[tuple[str, Problem], ...]  # (file name, problem)
    formats: tuple[str, ...]  # of each record, the format of its file


def read_files(
    files: Iterable[tuple[str, bytes]], limit: int, progress: Callable[[int], None] | None = None
) -> Library:
    """Read files of (name, content), each of at most `limit` bytes. Raises UnreadableFile."""
    records: dict[str, Record] = {}
    problems: list[tuple[str, Problem]] = []
    formats_of: list[str] = []
    for name, data in files:
        if len(data) > limit:
            raise UnreadableFile(
                f"{name}: larger than {limit >> 20} MB, the limit (setting import_limit_mb)."
            )
        try:
            reading_ = registry.read(data, progress)
        except UnreadableFile as error:
            raise UnreadableFile(f"{name}: {error}") from None
        problems += [(name, problem) for problem in reading_.problems]
        for record, line in zip(reading_.records, reading_.lines, strict=True):
            key = numbered(record.key, records)
            if key != record.key:
                message = f"the key is taken by an entry of another file; this one is in as {key}"
                problems.append((name, Problem(line, record.key, "duplicate-key", message)))
            records[key] = replace(record, key=key)
        formats_of += [reading_.format] * len(reading_.records)
    return Library(tuple(records.values()), tuple(problems), tuple(formats_of))


def make_plan(catalog: Catalog, library: Library) -> Plan:
    """Compare what was read with what is in the catalog; changes nothing."""
    with reading(catalog.database) as connection:
        revision = revision_of(connection)
        known = _known(connection)
        joined = {key: entry.version_of for key, entry in known.items() if entry.version_of}
        read = kept_joins(_with_known_keys(library, known), joined, catalog.settings.joins)
        keys = {record.key for record in read}
        missing = {key: entry.id for key, entry in known.items() if key not in keys}
        before = _differing(connection, read, known)
        others = _akin(connection, read, set(missing.values()))
    records = [
        merging.merged(before[record.key], record, format_) if record.key in before else record
        for record, format_ in zip(read, library.formats, strict=True)
    ]
    added, changed = _edits(records, known, before)
    return Plan(
        revision=revision,
        added=tuple(added),
        changed=tuple(changed),
        unchanged=len(records) - len(added) - len(changed),
        missing=tuple(Edit(None, id_) for id_ in missing.values()),
        missing_keys=tuple(missing),
        problems=library.problems,
        likenesses=likenesses([*records, *others]),
    )


def _with_known_keys(library: Library, known: Mapping[str, _Known]) -> list[Record]:
    """The records; keys that only BibTeX can hold are found again under what became of them."""
    became = {building.key_of(key): key for key in known}
    return [
        record if record.key in known else replace(record, key=became.get(record.key, record.key))
        for record in library.records
    ]


def _edits(
    records: Sequence[Record], known: Mapping[str, _Known], before: Mapping[str, Record]
) -> tuple[list[Edit], list[Amendment]]:
    """What is new, and what is new of what is known."""
    present = {key: entry.position for key, entry in known.items()}
    places = new_positions([record.key for record in records], present)
    added, changed = [], []
    for record in records:
        entry, place = known.get(record.key), places.get(record.key)
        if entry is None:
            added.append(Edit(record, position=place))
            continue
        names = differences(before[record.key], record) if record.key in before else ()
        names += ("position",) if place is not None else ()
        if names:
            changed.append(Amendment(Edit(record, entry.id, place), record, names))
    return added, changed


def _known(connection: Connection) -> dict[str, _Known]:
    columns = (getattr(Publication, name) for name in ("key", *_Known.__dataclass_fields__))
    rows = connection.execute(select(*columns))
    return {row.key: _Known(*row[1:]) for row in rows}


def _differing(
    connection: Connection, records: Sequence[Record], known: Mapping[str, _Known]
) -> dict[str, Record]:
    """By key, the stored records whose digest is not that of the new one."""
    ids = [
        known[record.key].id
        for record in records
        if record.key in known and known[record.key].digest != store.digest(record)
    ]
    return _loaded(connection, ids)


def _akin(connection: Connection, records: Iterable[Record], ids: set[int]) -> Iterable[Record]:
    """Of some publications in the catalog, those that may be works of the records."""
    if not ids:
        return ()
    wanted = {sign for record in records for sign in signs(record)}
    columns = (Publication.id, Publication.title, Publication.doi, Publication.arxiv)
    found = [
        row.id
        for row in connection.execute(select(*columns))
        if row.id in ids
        and not wanted.isdisjoint(signs(Record("", "", row.title, doi=row.doi, arxiv=row.arxiv)))
    ]
    return _loaded(connection, found, whole=False).values()


def _loaded(connection: Connection, ids: Sequence[int], whole: bool = True) -> dict[str, Record]:
    chunks = (store.load(connection, chunk, whole).values() for chunk in store.chunks(ids))
    return {stored.record.key: stored.record for chunk in chunks for stored in chunk}


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


def new_positions(order: Sequence[str], present: Mapping[str, int]) -> dict[str, int]:
    """The positions to give so that the keys stand in `order`, moving as few as possible.

    Those that keep their place are a longest ascending run of the present positions; the others
    are spread over the gaps between them, new ones at the end after everything there is.
    """
    staying = set(_longest_ascending([key for key in order if key in present], present))
    after_all = max(present.values(), default=0)
    places: dict[str, int] = {}
    run: list[str] = []
    lower: int | None = None
    for key in order:
        if key not in staying:
            run.append(key)
            continue
        if not _spread(run, lower, present[key], places):
            return {key: (n + 1) * POSITION_STEP for n, key in enumerate(order)}
        run, lower = [], present[key]
    places.update((key, after_all + (n + 1) * POSITION_STEP) for n, key in enumerate(run))
    return places


def _spread(run: Sequence[str], lower: int | None, upper: int, places: dict[str, int]) -> bool:
    """Place a run between two neighbours; False when there is no room for it."""
    if lower is None:
        lower = upper - (len(run) + 1) * POSITION_STEP
    step = (upper - lower) // (len(run) + 1)
    places.update((key, lower + (n + 1) * step) for n, key in enumerate(run))
    return step > 0 or not run


def _longest_ascending(keys: Sequence[str], value: Mapping[str, int]) -> list[str]:
    """The longest subsequence of keys with ascending values (patience sorting)."""
    tops: list[int] = []  # the smallest last value of an ascending run of each length
    ends: list[int] = []  # the key's index that gives it
    previous: list[int] = []
    for index, key in enumerate(keys):
        length = bisect_left(tops, value[key])
        tops[length : length + 1] = [value[key]]
        ends[length : length + 1] = [index]
        previous.append(ends[length - 1] if length else -1)
    run = []
    index = ends[-1] if ends else -1
    while index >= 0:
        run.append(keys[index])
        index = previous[index]
    return run[::-1]


def carry_out(catalog: Catalog, plan: Plan, command: str, prune: bool = False) -> CatalogRevision:
    """Do what the plan says in one transaction. Raises CatalogChanged when it is out of date."""
    return catalog.save(plan.edits(prune), command, expected=plan.revision)


def file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def note_loaded(catalog: Catalog, path: Path) -> None:
    """Remember that the owner's file is loaded as it is now."""
    with writing(catalog.database) as connection:
        connection.execute(update(CatalogState).values(loaded=file_digest(path)))


def is_loaded(catalog: Catalog, path: Path) -> bool:
    """Whether the owner's file is what was loaded last."""
    with reading(catalog.database) as connection:
        return connection.scalar(select(CatalogState.loaded)) == file_digest(path)
