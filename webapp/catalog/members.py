"""The members of the site: which publications are theirs, and the one name that each has.

DESIGN. Citation keys in `not` and `only` decide first, ORCID iDs next, names last. Of the members
that may be a person, those count that agree most; of the people of a publication that may be one
member, those that agree most. So the order of the members and of the people does not matter. An
author whom two members match equally is on the pages of both, and `octavo check` names her.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from ..errors import ConfigurationError
from ..folding import fold
from ..formats import names
from ..formats.building import people_source
from ..formats.keys import safe_key
from ..formats.latex.encoding import encode
from ..formats.people.comparison import Agreement, compare_names
from ..formats.people.readings import name_keys
from ..member_settings import Member
from ..records import OTHERS, Person, Record

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Match:
    """A member whom a person may be. `number` is the index in `Members.all`."""

    number: int
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A member who agrees with a person by name or ORCID iD; `by_name` ignores ORCID iDs."""

    number: int
    agreement: Agreement
    by_name: Agreement


class Members:
    """The members, as the setting `members` describes them, with the owner."""

    def __init__(self, members: Sequence[Member] = ()) -> None:
        """Raise ConfigurationError if two members have one name and nothing tells them apart."""
        self.all = tuple(members)
        self._people = [tuple(map(_person, member.names)) for member in self.all]
        self._named: dict[str, list[int]] = defaultdict(list)  # by comparable name
        self._by_key: dict[str, set[int]] = defaultdict(set)  # by family name and ORCID iD
        for number, member in enumerate(self.all):
            for name in dict.fromkeys(map(comparable_name, member.names)):
                self._check_name(name, number)
                self._named[name].append(number)
            for key in (member.orcid or "", *chain(*map(name_keys, self._people[number]))):
                self._by_key[key].add(number)
        self._excluded = [frozenset(map(safe_key, member.not_keys)) for member in self.all]
        self._only = [frozenset(map(safe_key, member.only)) for member in self.all]
        self._has_former = any(member.former for member in self.all)
        self._candidates = lru_cache(maxsize=65536)(self._find_candidates)
        # Changes with all that decides which publications are whose; "" without members.
        self.fingerprint = _hash(self.all) if self.all else ""

    @property
    def name_keys(self) -> frozenset[str]:
        """The `name_keys` of all names of members."""
        return frozenset(self._by_key)

    def people(self, number: int) -> tuple[Person, ...]:
        """Return the names of a member, the present one first."""
        return self._people[number]

    def _check_name(self, name: str, number: int) -> None:
        member = self.all[number]
        for other in (self.all[known] for known in self._named[name]):
            by_keys = other.only or member.only or other.not_keys or member.not_keys
            if not by_keys and not (other.orcid and member.orcid):
                written = next(n for n in member.names if comparable_name(n) == name)
                raise ConfigurationError(
                    f"site.toml: members.variants = {written!r}: {member.name} and {other.name} "
                    "both have this name. Leave it with one, or give both an `orcid`."
                )

    def named(self, name: str) -> Member | None:
        """Return the one member who has a name; None if none has it, or several."""
        numbers = self._named.get(comparable_name(name), ()) if self.all else ()
        return self.all[numbers[0]] if len(numbers) == 1 else None

    def is_shared(self, name: str) -> bool:
        """Return whether several members have a name."""
        return len(self._named.get(comparable_name(name), ())) > 1

    def spellings(self, name: str) -> tuple[str, ...]:
        """Return all names of the member who has this one, the present first; else the name."""
        member = self.named(name)
        return member.names if member else (name,)

    def facet_names(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return names with the present one of each member."""
        return tuple(dict.fromkeys(self.spellings(name)[0] for name in names))

    def attribute(self, record: Record, people: Sequence[Person]) -> list[tuple[Match, ...]]:
        """Return for each of some people of a record the members they are: mostly none or one."""
        candidates = [self._candidates(person, person.orcid) for person in people]
        if not any(candidates):
            return [()] * len(people)
        key = safe_key(record.key)
        matches = [self._best_matches(found, key) for found in candidates]
        best: dict[int, Agreement] = {}
        for match in (match for found in matches for match in found):
            best[match.number] = max(best.get(match.number, match.agreement), match.agreement)
        return [tuple(m for m in found if m.agreement == best[m.number]) for found in matches]

    def _best_matches(self, candidates: Iterable[_Candidate], key: str) -> list[Match]:
        """Return the members who agree most with a person of the publication with a key."""
        matches = []
        for candidate in candidates:
            only, agreement = self._only[candidate.number], candidate.agreement
            if key in only:
                agreement = max(agreement, candidate.by_name)
            if key in self._excluded[candidate.number] or (only and key not in only):
                continue
            if agreement:
                matches.append(Match(candidate.number, agreement))
        most = max((match.agreement for match in matches), default=Agreement.NONE)
        return [match for match in matches if match.agreement == most]

    def _find_candidates(self, person: Person, orcid: str) -> tuple[_Candidate, ...]:
        if not self.all or person == OTHERS:
            return ()
        keys = (*name_keys(person), orcid) if orcid else name_keys(person)
        numbers = {number for key in keys for number in self._by_key.get(key, ())}
        candidates = []
        for number in sorted(numbers):
            by_name = max(compare_names(person, other) for other in self._people[number])
            agreement, own = by_name, self.all[number].orcid
            if orcid and own:
                agreement = Agreement.ORCID if orcid == own else Agreement.NONE
            if agreement or by_name:
                candidates.append(_Candidate(number, agreement, by_name))
        return tuple(candidates)

    def of_record(self, record: Record) -> tuple[Member, ...]:
        """Return the members whose pages have a publication."""
        if not self.all:
            return ()
        attributed = self.attribute(record, record.authors or record.editors)
        numbers = {match.number for matches in attributed for match in matches}
        key = safe_key(record.key)
        numbers.update(number for number, keys in enumerate(self._only) if key in keys)
        return tuple(self.all[number] for number in sorted(numbers))

    def people_of(self, record: Record) -> Iterator[tuple[Person, tuple[Member, ...]]]:
        """Yield the authors, or the editors if there are none, each with the members they are."""
        people = record.authors or record.editors
        for person, matches in zip(people, self.attribute(record, people), strict=True):
            if person != OTHERS:
                yield person, tuple(self.all[match.number] for match in matches)

    def author_names(self, record: Record) -> tuple[str, ...]:
        """Return the names of the people of a record for the facet: the present ones of members."""
        named = self.people_of(record)
        return tuple(
            dict.fromkeys(
                members[0].name if len(members) == 1 else person.name for person, members in named
            )
        )

    def searched_names(self, record: Record) -> tuple[str, ...]:
        """Return the names of the people of a record, then the other names of members."""
        named = list(self.people_of(record))
        others = (name for _, members in named for member in members for name in member.names)
        return tuple(dict.fromkeys((*(person.name for person, _ in named), *others)))

    def rename(self, record: Record) -> Record:
        """Return a record with the present name of each member who has a former one there."""
        if not self._has_former:
            return record
        authors = self._renamed(record, record.authors)
        editors = self._renamed(record, record.editors)
        source = dict(record.source)
        for role, before, people in (
            ("author", record.authors, authors),
            ("editor", record.editors, editors),
        ):
            if people != before and role in source:
                source[role] = people_source(people)
        if (authors, editors) == (record.authors, record.editors):
            return record
        return replace(record, authors=authors, editors=editors, source=source)

    def _renamed(self, record: Record, people: tuple[Person, ...]) -> tuple[Person, ...]:
        attributed = self.attribute(record, people)
        return tuple(
            self._present(person, matches[0].number) if len(matches) == 1 else person
            for person, matches in zip(people, attributed, strict=True)
        )

    def _present(self, person: Person, number: int) -> Person:
        """Return a person with the member's present name if a former one agrees more."""
        member, people = self.all[number], self._people[number]
        agreements = [compare_names(person, other) for other in people]
        first_former = len(people) - len(member.former)
        former = max(agreements[first_former:], default=Agreement.NONE)
        if former <= max(agreements[:first_former]):
            return person
        return replace(people[0], equal=person.equal, marks=person.marks, orcid=person.orcid)


def _person(name: str) -> Person:
    return names.parse(encode(name))


def _hash(members: Iterable[Member]) -> str:
    rows = sorted(
        repr((m.page_slug, m.names, m.former, m.orcid, m.not_keys, m.only)) for m in members
    )
    return hashlib.blake2b("\n".join(rows).encode(), digest_size=6).hexdigest()


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
