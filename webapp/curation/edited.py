"""Publications that were edited in the browser, which the same file still names as before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from ..records import Record
from ..store import source_records
from ..store.connections import Transaction
from ..store.source_records import BROWSER, CITATION_KEY, FILE, MOVED, REMOVED, SourceRecord
from .comparison import names_another_work, titles_alike
from .known_publications import KnownPublications
from .new_works import record_of


class EditedPublications:
    """What an import must know of the publications that were edited in the browser."""

    def __init__(self, connection: Transaction, known: KnownPublications) -> None:
        self._keys: dict[str, str] = {}  # the present key, by the one that the file has
        self._stated: dict[str, Record] = {}  # what the file stated last, by present key
        self._removed: dict[str, str] = {}  # the same of removed ones, by the key that the file has
        self.moved: set[str] = set()  # the keys of those with another place in the order
        marks = source_records.of_source_by_publication(connection, BROWSER)
        if not marks:
            return
        keys = {entry.id: key for key, entry in known.by_key.items() if entry.id in marks}
        files = source_records.of_publications(connection, list(keys))
        for id_, key in keys.items():
            if MOVED in marks[id_].fields:
                self.moved.add(key)
            former = marks[id_].fields.get(CITATION_KEY, key)
            if former not in known.by_key:
                self._keys[former] = key
            for record in files[id_]:
                if record.source == FILE:
                    self._stated[key] = record_of(record)
        self._read_removed(connection, known, marks)

    def _read_removed(
        self, connection: Transaction, known: KnownPublications, marks: Mapping[int, SourceRecord]
    ) -> None:
        present = {entry.id for entry in known.by_key.values()}
        keys = {
            id_: mark.fields[CITATION_KEY]
            for id_, mark in marks.items()
            if REMOVED in mark.fields and id_ not in present
        }
        files = source_records.of_publications(connection, list(keys))
        for id_, key in keys.items():
            stated = [record for record in files[id_] if record.source != BROWSER]
            if stated and key not in known.by_key:
                self._removed[key] = record_of(stated[0]).title

    @property
    def present_keys(self) -> Mapping[str, str]:
        """The present key of each publication by the one that a file has, if they differ."""
        return self._keys

    @property
    def removed_keys(self) -> set[str]:
        """The keys that a file has of publications that an editor removed."""
        return set(self._removed)

    def removed_entries(self, entries: Sequence[Record], replacing: Collection[str]) -> list[int]:
        """Return the indexes of entries whose publication an editor removed.

        Those with a key in `replacing` are not among them.
        """
        return [
            index
            for index, entry in enumerate(entries)
            if entry.key in self._removed
            and entry.key not in replacing
            and titles_alike(self._removed[entry.key], entry.title)
        ]

    def with_present_keys(self, entries: Sequence[Record]) -> tuple[Record, ...]:
        """Return the entries, those under a key that an editor changed with the present one."""
        taken = {entry.key for entry in entries}
        return tuple(
            replace(entry, key=key)
            if (key := self._keys.get(entry.key)) and key not in taken
            else entry
            for entry in entries
        )

    def named_by(self, entries: Sequence[Record]) -> set[str]:
        """Return the keys whose entry is the work that the file stated last under them."""
        return {
            entry.key
            for entry in entries
            if entry.key in self._stated and not names_another_work(self._stated[entry.key], entry)
        }
