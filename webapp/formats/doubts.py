"""What is doubtful about an entry: a person who looks like two, a year that is none."""

import re
from datetime import UTC, datetime
from typing import Final

from ..records import OTHERS, Person, Record
from . import dates, names
from .fields import Fields
from .institutions import is_institution
from .vocabulary import TYPES

_FIRST_YEAR: Final = 1450  # of printing
_YEARS_AHEAD: Final = 5
_ONGOING: Final = frozenset({"online", "electronic", "www", "software", "manual", "periodical"})
_TWO_FULL = re.compile(r"[A-Z][a-z]+ [A-Z][a-z]+\|[A-Z][a-z]+ [A-Z][a-z]+")


def add_doubts(record: Record, fields: Fields) -> None:
    """Add to the fields of an entry what is doubtful about its record."""
    if not record.title:
        fields.doubt("no-title", "It has no title. Add one.")
    if record.type not in TYPES:
        known = "article, inproceedings, book, misc …"
        message = f"“@{record.type}” is not a known type. Use one of these: {known}"
        fields.doubt("unknown-type", message)
    _check_year(record, fields)
    for role, people in (("author", record.authors), ("editor", record.editors)):
        given_first = len(people) == 1 or _has_given_first(fields.source.get(role, ""))
        for person in people:
            if looks_like_two(person, given_first=given_first):
                message = f"“{person.name}” looks like several people. Write “and” between names."
                fields.doubt("looks-like-two", message)
    for name, macros in fields.unknown.items():
        shown = ", ".join(macros[:3])
        fields.doubt(
            "undecoded-latex",
            f"{shown} in “{name}” is not a known macro. Its argument is shown, or if it has none, "
            "its name.",
        )


def _check_year(record: Record, fields: Fields) -> None:
    if record.year is None:
        is_ongoing = not record.date and record.type in _ONGOING
        if not is_ongoing and not dates.NOT_YET.search(record.date):
            fault = f"“{record.date}” is not a year." if record.date else "It has no year."
            fields.doubt("no-year", f"{fault} Write year = {{2024}}, or {{forthcoming}}.")
        return
    is_modern = _FIRST_YEAR <= record.year <= datetime.now(UTC).year + _YEARS_AHEAD
    if record.year > 0 and not is_modern:  # a year BCE is no slip of the finger
        fields.doubt("implausible-year", f"The year {record.year} is not plausible. Check it.")


def _has_given_first(source: str) -> bool:
    """Return whether the given name comes first in one of several names: "Ann King and …"."""
    written = names.split(source)
    return len(written) > 1 and any(" " in n and "," not in n and n[0] != "{" for n in written)


def looks_like_two(person: Person, *, given_first: bool = False) -> bool:
    """Return whether a name seems to be those of several people, without `and` between them.

    `given_first` is whether names around it have their given names first, or there are none.
    """
    if person == OTHERS:
        return False
    if person.literal:
        halves = [half.split() for half in person.literal.split(" and ")]
        return len(halves) > 1 and all(_looks_like_name(half) for half in halves)
    name = f"{person.given}|{person.family}"
    if given_first and _TWO_FULL.fullmatch(name):  # Ann King, Jan Roe
        return True
    return bool(re.search(r"[;,]|\s&\s|\sand\s", name))


def _looks_like_name(words: list[str]) -> bool:
    capitalised = all(word[:1].isupper() for word in words)
    return 2 <= len(words) <= 4 and capitalised and not is_institution(" ".join(words))
