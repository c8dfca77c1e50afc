"""Entries that seem to be one work: a preprint and what was published of it, or one entry twice."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ..records import OTHERS, Record
from .comparison import folded, is_published

_YEARS_APART: Final = 3  # a preprint and its publication
_SHORTEST_TITLE: Final = 15  # letters: "Introduction" and "Preface" are the titles of many works
_SIGNS: Final = ("doi", "arxiv", "title")  # the surest first


@dataclass(frozen=True, slots=True)
class SameWork:
    """Two records, by their places in the list, the published one first, and how it shows."""

    published: int
    other: int
    why: str  # "doi", "arxiv" or "title"


def same_works(records: Sequence[Record]) -> tuple[SameWork, ...]:
    """Every pair that the owner has not joined yet, each once, in the order of the list."""
    found: dict[tuple[int, int], str] = {}
    for why, groups in _groups(records).items():
        for group in groups.values():
            for one, other in pairwise(group):
                if _may_be_proposed(records[one], records[other], why):
                    found.setdefault((one, other), why)
    pairs = (
        SameWork(other, one, why) if is_published(records[other]) > is_published(records[one])
        else SameWork(one, other, why)
        for (one, other), why in sorted(found.items())
    )  # fmt: skip
    return tuple(pairs)


def _groups(records: Sequence[Record]) -> dict[str, dict[str, list[int]]]:
    groups: dict[str, dict[str, list[int]]] = {why: defaultdict(list) for why in _SIGNS}
    for index, record in enumerate(records):
        for why, sign in signs(record):
            groups[why][sign].append(index)
    return groups


def signs(record: Record) -> Iterator[tuple[str, str]]:
    """What two records of one work have in common: (why, value)."""
    if record.doi:
        yield "doi", record.doi.lower()
    if record.arxiv:
        yield "arxiv", record.arxiv.lower()
    title = folded(record.title)
    if len(title) >= _SHORTEST_TITLE:
        yield "title", title


def _may_be_proposed(one: Record, other: Record, why: str) -> bool:
    if one.version_of == other.key or other.version_of == one.key:
        return False
    if why != "title":
        return True
    if one.year and other.year and abs(one.year - other.year) > _YEARS_APART:
        return False
    return bool(_people(one) & _people(other)) or not (_people(one) or _people(other))


def _people(record: Record) -> set[str]:
    everyone = record.authors or record.editors
    return {folded(each.family or each.literal) for each in everyone if each != OTHERS}
