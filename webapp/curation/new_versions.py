"""Joining what a source adds with the other versions of the same works."""

from collections.abc import Iterable, Iterator

from ..records import Record
from .comparison import is_published
from .known_publications import KnownPublications
from .new_works import are_versions
from .versions import ProposedJoin, as_version, propose_joins


class NewVersions:
    """The records that a plan adds and changes, by key, of which some become versions of others.

    Only pairs with an added record are joined, so what the owner separated stays separated.
    """

    def __init__(
        self, known: KnownPublications, added: dict[str, Record], changed: dict[str, Record]
    ) -> None:
        """Prepare for `added` and `changed`, which the methods change."""
        self._known = known
        self._added = added
        self._changed = changed
        self._published_keys = {entry.version_of for entry in known.by_key.values()}

    def join_named(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Join pairs that the source names versions of one work: a key, and that of the other."""
        for key, named in pairs:
            if key == named or self._added.keys().isdisjoint((key, named)):
                continue
            version, main = self._whole(key), self._whole(named)
            if is_published(version) and not is_published(main):
                version, main = main, version
            if not (version.version_of or main.version_of or self._has_versions(version.key)):
                self._join(version.key, main.key)

    def join_alike(self) -> Iterator[ProposedJoin]:
        """Join preprints with the published version, and yield the pairs that need a decision."""
        alike = self._known.possible_duplicates(self._added.values(), self._known.by_key)
        records = {**{record.key: record for record in alike}, **self._changed, **self._added}
        for pair in propose_joins(list(records.values())):
            if self._added.keys().isdisjoint((pair.published, pair.other)):
                continue
            published, other = self._whole(pair.published), self._whole(pair.other)
            if self._has_versions(other.key) or not are_versions(published, other):
                yield pair
            else:
                self._join(other.key, published.key)

    def _join(self, key: str, published: str) -> None:
        record = as_version(self._whole(key), published)
        (self._added if key in self._added else self._changed)[key] = record

    def _has_versions(self, key: str) -> bool:
        records = (*self._added.values(), *self._changed.values())
        return key in self._published_keys or any(record.version_of == key for record in records)

    def _whole(self, key: str) -> Record:
        return self._added.get(key) or self._changed.get(key) or self._known.records([key])[key]
