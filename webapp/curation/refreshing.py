"""Bringing in what a service says: works -> plan -> one transaction.

A work becomes a change of the publication that it describes, an addition, or a line of the report.
The owner's changes stay: see `three_way`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from ..catalog import Catalog
from ..records import Record
from ..services.works import Work
from ..store import source_records
from ..store.connections import CatalogRevision, Transaction, reading, revision_of, writing
from ..store.edits import Edit
from ..store.slugs import numbered
from ..store.source_records import PRUNED, SourceRecord, file_record
from .differences import changed_fields
from .importing import Amendment
from .known_publications import KnownPublications
from .new_versions import NewVersions
from .new_works import (
    RemovedWorks,
    WorkFinder,
    features_of,
    features_of_known,
    has_very_different_title,
    record_of,
)
from .three_way import Difference, merge_source
from .versions import ProposedJoin

_MOST_LOST = 0.5  # of the works of a source: it is disturbed if more are gone


@dataclass(frozen=True, slots=True)
class Doubt:
    """A work that is neither merged nor added, because its number belongs to another work."""

    identifier: str
    title: str
    key: str  # of the publication with the same number
    known_title: str


@dataclass(slots=True)
class RefreshPlan:
    """The changes that the works of one source would make."""

    source: str
    revision: CatalogRevision  # of the catalog that the plan is for
    added: list[Record] = field(default_factory=list)
    changed: list[Amendment] = field(default_factory=list)
    unchanged: int = 0
    incomplete: list[str] = field(default_factory=list)  # keys
    differences: list[Difference] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # titles of works that the owner removed
    gone: list[str] = field(default_factory=list)  # keys of works that the source lacks now
    removed: list[str] = field(default_factory=list)  # of those, what pruning removes
    is_suspicious: bool = False  # the source has lost more than half of its works
    likenesses: tuple[ProposedJoin, ...] = ()
    removals: list[Edit] = field(default_factory=list)
    sources: list[SourceRecord] = field(default_factory=list)

    def edits(self) -> list[Edit]:
        """Return the edits to save."""
        changes = [amendment.edit for amendment in self.changed]
        return [*self.removals, *changes, *map(Edit, self.added)]


def make_refresh_plan(
    catalog: Catalog,
    source: str,
    works: Sequence[Work],
    listed: Collection[str] | None = None,
    *,
    taking: Mapping[str, Collection[str]] = MappingProxyType({}),
    brings_back: bool = False,
    prunes: bool = False,
    really: bool = False,
) -> RefreshPlan:
    """Compare the works of a source with the catalog and return what they would change.

    `listed` are the identifiers of all works that the source has, also those that could not be
    fetched; None if it is no complete list. `taking` names, by key, fields that are taken even if
    they were changed here. With `brings_back`, works that the owner removed are added again. With
    `prunes`, publications are removed that this source had alone, and has no longer; but if it has
    lost more than half of its works, only with `really`.
    """
    distinct = {work.identifier: work for work in reversed(works)}
    works = [work for work in works if distinct[work.identifier] is work]
    with reading(catalog.database) as connection:
        plan = RefreshPlan(source, revision_of(connection))
        refresh = _Refresh(connection, plan, taking, brings_back)
        refresh.merge(works)
        if listed is not None:
            refresh.compare_list({*listed, *distinct}, prunes, really)
    return plan


def carry_out(catalog: Catalog, plan: RefreshPlan, command: str) -> CatalogRevision:
    """Carry out a plan in one transaction and return the new revision.

    Raises CatalogChangedError if the catalog has changed since the plan was made.
    """
    return catalog.save(plan.edits(), command, expected=plan.revision, sources=plan.sources)


def note_answer(catalog: Catalog, source: str, works: int, not_fetched: int) -> None:
    """Record that a source answered, for operators."""
    with writing(catalog.database) as connection:
        source_records.note_answer(connection, source, works, not_fetched)


class _Refresh:
    """One comparison of a source with the catalog, which fills a plan."""

    def __init__(
        self,
        connection: Transaction,
        plan: RefreshPlan,
        taking: Mapping[str, Collection[str]],
        brings_back: bool,
    ) -> None:
        self._connection = connection
        self._plan = plan
        self._taking = taking
        self._brings_back = brings_back
        self._known = KnownPublications(connection)
        self._keys = {entry.id: key for key, entry in self._known.by_key.items()}
        self._before = source_records.of_source(connection, plan.source)
        self._finder = WorkFinder(self._known.records)
        for key, entry in self._known.by_key.items():
            self._finder.add(key, features_of_known(entry))
        self._current: dict[str, Record] = {}  # the merged records, by key
        self._elsewhere: dict[int, list[SourceRecord]] = {}  # what sources stated, by id

    def merge(self, works: Sequence[Work]) -> None:
        """Put each work into the plan."""
        matched, new = self._match(works)
        before = self._known.records(dict.fromkeys(key for _, key in matched))
        self._current = dict(before)
        ids = [self._known.by_key[key].id for key in before]
        self._elsewhere = source_records.of_publications(self._connection, ids)
        self._capture_file(before)
        for work, key in matched:
            self._merge_work(work, key)
        self._add(new)
        self._join_versions(works)
        for key, record in self._current.items():
            self._note_change(self._known.records([key])[key], record)

    def _match(self, works: Sequence[Work]) -> tuple[list[tuple[Work, str]], list[Work]]:
        """Return the works of known publications with their keys, and the new works.

        A work with the number of a publication, but a very different title, is neither.
        """
        matched, new = [], []
        described = (before.publication_id for before in self._before.values())
        self._known.records(self._keys[id_] for id_ in described if id_ in self._keys)
        for work in works:
            before = self._before.get(work.identifier)
            key = self._keys.get(before.publication_id) if before else None
            key = key or self._finder.find(work.record) or self._finder.with_number(work.record)
            if key is None:
                new.append(work)
            elif self._is_another_work(key, work, before):
                known_title = self._known.by_key[key].title
                self._plan.doubts.append(
                    Doubt(work.identifier, work.record.title, key, known_title)
                )
            else:
                matched.append((work, key))
        return matched, new

    def _is_another_work(self, key: str, work: Work, before: SourceRecord | None) -> bool:
        """Return whether a work has a very different title from the publication with its number.

        If the owner has changed the title, the one that the source had before counts as well.
        """
        if "title" in self._taking.get(key, ()):
            return False
        known = [self._known.records([key])[key]]
        if before and before.publication_id == self._known.by_key[key].id:
            known.append(record_of(before))
        return all(has_very_different_title(record, work.record) for record in known)

    def _merge_work(self, work: Work, key: str) -> None:
        id_ = self._known.by_key[key].id
        before = self._before.get(work.identifier)
        base = before if before and before.publication_id == id_ else None
        merged = merge_source(
            self._current[key],
            work.record,
            base,
            self._plan.source,
            self._taking.get(key, ()),
            self._elsewhere.get(id_, ()),
        )
        self._current[key] = merged.record
        self._plan.differences += merged.differences
        self._plan.sources.append(self._statement(work, key, id_))

    def _note_change(self, before: Record, after: Record) -> None:
        if names := changed_fields(before, after):
            edit = Edit(after, self._known.by_key[before.key].id)
            self._plan.changed.append(Amendment(edit, after, names))
        else:
            self._plan.unchanged += 1

    def _capture_file(self, records: Mapping[str, Record]) -> None:
        """Remember publications of which no source had a word as what the owner's file says."""
        for key, record in records.items():
            id_ = self._known.by_key[key].id
            if not self._elsewhere.get(id_):
                self._plan.sources.append(file_record(record, id_))

    def _statement(self, work: Work, key: str, id_: int = 0) -> SourceRecord:
        kind, fields = work.record.type, dict(work.record.source)
        return SourceRecord(self._plan.source, work.identifier, kind, fields, key, id_)

    def _add(self, works: Sequence[Work]) -> None:
        """Put works that the catalog lacks into the plan: as additions, or why they are not."""
        removed = RemovedWorks(self._connection)
        added: dict[str, Record] = {}
        finder = WorkFinder(lambda keys: {key: added[key] for key in keys})
        taken = set(self._known.by_key)
        for work in works:
            if key := finder.find(work.record):  # the source has this work twice
                self._plan.sources.append(self._statement(work, key))
            elif key := finder.with_number(work.record):
                doubt = Doubt(work.identifier, work.record.title, key, added[key].title)
                self._plan.doubts.append(doubt)
            elif not self._brings_back and removed.has(self._plan.source, work):
                self._plan.left_out.append(work.record.title or work.identifier)
            else:
                key = numbered(work.record.key, taken)
                taken.add(key)
                added[key] = replace(work.record, key=key)
                finder.add(key, features_of(work.record))
                self._plan.sources.append(self._statement(work, key))
                self._plan.incomplete += [key] if work.is_incomplete else []
        self._plan.added = list(added.values())

    def _join_versions(self, works: Sequence[Work]) -> None:
        """Join what was added with the other version of the same work, and propose the rest."""
        keys = {record.identifier: record.key for record in self._plan.sources if record.key}
        pairs = [
            (keys[work.identifier], other)
            for work in works
            if work.identifier in keys
            for name in work.versions
            if (other := keys.get(name) or self._finder.with_identifier(name))
        ]
        added = {record.key: record for record in self._plan.added}
        joins = NewVersions(self._known, added, self._current)
        joins.join_named(pairs)
        self._plan.likenesses = tuple(joins.join_alike())
        self._plan.added = list(added.values())

    def compare_list(self, listed: Collection[str], prunes: bool, really: bool) -> None:
        """Put the publications into the plan that the source had, but does not list any more."""
        present = {n: r for n, r in self._before.items() if r.publication_id in self._keys}
        ids = {record.publication_id for record in present.values()}
        ids_before = {record.publication_id for record in present.values() if record.is_listed}
        ids_now = {record.publication_id for name, record in present.items() if name in listed}
        ids_now |= {record.publication_id for record in self._plan.sources}
        gone = sorted(ids - ids_now)
        self._plan.gone = sorted(self._keys[id_] for id_ in gone)
        lost = len(ids_before - ids_now)
        self._plan.is_suspicious = not really and lost > _MOST_LOST * len(ids_before)
        if self._plan.is_suspicious:
            return
        stated = {record.identifier for record in self._plan.sources}
        self._plan.sources += [
            replace(record, is_listed=name in listed)
            for name, record in present.items()
            if name not in stated and record.is_listed != (name in listed)
        ]
        if prunes:
            self._prune(gone)

    def _prune(self, gone: Sequence[int]) -> None:
        """Remove what no other source lists. What was pruned and restored by the owner stays."""
        described = source_records.of_publications(self._connection, gone)
        alone = [
            id_
            for id_ in gone
            if not any(
                record.source == PRUNED or (record.is_listed and record.source != self._plan.source)
                for record in described.get(id_, ())
            )
        ]
        self._plan.sources += [
            SourceRecord(PRUNED, "", "", {}, publication_id=id_, is_listed=False) for id_ in alone
        ]
        self._plan.removals = [Edit(None, id_) for id_ in alone]
        self._plan.removed = [self._keys[id_] for id_ in alone]
