"""Selections of visitors: publications in an order of their own, named by an address.

DESIGN. An address names publications by their slugs, joined by dots: "lovelace1843.turing1936". One
above MAX_ADDRESS characters is a dot and a code of CODE_LENGTH characters for each slug, as
static/selection.js makes it too. A code is computed from the slug alone, so addresses stay valid
when the database is made from the files again; see docs/decisions/selections.md. The server stores
nothing.

A name is a slug, or a dot and a code that no publication has. A selection keeps the names that lead
nowhere, so that its page can count them.
"""

import re
import string
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ..store import slug_queries
from ..store.connections import CatalogRevision, Database, known_revision, reading

SEPARATOR: Final = "."  # in no slug and no code, and never encoded in an address
WAYS: Final = ("top", "up", "down", "without")  # to rearrange a selection
MAX_SELECTED: Final = 500  # publications of a selection
MAX_ADDRESS: Final = 2000  # characters of slugs and dots
CODE_LENGTH: Final = 6

_DIGITS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_MODULUS: Final = 62**CODE_LENGTH - 3  # prime, so that all characters of a slug count
_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)}
_SLUG: Final = re.compile(r"[A-Za-z0-9_-]{1,200}")
_CODE: Final = re.compile(f"[0-9A-Za-z]{{{CODE_LENGTH}}}")
_CACHED: Final = 32  # selections, each of up to MAX_SELECTED names


def slug_number(slug: str) -> int:
    """Return the number that the code of a slug writes: the slug in base 256, reduced."""
    return int.from_bytes(slug.encode()) % _MODULUS


def slug_code(slug: str) -> str:
    """Return the code of a slug in long addresses.

    >>> slug_code("turing1936")
    'O1OzA1'
    """
    number, digits = slug_number(slug), ""
    for _ in range(CODE_LENGTH):
        number, value = divmod(number, len(_DIGITS))
        digits = _DIGITS[value] + digits
    return digits


def read_names(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return the names in addresses, which follow each other. What cannot be a name is left out."""
    names: dict[str, None] = {}
    for address in addresses:
        if address.startswith(SEPARATOR):
            names.update(dict.fromkeys(SEPARATOR + code for code in _CODE.findall(address)))
        else:
            parts = address.split(SEPARATOR)
            names.update(dict.fromkeys(part for part in parts if _SLUG.fullmatch(part)))
    return tuple(names)[:MAX_SELECTED]


def make_address(names: Sequence[str]) -> str:
    """Return the address of names: their slugs if these are few, else their codes."""
    address = SEPARATOR.join(names)
    if len(address) <= MAX_ADDRESS and not any(name.startswith(SEPARATOR) for name in names):
        return address
    codes = (name[1:] if name.startswith(SEPARATOR) else slug_code(name) for name in names)
    return SEPARATOR + "".join(codes)


def listed_slugs(ids: Sequence[int], database: Database) -> tuple[str, ...]:
    """Return the slugs of the publications with some ids, in their order."""
    with reading(database) as connection:
        slugs = slug_queries.listed_by_id(connection, ids)
    return tuple(slugs[id_] for id_ in ids if id_ in slugs)


def rearranged(names: Sequence[str], slug: str, way: str) -> tuple[str, ...]:
    """Return names with one of them moved: "top", "up", "down"; or left out: "without"."""
    if slug not in names:
        return tuple(names)
    place = names.index(slug)
    others = [name for name in names if name != slug]
    if way == "without":
        return tuple(others)
    to = {"top": 0, "up": max(0, place - 1), "down": place + 1}[way]
    return (*others[:to], slug, *others[to:])


@dataclass(frozen=True, slots=True)
class Selection:
    """Publications in the order of an address."""

    slugs: tuple[str, ...]  # present ones of publications that lists have
    missing: int  # names that lead to none
    address: str  # the canonical one, with the names that lead to none


class Selections:
    """Finds the publications that addresses name."""

    def __init__(self) -> None:
        self._codes = lru_cache(1)(_read_codes)
        self._find = lru_cache(_CACHED)(self._read)

    def find(self, addresses: Iterable[str], database: Database) -> Selection:
        """Return the selection of addresses, with present slugs in place of former ones and codes.

        The slug of a version becomes that of the published work, which lists have in its place.
        """
        return self._find(read_names(addresses), database, known_revision(database))

    def _read(
        self, names: tuple[str, ...], database: Database, revision: CatalogRevision
    ) -> Selection:
        coded = [name for name in names if name.startswith(SEPARATOR)]
        with reading(database) as connection:
            slugs = slug_queries.listed_by_slug(connection, set(names).difference(coded))
        if coded:
            codes = self._codes(database, revision)
            ids = {name: id_ for name in coded if (id_ := codes.id(name[1:])) is not None}
            with reading(database) as connection:
                listed = slug_queries.listed_by_id(connection, ids.values())
            slugs.update({name: listed[id_] for name, id_ in ids.items() if id_ in listed})
        present = dict.fromkeys(slugs.get(name, name) for name in names)
        missing = present.keys() - slugs.values()
        return Selection(
            slugs=tuple(name for name in present if name not in missing),
            missing=len(missing),
            address=make_address(tuple(present)),
        )


class _Codes:
    """The codes of all slugs. Two arrays, since a dictionary would take ten times the memory."""

    def __init__(
        self, present: Iterable[tuple[int, str]], former: Iterable[tuple[int, str]]
    ) -> None:
        """Take pairs of id and slug.

        Of equal codes, that of a present slug counts, then that of the first publication.
        """
        rows = [(slug_number(slug), False, id_) for id_, slug in present]
        rows += [(slug_number(slug), True, id_) for id_, slug in former]
        rows.sort()
        self._numbers = array("Q", [number for number, _, _ in rows])
        self._ids = array("Q", [id_ for _, _, id_ in rows])

    def id(self, code: str) -> int | None:
        """Return the id of the publication with a code; None if there is none."""
        number = 0
        for digit in code:
            number = number * len(_DIGITS) + _VALUES[digit]
        place = bisect_left(self._numbers, number)
        is_there = place < len(self._numbers) and self._numbers[place] == number
        return self._ids[place] if is_there else None


def _read_codes(database: Database, _revision: CatalogRevision) -> _Codes:
    with reading(database) as connection:
        return _Codes(*slug_queries.all_slugs(connection))
