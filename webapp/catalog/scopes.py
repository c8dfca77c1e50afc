"""Scopes: parts of the catalog with addresses of their own, in which everything works as in all.

DESIGN. A scope is a named list of the owner, a person or a selection of publications. It is one
more part of `Criteria`, so search, facets, exports and feeds need to know nothing of it: the
catalog asks the search engine for the subset that the scope stands for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ..config import Settings
from ..errors import DatabaseUnavailableError
from ..formats.keys import safe_key
from ..search.engine import Subset
from ..search.query import parse
from ..setting_types import NamedList
from ..store import queries
from ..store.connections import (
    CatalogRevision,
    Database,
    Transaction,
    reading,
    revision_of,
)
from .person_pages import PersonPages
from .selections import Selections, listed_slugs, make_address, rearranged

CACHED: Final = 128  # subsets of a revision; one of 500 publications takes 20 kB
Kind = Literal["people", "lists", "selection"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a list is limited to: the start of its address, and for a selection its slugs."""

    kind: Kind
    slug: str = ""  # of a person or a named list
    publications: tuple[str, ...] = ()  # slugs of a selection, in order
    missing: int = 0  # how many others its address names, which are no longer there
    address: str = ""  # a selection as addresses name it


class Scopes:
    """The scopes that the settings declare."""

    def __init__(self, settings: Settings, people: PersonPages) -> None:
        self.people = people
        self._lists = {named.slug: named for named in settings.lists}
        self._site_order = "newest" if settings.order == "newest" else "position"
        self._selections = Selections()
        self._cached: tuple[CatalogRevision, dict[Scope, Subset]] | None = None

    def declared(self) -> tuple[Scope, ...]:
        """Return the scopes that have pages for search engines: people and lists."""
        members = (Scope("people", member.page_slug) for member in self.people.members.all)
        authors = (Scope("people", page.slug) for page in self.people.of_authors())
        return (*members, *(Scope("lists", slug) for slug in self._lists), *authors)

    def named_list(self, slug: str) -> NamedList | None:
        """Return the named list with a slug; None if there is none."""
        return self._lists.get(slug)

    def selection(self, addresses: Iterable[str], database: Database) -> Scope:
        """Return the selection that addresses name, with present slugs in place of former ones."""
        selection = self._selections.find(addresses, database)
        return Scope("selection", "", selection.slugs, selection.missing, selection.address)

    def rearranged(self, scope: Scope, slug: str, way: str, database: Database) -> Scope:
        """Return a selection with one publication moved or left out, without missing ones."""
        names = rearranged(scope.publications, slug, way)
        return self.selection([make_address(names)], database)

    def selection_of(self, ids: Sequence[int], database: Database) -> Scope:
        """Return the selection of the publications with some ids."""
        return self.selection([make_address(listed_slugs(ids, database))], database)

    def has(self, scope: Scope) -> bool:
        """Return whether a scope exists. Any selection does."""
        if scope.kind == "people":
            return self.people.has(scope.slug)
        return scope.kind == "selection" or scope.slug in self._lists

    def order(self, scope: Scope | None) -> str:
        """Return the order of a list without words: "position" or one of criteria.SORTS."""
        if scope is None or scope.kind == "people":
            return self._site_order
        named = self._lists.get(scope.slug) if scope.kind == "lists" else None
        if named is None:
            return "position"
        return named.order or (self._site_order if named.search else "position")

    def subset(self, scope: Scope | None, database: Database) -> Subset | None:
        """Return the part of the catalog that a scope stands for; None for all of it."""
        if scope is None:
            return None
        if scope.kind == "people":
            return self.people.subset(scope.slug)
        try:
            with reading(database) as connection:
                revision = revision_of(connection)
                if self._cached is None or self._cached[0] != revision:
                    self._cached = (revision, {})
                subsets = self._cached[1]
                if known := subsets.get(scope):
                    return known
                subset = self._make_subset(scope, connection)
        except DatabaseUnavailableError:
            if self._cached and (known := self._cached[1].get(scope)):
                return known
            raise
        if len(subsets) >= CACHED:  # of selections, of which visitors make any number
            subsets.clear()
        subsets[scope] = subset
        return subset

    def _make_subset(self, scope: Scope, connection: Transaction) -> Subset:
        """Return the subset of a named list or a selection."""
        if scope.kind == "selection":
            slugs = scope.publications
            return Subset(also=_listed(queries.ids_of_slugs(connection, slugs), slugs))
        named = self._lists[scope.slug]
        keys = [safe_key(key) for key in (*named.also, *named.without)]
        ids = queries.ids_of_keys(connection, keys)
        query = parse(named.search) if named.search else None
        also, without = (_listed(ids, map(safe_key, keys)) for keys in (named.also, named.without))
        return Subset(query=query, also=also, without=without)


def _listed(ids: dict[str, int], names: Iterable[str]) -> tuple[int, ...]:
    """Return the ids of names in order, without those that have none."""
    return tuple(ids[name] for name in names if name in ids)
