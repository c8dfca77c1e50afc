"""Possible duplicates: a preprint and its published version, or the same entry twice."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ..records import OTHERS, Record
from .comparison import contributors, folded, has_short_title, is_published

_YEARS_APART: Final = 3  # between a preprint and its published version
_KINDS: Final = ("doi", "arxiv", "title")  # of features, the most reliable first


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two records of one work, as indexes, the published one first, and the feature they share."""

    published: int
    other: int
    why: str  # "doi", "arxiv" or "title"


def find_duplicates(records: Sequence[Record]) -> tuple[Duplicate, ...]:
    """Return every pair of possible duplicates that are not joined, in the order of the records."""
    pairs: dict[tuple[int, int], str] = {}
    for kind, groups in _groups(records).items():
        for group in groups.values():
            for first, second in pairwise(group):
                if _may_be_one_work(records[first], records[second], kind):
                    pairs.setdefault((first, second), kind)
    return tuple(
        Duplicate(second, first, kind)
        if is_published(records[second]) > is_published(records[first])
        else Duplicate(first, second, kind)
        for (first, second), kind in sorted(pairs.items())
    )


def _groups(records: Sequence[Record]) -> dict[str, dict[str, list[int]]]:
    groups: dict[str, dict[str, list[int]]] = {kind: defaultdict(list) for kind in _KINDS}
    for index, record in enumerate(records):
        for kind, value in features(record):
            groups[kind][value].append(index)
    return groups


def features(record: Record) -> Iterator[tuple[str, str]]:
    """Yield the features (kind, value) of which two records of one work share at least one."""
    if record.doi:
        yield "doi", record.doi.lower()
    if record.arxiv:
        yield "arxiv", record.arxiv.lower()
    if not has_short_title(record):
        yield "title", folded(record.title)


def _may_be_one_work(first: Record, second: Record, kind: str) -> bool:
    if first.version_of == second.key or second.version_of == first.key:
        return False
    if kind != "title":
        return True
    if first.year and second.year and abs(first.year - second.year) > _YEARS_APART:
        return False
    names, other_names = _family_names(first), _family_names(second)
    return bool(names & other_names) or not (names or other_names)


def _family_names(record: Record) -> set[str]:
    people = (person for person in contributors(record) if person != OTHERS)
    return {folded(person.family or person.literal) for person in people}
