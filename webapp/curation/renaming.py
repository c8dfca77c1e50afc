"""Renaming keys in what refers to them: fields such as `versionof`, and `joins` in site.toml."""

from collections.abc import Sequence
from dataclasses import replace

from ..formats.keys import safe_key
from ..records import Record
from .known_publications import KnownPublications
from .matching import Matching
from .versions import apply_joins, as_version

_PARENTS = ("crossref", "xref")  # fields with the key of the book around an entry, in its file


class Renaming:
    """The keys after an import, for keys as files and settings write them.

    `files` has the name of the file of each record: a key in a file refers first to an entry in
    the same file.
    """

    def __init__(
        self,
        known: KnownPublications,
        matching: Matching,
        records: Sequence[Record],
        files: Sequence[str],
    ) -> None:
        self._known = known
        self._matching = matching
        self._records = records
        self._files = files
        self._new_keys = {change.old: change.new for change in matching.new_keys}
        self._valid = (known.by_key.keys() - self._new_keys.keys()) | set(matching.keys)
        self._in_file = {
            (file, record.key): key
            for file, record, key in zip(files, records, matching.keys, strict=True)
        }

    def key(self, key: str, file: str = "") -> str:
        """Return the key after the import of the publication that `key` refers to, in a file."""
        if (file, key) in self._in_file:
            return self._in_file[file, key]
        if key in self._new_keys or key in self._valid:
            return self._new_keys.get(key, key)
        if (safe := safe_key(key)) in self._valid:
            return safe
        current = self._known.current_key(key)
        return self._new_keys.get(current, current) if current else key

    def records(self, joins: Sequence[Sequence[str]]) -> list[Record]:
        """Return the records with their new keys and joins, `joins` being those in site.toml."""
        renamed = []
        for record, file, key in zip(self._records, self._files, self._matching.keys, strict=True):
            if record.key != key:
                record = replace(record, key=key)
            published = record.version_of and self.key(record.version_of, file)
            if published not in (record.version_of, key):
                record = as_version(record, published)
            record = self._with_parents(record, file)
            renamed.append(record)
        stored = {
            self._new_keys.get(key, key): self.key(known.version_of)
            for key, known in self._known.by_key.items()
            if known.version_of
        }
        return apply_joins(renamed, stored, [[self.key(key) for key in keys] for keys in joins])

    def _with_parents(self, record: Record, file: str) -> Record:
        """Return the record with the keys of its parents: BibTeX inherits from what they name."""
        parents = {
            name: self._in_file[file, key]
            for name in _PARENTS
            if (file, (key := record.source.get(name, "").strip())) in self._in_file
            and self._in_file[file, key] != key
        }
        return replace(record, source={**record.source, **parents}) if parents else record

    def versions_elsewhere(self) -> dict[str, Record]:
        """Return, by key, the versions of renamed publications that are not in the files."""
        in_files = set(self._matching.known)
        keys = [
            key
            for key, known in self._known.by_key.items()
            if known.version_of in self._new_keys and key not in in_files
        ]
        return {
            key: as_version(record, self._new_keys[record.version_of])
            for key, record in self._known.records(keys).items()
        }
