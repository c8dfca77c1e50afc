"""What shows that two records under different citation keys are the same publication.

Stricter than `duplicates`, which only proposes: a preprint and what was published of it are one
work and two publications, and a title alone is never enough.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from ..records import Record
from .comparison import (
    folded,
    has_common_title,
    has_short_title,
    is_notice,
    is_published,
    names_another_work,
    same_people,
    share_people,
    titles_alike,
    words,
)

Sign = tuple[str, str]

_DETAILS: Final = ("volume", "number", "pages", "eid", "chapter", "edition")
_SMALL_WORDS: Final = frozenset(
    ("a", "an", "and", "de", "der", "die", "du", "et", "for", "in", "la", "le", "of", "on", "the")
)
_ARXIV_DOI: Final = "10.48550/arxiv."
_NOT_CONTENT: Final = frozenset({"ids", "versionof"})


def signs(record: Record) -> Iterator[Sign]:
    """What any other record of the same publication shares at least one of: (kind, value)."""
    if title := folded(record.title):
        yield "title", title
    yield from _numbers(record)
    for key in (record.key, *other_keys(record)):
        yield "key", key


def titles_and_numbers(record: Record) -> Iterator[Sign]:
    """Of `signs`, those that only a preprint and its publication share, or a mistake."""
    if not (has_short_title(record) or has_common_title(record)):
        yield "title", folded(record.title)
    yield from _numbers(record)


def _numbers(record: Record) -> Iterator[Sign]:
    for kind, value in (("doi", record.doi), ("arxiv", record.arxiv), ("pmid", _pmid(record))):
        if value:
            yield kind, value.lower()


def other_keys(record: Record) -> tuple[str, ...]:
    """The keys that biblatex's `ids` gives the entry besides its own."""
    return tuple(filter(None, (key.strip() for key in record.source.get("ids", "").split(","))))


def content(record: Record) -> tuple[str, frozenset[tuple[str, str]]]:
    """What an entry says apart from its key."""
    said = (pair for pair in record.source.items() if pair[0] not in _NOT_CONTENT)
    return record.type, frozenset(said)


def listed_key(known: Record, new: Record) -> bool:
    """Whether one of them lists the other's key among its own."""
    listed = known.key in other_keys(new) or new.key in other_keys(known)
    return listed and not names_another_work(known, new)


def same_doi_and_title(known: Record, new: Record) -> bool:
    return (
        _same_doi(known, new)
        and folded(known.title) == folded(new.title)
        and known.year == new.year
        and is_published(known) == is_published(new)
    )


def same_doi(known: Record, new: Record) -> bool:
    return _same_doi(known, new) and _of_one_work(known, new)


def same_pmid(known: Record, new: Record) -> bool:
    return _pmid(known) == _pmid(new) != "" and _of_one_work(known, new)


def same_arxiv(known: Record, new: Record) -> bool:
    """Whether both are the preprint of one number, or both what was published of it."""
    return (
        known.arxiv.lower() == new.arxiv.lower() != ""
        and is_published(known) == is_published(new)
        and not _contradict(known, new)
        and _of_one_work(known, new)
    )


def same_title_people_and_year(known: Record, new: Record) -> bool:
    """Whether everything that both say of where and when they were published agrees, too."""
    alike = (
        folded(known.title) == folded(new.title) != ""
        and known.year == new.year is not None
        and is_published(known) == is_published(new)
        and same_people(known, new)
        and not _contradict(known, new)
    )
    return alike and _agree_on_the_place(known, new)


def _agree_on_the_place(known: Record, new: Record) -> bool:
    """Whether they say enough of where they were published for how little their titles say."""
    if {link.url for link in known.links} & {link.url for link in new.links}:
        return True
    if has_common_title(known) or not (known.authors or known.editors):
        same_details = any(_detail(known, name) == _detail(new, name) != "" for name in _DETAILS)
        return bool(known.container and new.container and same_details)
    return bool(known.container and new.container) or not has_short_title(known)


# The surest first; after each, whether several that agree may be paired in their order.
KINDS: Final[tuple[tuple[Callable[[Record, Record], bool], bool], ...]] = (
    (listed_key, False),
    (same_doi_and_title, True),
    (same_doi, False),
    (same_pmid, False),
    (same_arxiv, False),
    (same_title_people_and_year, False),
)


def _pmid(record: Record) -> str:
    return "".join(re.findall(r"\d", record.fields.get("pmid", "")))


def _same_doi(known: Record, new: Record) -> bool:
    return known.doi.lower() == new.doi.lower() != ""


def _of_one_work(known: Record, new: Record) -> bool:
    """Whether what both say of their title or people agrees: one number can be wrong."""
    if is_notice(known.title) != is_notice(new.title):
        return False
    return titles_alike(known.title, new.title) or share_people(known, new)


def _contradict(known: Record, new: Record) -> bool:
    pairs = [(_publishers_doi(known), _publishers_doi(new)), (_pmid(known), _pmid(new))]
    pairs.append((known.arxiv.lower(), new.arxiv.lower()))
    pairs += ((_detail(known, name), _detail(new, name)) for name in _DETAILS)
    if any(one and other and one != other for one, other in pairs):
        return True
    return not (_same_date(known.date, new.date) and _same_container(known, new))


def _publishers_doi(record: Record) -> str:
    doi = record.doi.lower()
    return "" if doi.startswith(_ARXIV_DOI) else doi


def _detail(record: Record, name: str) -> str:
    """A number as it compares: of pages the first."""
    found = words(record.fields.get(name, ""))
    return "".join(found[:1] if name == "pages" else found)


def _same_date(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _same_container(one: Record, other: Record) -> bool:
    first, second = folded(one.container), folded(other.container)
    if not (first and second) or first in second or second in first:
        return True
    if first == folded(other.venue) or second == folded(one.venue):
        return True
    return _abbreviates(words(one.container), words(other.container))


def _abbreviates(one: list[str], other: list[str]) -> bool:
    """Whether each word of a title is the beginning of the other's: "Graph J."."""
    first, second = ([word for word in title if word not in _SMALL_WORDS] for title in (one, other))
    return len(first) == len(second) and all(
        left.startswith(right) or right.startswith(left)
        for left, right in zip(first, second, strict=True)
    )
