"""The publications of the catalog as an import sees them: little of all, whole records of some."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from functools import cached_property

from ..records import Record
from ..store import publications, queries
from ..store.connections import Transaction
from ..store.slugs import unique_slug
from .duplicates import signs


@dataclass(frozen=True, slots=True)
class Known:
    """What a comparison needs of a publication."""

    id: int
    slug: str
    position: int
    digest: str
    version_of: str
    title: str
    doi: str
    arxiv: str
    pmid: str | None
    ids: str | None  # biblatex's field: further keys


class KnownPublications:
    """All publications by key, in the owner's order, on a connection that stays open."""

    def __init__(self, connection: Transaction) -> None:
        self._connection = connection
        self._loaded: dict[str, Record] = {}
        names = [field.name for field in dataclass_fields(Known)]
        rows = queries.columns_of_all(connection, names)
        self.by_key: dict[str, Known] = {row[0]: Known(*row[1:]) for row in rows}

    def records(self, keys: Iterable[str]) -> dict[str, Record]:
        """The whole records of these keys, in the order of the keys."""
        keys = list(keys)
        wanted = [self.by_key[key].id for key in keys if key not in self._loaded]
        self._loaded |= self._records(wanted)
        return {key: self._loaded[key] for key in keys}

    def akin(self, records: Iterable[Record], keys: Iterable[str]) -> Iterable[Record]:
        """The publications of these keys that may be works of the records."""
        wanted = {sign for record in records for sign in signs(record)}
        found = [key for key in keys if not wanted.isdisjoint(self._signs(self.by_key[key]))]
        return self._records([self.by_key[key].id for key in found], whole=False).values()

    def key_of_address(self, key: str) -> str | None:
        """The present key of the publication that had this one, by the address that it kept."""
        return self._keys_by_old_slug.get(unique_slug(key, ()))

    def former_slugs(self, new_keys: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """By old key, all that redirects to publications with new keys.

        What the new key would have made a slug is among it, so far as it is free.
        """
        before: dict[int, list[str]] = defaultdict(list)
        for slug, id_ in self._former_slugs.items():
            before[id_].append(slug)
        taken = {known.slug for known in self.by_key.values()} | self._former_slugs.keys()
        for old, new in new_keys.items():
            slug = unique_slug(new, ())
            if slug not in taken:
                taken.add(slug)
                before[self.by_key[old].id].append(slug)
        return {old: tuple(before[self.by_key[old].id]) for old in new_keys}

    @cached_property
    def _former_slugs(self) -> Mapping[str, int]:
        return queries.former_slugs(self._connection)

    @cached_property
    def _keys_by_old_slug(self) -> Mapping[str, str]:
        keys = {known.id: key for key, known in self.by_key.items()}
        slugs = {slug: keys[id_] for slug, id_ in self._former_slugs.items()}
        for key, known in self.by_key.items():
            if not known.slug.startswith(unique_slug(key, ())):
                slugs[known.slug] = key
        return slugs

    @staticmethod
    def _signs(known: Known) -> Iterator[tuple[str, str]]:
        return signs(Record("", "", known.title, doi=known.doi, arxiv=known.arxiv))

    def _records(self, ids: Sequence[int], whole: bool = True) -> dict[str, Record]:
        chunks = (
            publications.load(self._connection, ids, whole).values()
            for ids in publications.chunks(ids)
        )
        return {stored.record.key: stored.record for chunk in chunks for stored in chunk}
