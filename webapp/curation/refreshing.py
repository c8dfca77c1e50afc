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
from ..store.connections import CatalogRevision, Transaction, reading, revision_of
from ..store.edits import Edit
from ..store.slugs import numbered
from ..store.source_records import SourceRecord, file_record
from .differences import changed_fields
from .importing import Amendment
from .known_publications import KnownPublications
from .matching import Matcher
from .new_works import KnownNumbers, RemovedWorks, are_versions, is_same_work
from .three_way import Difference, merge_source
from .versions import ProposedJoin, as_version, propose_joins

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
    removed: list[Edit] = field(default_factory=list)  # of those, what pruning removes
    is_suspicious: bool = False  # the source has lost more than half of its works
    likenesses: tuple[ProposedJoin, ...] = ()
    sources: list[SourceRecord] = field(default_factory=list)

    def edits(self) -> list[Edit]:
        """Return the edits to save."""
        changes = [amendment.edit for amendment in self.changed]
        return [*self.removed, *changes, *map(Edit, self.added)]


def make_refresh_plan(
    catalog: Catalog,
    source: str,
    works: Sequence[Work],
    listed: Collection[str] | None = None,
    taking: Mapping[str, Collection[str]] = MappingProxyType({}),
    brings_back: bool = False,
    prunes: bool = False,
) -> RefreshPlan:
    """Compare the works of a source with the catalog and return what they would change.

    `listed` are the identifiers of all works that the source has, also those that could not be
    fetched; None if it is no complete list. `taking` names, by key, fields that are taken even if
    they were changed here. With `brings_back`, works that the owner removed are added again. With
    `prunes`, publications are removed that this source had alone, and has no longer.
    """
    with reading(catalog.database) as connection:
        plan = RefreshPlan(source, revision_of(connection))
        refresh = _Refresh(connection, plan, taking, brings_back)
        refresh.merge(works)
        if listed is not None:
            refresh.compare_list(listed, prunes)
    return plan


def carry_out(catalog: Catalog, plan: RefreshPlan, command: str) -> CatalogRevision:
    """Carry out a plan in one transaction and return the new revision.

    Raises CatalogChangedError if the catalog has changed since the plan was made.
    """
    return catalog.save(plan.edits(), command, expected=plan.revision, sources=plan.sources)


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
        self._current: dict[str, Record] = {}  # the merged records, by key

    def merge(self, works: Sequence[Work]) -> None:
        """Put each work into the plan."""
        keys = self._match(works)
        matched = [(work, key) for work, key in zip(works, keys, strict=True) if key]
        new = [work for work, key in zip(works, keys, strict=True) if not key]
        self._current = self._known.records(dict.fromkeys(key for _, key in matched))
        before = dict(self._current)
        self._capture_file(before)
        for work, key in matched:
            self._merge_work(work, key)
        self._add(new)
        for key, record in before.items():
            self._note_change(key, record)

    def _match(self, works: Sequence[Work]) -> list[str | None]:
        """Return the key of the publication that each work describes; None for a new one."""
        keys: list[str | None] = [self._key_by_identifier(work) for work in works]
        rest = [index for index, key in enumerate(keys) if key is None]
        # Keys are made from names and years, so an equal key is no evidence: these equal none.
        records = [replace(works[index].record, key=f"\n{index}") for index in rest]
        taken = set(filter(None, keys))
        known = {key: entry for key, entry in self._known.by_key.items() if key not in taken}
        formats = ["csl-json"] * len(records)
        matching = Matcher(records, formats, known, self._known.records).match()
        for index, key in zip(rest, matching.known, strict=True):
            keys[index] = key
        return keys

    def _key_by_identifier(self, work: Work) -> str | None:
        """Return the key of the publication that the source described under this identifier."""
        before = self._before.get(work.identifier)
        key = self._keys.get(before.publication_id) if before else None
        if key is None:
            return None
        known = self._known.records([key])[key]
        return key if is_same_work(known, work.record) else None

    def _merge_work(self, work: Work, key: str) -> None:
        id_ = self._known.by_key[key].id
        before = self._before.get(work.identifier)
        base = before if before and before.publication_id == id_ else None
        taking = self._taking.get(key, ())
        merged = merge_source(self._current[key], work.record, base, self._plan.source, taking)
        self._current[key] = merged.record
        self._plan.differences += merged.differences
        self._plan.sources.append(self._statement(work, key, id_))

    def _note_change(self, key: str, before: Record) -> None:
        after = self._current[key]
        if names := changed_fields(before, after):
            edit = Edit(after, self._known.by_key[key].id)
            self._plan.changed.append(Amendment(edit, after, names))
        else:
            self._plan.unchanged += 1

    def _capture_file(self, records: Mapping[str, Record]) -> None:
        """Remember publications of which no source had a word as what the owner's file says."""
        ids = {self._known.by_key[key].id: key for key in records}
        described = source_records.of_publications(self._connection, list(ids))
        self._plan.sources += [
            file_record(records[key], id_) for id_, key in ids.items() if id_ not in described
        ]

    def _statement(self, work: Work, key: str, id_: int = 0) -> SourceRecord:
        record = work.record
        fields = dict(record.source)
        return SourceRecord(self._plan.source, work.identifier, record.type, fields, key, id_)

    def _add(self, works: Sequence[Work]) -> None:
        """Put works that the catalog lacks into the plan: as additions, or why they are not."""
        removed = RemovedWorks(self._connection)
        numbers, new_numbers = KnownNumbers.of(self._known), KnownNumbers()
        taken = set(self._known.by_key)
        for work in works:
            record = work.record
            if key := new_numbers.key_of(record):  # the source has this work twice
                self._plan.sources.append(self._statement(work, key))
            elif key := numbers.key_of(record):
                known_title = self._known.by_key[key].title
                self._plan.doubts.append(Doubt(work.identifier, record.title, key, known_title))
            elif not self._brings_back and removed.has(self._plan.source, work):
                self._plan.left_out.append(record.title or work.identifier)
            else:
                key = numbered(record.key, taken)
                taken.add(key)
                new_numbers.add(key, record.doi, record.fields.get("pmid", ""))
                self._add_work(work, key)
        self._join_versions()

    def _add_work(self, work: Work, key: str) -> None:
        self._plan.added.append(replace(work.record, key=key))
        self._plan.sources.append(self._statement(work, key))
        if work.is_incomplete:
            self._plan.incomplete.append(key)

    def _join_versions(self) -> None:
        """Join what was added with the other version of the same work, and propose the rest."""
        added = {record.key: record for record in self._plan.added}
        alike = self._known.possible_duplicates(added.values(), self._known.by_key)
        records = {**{record.key: record for record in alike}, **self._current, **added}
        proposals = []
        for pair in propose_joins(list(records.values())):
            if added.keys().isdisjoint((pair.published, pair.other)):
                continue
            if pair.other in added and are_versions(records[pair.published], records[pair.other]):
                added[pair.other] = as_version(added[pair.other], pair.published)
            else:
                proposals.append(pair)
        self._plan.added = list(added.values())
        self._plan.likenesses = tuple(proposals)

    def compare_list(self, listed: Collection[str], prunes: bool) -> None:
        """Put the publications into the plan that the source had, but does not list any more."""
        present = {
            identifier: record.publication_id
            for identifier, record in self._before.items()
            if record.publication_id in self._keys
        }
        gone = {id_ for identifier, id_ in present.items() if identifier not in listed}
        gone -= {id_ for identifier, id_ in present.items() if identifier in listed}
        self._plan.gone = sorted(self._keys[id_] for id_ in gone)
        self._plan.is_suspicious = len(gone) > _MOST_LOST * len(set(present.values()))
        if prunes:
            described = source_records.of_publications(self._connection, sorted(gone))
            alone = [
                id_ for id_, records in described.items()
                if {record.source for record in records} == {self._plan.source}
            ]  # fmt: skip
            self._plan.removed = [Edit(None, id_) for id_ in alone]
