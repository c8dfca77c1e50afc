"""The records of lists, from the cache or the database."""

from collections.abc import Sequence

from ..errors import DatabaseUnavailableError
from ..store import publications, versions
from ..store.connections import (
    CatalogRevision,
    Database,
    current_revision,
    last_revision,
    reading,
    revision_of,
)
from ..telemetry.timing import timed
from .choices import OwnerChoices
from .results import Listed, RecordCache


class ListedRecords:
    """Records as lists show them. The most recently used ones of a revision are cached."""

    def __init__(self, database: Database, choices: OwnerChoices) -> None:
        self._database = database
        self._choices = choices
        self._cache = RecordCache()

    def read(self, ids: Sequence[int]) -> list[Listed]:
        """Return the records with these ids, in this order, without deleted ones.

        Raises DatabaseUnavailableError while the database is away, if not all are known.
        """
        try:
            revision = current_revision(self._database)
        except DatabaseUnavailableError:
            known = self.known(ids)
            if len(known) < len(ids):
                raise
            return known
        records = self._cache.get(revision, ids)
        missing = [id_ for id_ in ids if id_ not in records]
        if missing:
            revision, read = self._load(missing)
            self._cache.put(revision, read)
            records.update(read)
        return [records[id_] for id_ in ids if id_ in records]

    def known(self, ids: Sequence[int]) -> list[Listed]:
        """Return those of some records that are cached at the last known revision, in order."""
        revision = last_revision(self._database)
        records = self._cache.get(revision, ids) if revision else {}
        return [records[id_] for id_ in ids if id_ in records]

    def _load(self, ids: Sequence[int]) -> tuple[CatalogRevision, dict[int, Listed]]:
        """Read records, and the revision that they are of."""
        with timed("database"), reading(self._database) as connection:
            revision = revision_of(connection)
            loaded = publications.load(connection, ids, whole=False)
            keys = [stored.record.key for stored in loaded.values()]
            others = versions.versions(connection, keys)
        apply = self._choices.apply
        return revision, {
            id_: Listed(
                id_,
                apply(stored.record),
                tuple(map(apply, others.get(stored.record.key, ()))),
            )
            for id_, stored in loaded.items()
        }
