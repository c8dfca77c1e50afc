"""The publications in the catalog, for an import: a summary of all, whole records on demand."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

from ..records import Record
from ..store import publications, queries
from ..store.connections import Transaction
from ..store.slugs import unique_slug
from .duplicates import features


@dataclass(frozen=True, slots=True)
class KnownPublication:
    """A summary of a publication, enough to compare it with others."""

    id: int
    slug: str
    position: int
    digest: str
    version_of: str
    title: str
    doi: str
    arxiv: str
    pmid: str | None
    ids: str | None  # further keys, from biblatex's field `ids`


class KnownPublications:
    """All publications by key, in the owner's order, read on a connection that stays open."""

    def __init__(self, connection: Transaction) -> None:
        self._connection = connection
        self._loaded: dict[str, Record] = {}
        names = [field.name for field in fields(KnownPublication)]
        rows = queries.columns_of_all(connection, names)
        self.by_key = {row[0]: KnownPublication(*row[1:]) for row in rows}

    def records(self, keys: Iterable[str]) -> dict[str, Record]:
        """Return the whole records for these keys, in the order of the keys."""
        keys = list(keys)
        wanted = [self.by_key[key].id for key in keys if key not in self._loaded]
        self._loaded |= self._records(wanted)
        return {key: self._loaded[key] for key in keys}

    def possible_duplicates(
        self, records: Iterable[Record], keys: Iterable[str]
    ) -> Iterable[Record]:
        """Return the publications with these keys that share a feature with one of the records."""
        wanted = {feature for record in records for feature in features(record)}
        ids = [known.id for known in map(self.by_key.__getitem__, keys)
               if not wanted.isdisjoint(_features(known))]  # fmt: skip
        return self._records(ids, whole=False).values()

    def current_key(self, key: str) -> str | None:
        """Return the current key of the publication that once had this key, found by its slug."""
        return self._keys_by_former_slug.get(unique_slug(key, ()))

    def former_slugs(self, new_keys: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """Return the slugs that will redirect to publications whose key changes, by old key.

        They include the slug that the new key would make, if it is free.
        """
        by_id: dict[int, list[str]] = defaultdict(list)
        for slug, id_ in self._former_slugs.items():
            by_id[id_].append(slug)
        taken = {known.slug for known in self.by_key.values()} | self._former_slugs.keys()
        for old, new in new_keys.items():
            slug = unique_slug(new, ())
            if slug not in taken:
                taken.add(slug)
                by_id[self.by_key[old].id].append(slug)
        return {old: tuple(by_id[self.by_key[old].id]) for old in new_keys}

    @cached_property
    def _former_slugs(self) -> Mapping[str, int]:
        return queries.former_slugs(self._connection)

    @cached_property
    def _keys_by_former_slug(self) -> Mapping[str, str]:
        keys = {known.id: key for key, known in self.by_key.items()}
        slugs = {slug: keys[id_] for slug, id_ in self._former_slugs.items()}
        for key, known in self.by_key.items():
            if not known.slug.startswith(unique_slug(key, ())):
                slugs[known.slug] = key
        return slugs

    def _records(self, ids: Sequence[int], whole: bool = True) -> dict[str, Record]:
        chunks = (
            publications.load(self._connection, ids, whole).values()
            for ids in publications.chunks(ids)
        )
        return {stored.record.key: stored.record for chunk in chunks for stored in chunk}


def _features(known: KnownPublication) -> Iterator[tuple[str, str]]:
    return features(Record("", "", known.title, doi=known.doi, arxiv=known.arxiv))
