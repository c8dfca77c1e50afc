"""Merging the owner's files into the catalog, where other sources may have a word too.

A publication that only files describe becomes what its entry says. One that another source, such
as ORCID, describes too, or that was edited in the browser, is merged by `three_way`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from ..records import Record
from ..store import source_records
from ..store.connections import Transaction
from ..store.source_records import BROWSER, FILE, SourceRecord, file_record
from .known_publications import KnownPublications
from .merging import meaning, merge
from .new_works import record_of
from .three_way import Difference, differences, merge_source


class FileMerge:
    """One import of files, for merging its entries. `matched` has the key of each, or None."""

    def __init__(
        self,
        connection: Transaction,
        known: KnownPublications,
        matched: Sequence[str | None],
        taking: Mapping[str, Collection[str]],
    ) -> None:
        self.differences: list[Difference] = []
        self.edited: list[Difference] = []  # fields that stay as they were edited in the browser
        self._theirs: dict[int, Record] = {}  # what the files say, by the id of a publication
        self._ids = {key: entry.id for key, entry in known.by_key.items()}
        self._matched = matched
        self._taking = taking
        self._elsewhere = source_records.ids_of_other_sources(connection)
        self._listed = source_records.ids_listed_elsewhere(connection)
        records = source_records.of_publications(connection, sorted(self._elsewhere))
        self._before: dict[int, SourceRecord] = {}
        self._services: dict[int, list[SourceRecord]] = defaultdict(list)
        self._edited: set[int] = set()
        for id_, of_publication in records.items():
            for record in of_publication:
                if record.source == FILE:
                    self._before[id_] = record
                elif record.source == BROWSER:
                    self._edited.add(id_)
                else:
                    self._services[id_].append(record)

    def merge(self, index: int, ours: Record, entry: Record, format_: str) -> Record:
        """Return a publication with the changes of an entry, which may have another key."""
        id_ = self._ids[self._matched[index] or ""]
        renamed = replace(ours, key=entry.key)
        if id_ not in self._elsewhere:
            return merge(renamed, entry, format_)
        base = self._before.get(id_)
        theirs = merge(record_of(base) if base else renamed, entry, format_)
        self._theirs[id_] = theirs
        base = base or self._first_base(id_, ours, theirs)
        taking = (*self._taking.get(ours.key, ()), *self._taking.get(entry.key, ()))
        merged = merge_source(renamed, theirs, base, FILE, taking, self._services[id_])
        self.differences += merged.differences
        if id_ in self._edited:
            stated = {difference.field for difference in merged.differences}
            rest = differences(merged.record, theirs, FILE)
            self.edited += [item for item in rest if item.field not in stated]
        return merged.record

    def _first_base(self, id_: int, ours: Record, theirs: Record) -> SourceRecord:
        """Return the base for a file that names a publication of services for the first time.

        The file's word replaces what services stated, but not what the owner changed here.
        """
        written = {meaning(name) for name in theirs.source}
        fields = {
            name: value
            for name, value in ours.source.items()
            if meaning(name) in written
            and any(record.fields.get(name) == value for record in self._services[id_])
        }
        type_ = "" if id_ in self._edited and not self._services[id_] else ours.type
        return file_record(replace(ours, type=type_, source=fields), id_)

    def not_taken(self, entries: Sequence[Record]) -> list[tuple[str, str]]:
        """Return the keys and fields to take that no entry has."""
        fields: dict[str, set[str]] = defaultdict(set)
        for key, entry in zip(self._matched, entries, strict=True):
            for name in (key or "", entry.key):
                fields[name] |= set(map(meaning, entry.source))
        return [
            (key, field)
            for key, names in self._taking.items()
            for field in names
            if meaning(field) not in fields[key]
        ]

    def removable(self, keys: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return, of keys that the files lack, those that may be pruned, and the others."""
        named = {key for key in keys if self._ids[key] in self._listed}
        return [key for key in keys if key not in named], [key for key in keys if key in named]

    def sources(self, entries: Sequence[Record]) -> Iterator[SourceRecord]:
        """Yield what the files say of the publications that other sources describe too."""
        for key, entry in zip(self._matched, entries, strict=True):
            id_ = self._ids[key] if key else 0
            if id_ in self._elsewhere:
                theirs = self._theirs.get(id_, entry)
                yield file_record(theirs, id_)
