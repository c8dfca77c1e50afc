"""Keys that an import changes, in what refers to them: `versionof`, and `joins` in site.toml."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..records import Record
from .known import Known, KnownPublications
from .matching import Matching
from .versions import as_version, kept_joins


class Renaming:
    """Where each key leads once the entries of an import have the keys that they get.

    `files` names the file of each record: the keys in a file mean its own entries first.
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
        self.present = {each.old: each.new for each in matching.new_keys}
        self._valid = (known.by_key.keys() - self.present.keys()) | set(matching.keys)
        self._in_file = {
            (file, record.key): key
            for file, record, key in zip(files, records, matching.keys, strict=True)
        }

    def key(self, key: str, file: str = "") -> str:
        """The key that a publication will have that is called `key`, in a file or anywhere."""
        if (file, key) in self._in_file:
            return self._in_file[file, key]
        if key in self.present or key in self._valid:
            return self.present.get(key, key)
        before = self._known.key_of_address(key)
        return self.present.get(before, before) if before else key

    def records(self, joins: Sequence[Sequence[str]]) -> list[Record]:
        """The records with their keys, and with the joins that the owner made elsewhere."""
        read = []
        for record, file, key in zip(self._records, self._files, self._matching.keys, strict=True):
            if record.key != key:
                record = replace(record, key=key)
            published = record.version_of and self.key(record.version_of, file)
            if published not in (record.version_of, key):
                record = as_version(record, published)
            read.append(record)
        joined = self._joined(self._known.by_key)
        return kept_joins(read, joined, [[self.key(key) for key in keys] for keys in joins])

    def _joined(self, known: Mapping[str, Known]) -> dict[str, str]:
        return {
            self.present.get(key, key): self.key(entry.version_of)
            for key, entry in known.items()
            if entry.version_of
        }

    def followers(self) -> dict[str, Record]:
        """The publications beside the files that are versions of one whose key changes, by key."""
        found = set(self._matching.known)
        keys = [
            key
            for key, entry in self._known.by_key.items()
            if entry.version_of in self.present and key not in found
        ]
        return {
            key: as_version(record, self.present[record.version_of])
            for key, record in self._known.records(keys).items()
        }
