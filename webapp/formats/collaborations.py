"""Collaborations, which INSPIRE and ADS name in a field beside the authors."""

import re
from typing import Final

from ..records import OTHERS, Person

_KINDS: Final = "collaboration|group|consortium|team|project|network|study|experiment|initiative"
_KIND = re.compile(rf"\b(?:{_KINDS})s?\b", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,;&]|\band\b", re.IGNORECASE)
_NOT_TOLD_APART = re.compile(r"\b(?:the|for|on behalf of|collaborations?)\b|\W", re.IGNORECASE)


def with_collaboration(people: tuple[Person, ...], written: str) -> tuple[Person, ...]:
    """Return authors with the groups of a field after them, but before "et al.".

    >>> [person.name for person in with_collaboration((), "ATLAS, CMS")]
    ['ATLAS Collaboration', 'CMS Collaboration']
    """
    known = {_comparable(person.literal) for person in people}
    names = [_name(name) for name in _names(written) if _comparable(name) not in known]
    end = len(people) - (people[-1:] == (OTHERS,))
    return (*people[:end], *(Person(literal=name) for name in names), *people[end:])


def _names(written: str) -> list[str]:
    names = list(dict.fromkeys(filter(None, map(str.strip, _SEPARATOR.split(written)))))
    # "Event Horizon Telescope and Friends Team" is one name; "ATLAS and CMS" are two.
    return names if all(" " not in _KIND.sub("", name).strip() for name in names) else [written]


def _name(name: str) -> str:
    name = " ".join(name.split()).removeprefix("for the ").removeprefix("on behalf of the ")
    return name if _KIND.search(name) else f"{name} Collaboration"


def _comparable(name: str) -> str:
    return _NOT_TOLD_APART.sub("", name).casefold()
