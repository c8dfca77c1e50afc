"""Doubts about who is who: publications that may be of a member's namesake."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

from ..catalog import Match, Members
from ..formats.people.comparison import Agreement, compare_names
from ..formats.people.readings import name_keys
from ..formats.reading import Problem
from ..records import OTHERS, Person, Record

SITE_FILE = "site.toml"  # in place of a citation key


class MemberDoubts:
    """Collects doubts, record by record."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._works = [0] * len(members.all)
        self._by_initials: dict[tuple[int, Person], str] = {}  # with the key of the first work
        self._others: dict[str, dict[Person, str]] = defaultdict(dict)  # full names, by family name
        self._orcids: list[dict[str, str]] = [{} for _ in members.all]
        self._shared: dict[tuple[Person, tuple[int, ...]], str] = {}

    def add(self, record: Record) -> None:
        """Add the people of a record."""
        if not self._members.all:
            return
        people = record.authors or record.editors
        for person, matches in zip(people, self._members.attribute(record, people), strict=True):
            if person != OTHERS:
                self._add_person(record.key, person, matches)
        for member in self._members.of_record(record):
            self._works[self._members.all.index(member)] += 1

    def _add_person(self, key: str, person: Person, matches: Sequence[Match]) -> None:
        if len(matches) > 1:
            numbers = tuple(match.number for match in matches)
            self._shared.setdefault((person, numbers), key)
        for match in matches:
            if match.agreement == Agreement.INITIALS:
                self._by_initials.setdefault((match.number, person), key)
            if person.orcid:
                self._orcids[match.number].setdefault(person.orcid, key)
        if not matches and person.given:
            for name in name_keys(person) & self._members.name_keys:
                self._others[name].setdefault(person, key)

    def problems(self) -> Iterator[Problem]:
        """Yield the doubts about all records that were added."""
        yield from chain(self._initials(), self._several(), self._different_orcids())
        for number, member in enumerate(self._members.all):
            if not self._works[number]:
                message = (
                    f"{member.name} in site.toml has no publication. Add variants of the name."
                )
                yield Problem(0, SITE_FILE, "member-without-works", message)

    def _initials(self) -> Iterator[Problem]:
        for (number, person), key in self._by_initials.items():
            name = self._members.all[number].name
            if other := self._find_other(number, person):
                message = (
                    f"{person.name} counts as {name}, but may be {other[0].name}, an author of "
                    f"{other[1]}. If so, add {key} to `not` of {name} in site.toml."
                )
                yield Problem(0, key, "doubtful-member", message)

    def _find_other(self, number: int, person: Person) -> tuple[Person, str] | None:
        """Return someone who is not the member, with a full name that agrees with the initials."""
        own = [name for name in self._members.people(number) if name.given]
        others = (item for name in name_keys(person) for item in self._others[name].items())
        for other, key in others:
            if compare_names(person, other) == Agreement.INITIALS and not any(
                compare_names(name, other) for name in own
            ):
                return other, key
        return None

    def _several(self) -> Iterator[Problem]:
        for (person, numbers), key in self._shared.items():
            names = " and ".join(self._members.all[number].name for number in numbers)
            message = (
                f"{person.name} may be {names}, so the work is on the pages of both. Add {key} to "
                "`not` in site.toml for the one it is not."
            )
            yield Problem(0, key, "several-members", message)

    def _different_orcids(self) -> Iterator[Problem]:
        for member, orcids in zip(self._members.all, self._orcids, strict=True):
            if len(orcids) > 1:
                listed = ", ".join(f"{orcid} ({key})" for orcid, key in orcids.items())
                message = (
                    f"Authors with different ORCID iDs count as {member.name}: {listed}. Set "
                    "`orcid` of the member in site.toml."
                )
                yield Problem(0, next(iter(orcids.values())), "several-orcids", message)
