"""The members of the site, of whom each has one name in facets and filters, and all in searches."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ..errors import ConfigurationError
from ..folding import fold
from ..setting_types import Member

_WORD = re.compile(r"\w+")


class Members:
    """The names of the members, as the setting `members` spells them."""

    def __init__(self, members: Sequence[Member] = ()) -> None:
        """Raise ConfigurationError if two members have one name."""
        self._spellings: dict[str, tuple[str, ...]] = {}  # of each member, by comparable name
        owners: dict[str, str] = {}
        for member in members:
            person = comparable_name(member.name)
            for spelling in (member.name, *member.variants):
                owner = owners.setdefault(comparable_name(spelling), person)
                if owner != person:
                    raise ConfigurationError(
                        f"site.toml: members.variants = {spelling!r}: {member.name} and "
                        f"{self._spellings[owner][0]} both have this name. Leave it with one."
                    )
            known = self._spellings.get(person, ())
            spellings = dict.fromkeys((*known, member.name, *member.variants))
            self._spellings[person] = tuple(spellings)
        self._members = owners
        rows = sorted(row for row in self._spellings.values() if len(row) > 1)
        # Changes with the names that the index has; "" without variants.
        self.fingerprint = (
            hashlib.blake2b(repr(rows).encode(), digest_size=6).hexdigest() if rows else ""
        )

    def spellings(self, name: str) -> tuple[str, ...]:
        """Return all names of the member who has this one, first that of facets; else the name."""
        member = self._members.get(comparable_name(name)) if self._members else None
        return self._spellings[member] if member is not None else (name,)

    def facet_names(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return names with one for each member."""
        return tuple(dict.fromkeys(self.spellings(name)[0] for name in names))

    def searched_names(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return names and, after them, the other names of the members among them."""
        others = (spelling for name in names for spelling in self.spellings(name))
        return tuple(dict.fromkeys((*names, *others))) if self._members else tuple(names)


@lru_cache(maxsize=4096)
def comparable_name(name: str) -> str:
    """Return a name in reading order without case, accents and dots.

    >>> comparable_name("Erdős, P.") == comparable_name("P Erdos")
    True
    """
    family, comma, given = name.partition(",")
    if comma:
        name = f"{given} {family}"
    return " ".join(_WORD.findall(fold(name)))
