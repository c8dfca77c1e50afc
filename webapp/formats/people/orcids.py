"""The ORCID iDs of the people of an entry: in annotations of biblatex, and in a list of its own.

`author+an:orcid = {1="0000-0002-1825-0097"; 3="..."}` numbers the people. A field `orcid` has the
iDs in their order, or each after its name, as Web of Science writes `orcid-numbers`:
"Feng, Siyuan/0000-0002-1825-0097; Lee, Ann/...".
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ...orcids import PATTERN, read_orcid
from ...records import OTHERS, Person, Record
from .. import names
from ..fields import Fields
from ..latex.encoding import encode
from .comparison import Agreement, compare_names

LISTS: Final = ("orcid", "orcids", "orcid-numbers")  # fields of authors
_NUMBER = re.compile(r"\s*(\d{1,5})\s*(?::[^=]*)?=")
_AND = re.compile(r"^and\b")
_SEPARATORS: Final = (";", " and ", ",", " ")
_AROUND: Final = " \t\n/;,:()[]{}<>–-|"  # around a name in a list


def with_orcids(people: tuple[Person, ...], fields: Fields, role: str) -> tuple[Person, ...]:
    """Return the people of a field, "author" or "editor", with the iDs of the entry."""
    orcids = dict(_annotated(people, fields, role))
    for name in LISTS if role == "author" else ():
        if name in fields.source:
            fields.taken.add(name)
            for index, orcid in _listed(people, fields, name):
                orcids.setdefault(index, orcid)
    if not orcids:
        return people
    return tuple(
        replace(person, orcid=orcids[index]) if index in orcids else person
        for index, person in enumerate(people)
    )


def annotation(people: Iterable[Person]) -> str:
    """Return the iDs as an annotation of biblatex; "" if no person has one."""
    named = (person for person in people if person.name)
    return "; ".join(
        f'{number}="{person.orcid}"' for number, person in enumerate(named, 1) if person.orcid
    )


def listing(people: Iterable[Person]) -> str:
    """Return the iDs, each after its name: "Siyuan Feng/0000-0002-1825-0097; ..."."""
    return "; ".join(f"{person.name}/{person.orcid}" for person in people if person.orcid)


def renumber(fields: Mapping[str, str], *records: Record) -> dict[str, str]:
    """Return the fields of an entry with each iD at its person, if people were added or moved.

    `records` are those whose fields were merged: an annotation numbers the people of its own.
    """
    renumbered = dict(fields)
    for role, name in ((role, f"{role}+an:orcid") for role in ("author", "editor")):
        origins = [record for record in records if record.source.get(name) == fields.get(name, 0)]
        if origins and all(record.source.get(role) != fields.get(role) for record in origins):
            before = origins[0].authors if role == "author" else origins[0].editors
            moved = _move(before, names.people(fields.get(role, "")))
            renumbered[name] = annotation(moved)
    return {name: value for name, value in renumbered.items() if value or fields[name] == value}


def _move(before: Sequence[Person], after: Sequence[Person]) -> list[Person]:
    """Return people with the iDs that those of the same names, else at the same place, had."""
    moved = list(after)
    for place, person in enumerate(before):
        if person.orcid:
            index = _find(after, person)
            if index is None and len(before) == len(after):
                index = place
            if index is not None:
                moved[index] = replace(moved[index], orcid=person.orcid)
    return moved


def is_annotation(field: str) -> bool:
    """Return whether a field annotates people: `author+an`, `editor+an:orcid`."""
    return field.partition("+an")[0] in ("author", "editor") and "+an" in field


def _annotated(people: Sequence[Person], fields: Fields, role: str) -> Iterator[tuple[int, str]]:
    for name in fields.source:
        if not name.startswith(f"{role}+an"):
            continue
        fields.taken.add(name)
        for part in fields.raw(name).split(";"):
            number, match = _NUMBER.match(part), PATTERN.search(part)
            if number and match and 0 < int(number[1]) <= len(people):
                yield from _checked(int(number[1]) - 1, match[0], fields, name)


def _listed(people: Sequence[Person], fields: Fields, name: str) -> Iterator[tuple[int, str]]:
    written = fields.text(name)
    ends = [0, *(match.end() for match in PATTERN.finditer(written))]
    matches = list(PATTERN.finditer(written))
    before = [
        _AND.sub("", written[end : match.start()].strip(_AROUND)).strip(_AROUND)
        for end, match in zip(ends, matches, strict=False)
    ]
    if any(map(_has_letters, before)):
        indexes = [_find(people, names.parse(encode(text))) for text in before]
    else:
        indexes = _in_order([person for person in people if person != OTHERS], written)
    if len(indexes) != len(matches) or None in indexes:
        fields.doubt(
            "unassigned-orcid",
            f"“{name}” does not say which ORCID iD belongs to whom. Write author+an:orcid = "
            '{1="0000-0002-1825-0097"}, with the number of the author.',
        )
    for index, match in zip(indexes, matches, strict=False):
        if index is not None:
            yield from _checked(index, match[0], fields, name)


def _checked(index: int, written: str, fields: Fields, name: str) -> Iterator[tuple[int, str]]:
    if orcid := read_orcid(written):
        yield index, orcid
    else:
        fields.doubt(
            "bad-orcid",
            f"“{written}” in “{name}” is no ORCID iD: its last character does not fit the others. "
            "Copy it again.",
        )


def _has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))


def _in_order(people: Sequence[Person], written: str) -> list[int | None]:
    """Return the index of the person of each iD in a list with a place for each person."""
    for separator in _SEPARATORS:
        parts = written.split(separator)
        if len(parts) == len(people):
            return [index for index, part in enumerate(parts) if PATTERN.search(part)]
    return []


def _find(people: Sequence[Person], person: Person) -> int | None:
    """Return the index of the one person with a name; None if none has it, or several equally."""
    agreements = [compare_names(person, other) for other in people]
    best = max(agreements, default=Agreement.NONE)
    return agreements.index(best) if best and agreements.count(best) == 1 else None
