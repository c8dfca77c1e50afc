"""The catalog as harvesters see it: lists of changes, and sets of the settings.

DESIGN. Types and years are columns of an item. Who belongs to a person or a named list is known to
the search index only, so these memberships are written to the database after the index was brought
up to date (`update_sets`), and items that enter or leave a set change. A harvester therefore never
sees an item that is in a set by its header and not in the list of the set.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from ..config import Settings
from ..errors import DatabaseLockedError, IndexUnavailableError
from ..records import Record, type_label
from ..search.engine import SearchEngine, SearchRequest
from ..search.query import parse
from ..store import harvest, harvest_lists, publications, versions
from ..store.connections import Database, Transaction, reading, revision_of, writing
from ..store.harvest_lists import Followed, Item, Place, Wanted
from ..store.publications import Stored
from .choices import OwnerChoices
from .scopes import Scope, Scopes

PERSON: Final = "person:"
LIST: Final = "list:"
WHOLES: Final = {
    "type": "By type of publication",
    "year": "By year",
    "person": "By person",
    "list": "By list",
}
# What reading a row can raise that Octavo did not write.
_UNREADABLE: Final = (AttributeError, LookupError, TypeError, ValueError)
_EVERYTHING: Final = 10_000_000  # publications: more than in any catalog


class Harvested(NamedTuple):
    """An item of a list. `stored` and `versions` are there if it is to be described.

    A deleted item has no `stored`, nor has one whose row cannot be read.
    """

    item: Item
    slug: str = ""
    stored: Stored | None = None
    versions: tuple[Record, ...] = ()


class Changes(NamedTuple):
    """A page of a list of changes."""

    items: list[Harvested]
    remaining: int  # items from the first of these on
    is_last: bool


class Harvest:
    """Answers harvesters from the database, and keeps the sets of items there."""

    def __init__(
        self,
        database: Database,
        search: SearchEngine,
        settings: Settings,
        choices: OwnerChoices,
        scopes: Scopes,
    ) -> None:
        self._database = database
        self._search = search
        self._settings = settings
        self._choices = choices
        self._scopes = scopes

    def changes(
        self, wanted: Wanted, after: Place | None, limit: int, *, described: bool = False
    ) -> Changes:
        """Return the next changes after a place, the earliest first."""
        with reading(self._database) as connection:
            found = harvest_lists.items(connection, wanted, after, limit + 1)
            remaining = harvest_lists.count(connection, wanted, after)
            items = _load(connection, found[:limit], described)
        return Changes(items, remaining, len(found) <= limit)

    def item(self, id_: int, *, described: bool = False) -> Harvested | None:
        """Return an item by its id; None if harvesters never saw it."""
        with reading(self._database) as connection:
            found = harvest_lists.item(connection, id_)
            return _load(connection, [found], described)[0] if found else None

    def times(self) -> tuple[datetime, datetime]:
        """Return the time of the first change and the present one, in whole seconds."""
        with reading(self._database) as connection:
            return harvest_lists.earliest(connection), harvest.clock(connection)

    def sets(self) -> list[tuple[str, str]]:
        """Return the sets, each with its name; a whole comes before its parts."""
        with reading(self._database) as connection:
            types, years = harvest_lists.present_sets(connection)
        parts = {
            "type": [(kind, type_label(kind)) for kind in types],
            "year": [(str(year), str(year)) for year in years],
            "person": [(m.page_slug, m.name) for m in self._choices.members.all],
            "list": [(named.slug, named.title) for named in self._settings.lists],
        }
        return [
            row
            for whole, rows in parts.items()
            if rows
            for row in [(whole, WHOLES[whole]), *((f"{whole}:{end}", name) for end, name in rows)]
        ]

    def update_sets(self) -> bool:
        """Write who belongs to the people and lists of the settings; return whether that changed.

        Does nothing while the index is not at the revision of the database, or while another
        process writes: after what that saves, the index is updated, and then this is called again.
        """
        if not self._settings.oai:
            return False
        try:
            return self._update_sets()
        except DatabaseLockedError:
            return False

    def _update_sets(self) -> bool:
        harvest.stamp_pending(self._database)
        revision = self._search.revision or ""
        follow = self._follow(revision)
        with reading(self._database) as connection:
            if harvest_lists.followed(connection) == follow:
                return False
        try:
            sets = {spec: self._search.search(request).ids for spec, request in self._requests()}
        except IndexUnavailableError:
            return False
        with writing(self._database) as connection:
            if str(revision_of(connection)) != revision:
                return False
            harvest_lists.replace_memberships(connection, sets, follow)
        harvest.stamp(self._database)
        return True

    def _requests(self) -> list[tuple[str, SearchRequest]]:
        """Return the searches for the items of each set."""
        people = [(PERSON, Scope("people", m.page_slug)) for m in self._choices.members.all]
        named = [(LIST, Scope("lists", named.slug)) for named in self._settings.lists]
        return [
            (
                f"{start}{scope.slug}",
                SearchRequest(
                    parse(""),
                    limit=_EVERYTHING,
                    subset=self._scopes.subset(scope, self._database),
                ),
            )
            for start, scope in (*people, *named)
        ]

    def _follow(self, revision: str) -> Followed:
        """Return what memberships of a revision follow with the present settings."""
        settings = self._settings
        state = f"{revision} {_hash(settings.lists)}"
        members = self._choices.members.fingerprint
        return Followed(state, members, _hash(settings.public_fields))


def _load(connection: Transaction, items: Sequence[Item], described: bool) -> list[Harvested]:
    """Return items, with their records and the versions of these if they are to be described."""
    if not described:
        return list(map(Harvested, items))
    ids = [item.id for item in items if not item.is_deleted]
    slugs = harvest_lists.slugs_of(connection, ids)
    stored = _stored(connection, ids)
    others = _versions(connection, [found.record.key for found in stored.values()])
    return [
        Harvested(
            item,
            slugs.get(item.id, ""),
            found := stored.get(item.id),
            others.get(found.record.key, ()) if found else (),
        )
        for item in items
    ]


def _stored(connection: Transaction, ids: Sequence[int]) -> dict[int, Stored]:
    """Return publications by id, without those whose rows cannot be read."""
    try:
        return publications.load(connection, ids, whole=False)
    except _UNREADABLE:
        if len(ids) == 1:
            return {}
    return {id_: stored for one in ids for id_, stored in _stored(connection, [one]).items()}


def _versions(connection: Transaction, keys: Sequence[str]) -> dict[str, tuple[Record, ...]]:
    """Return the versions of publications by their keys, without those that cannot be read."""
    try:
        return versions.versions(connection, keys)
    except _UNREADABLE:
        return {}


def _hash(setting: object) -> str:
    return hashlib.blake2b(repr(setting).encode(), digest_size=6).hexdigest()
