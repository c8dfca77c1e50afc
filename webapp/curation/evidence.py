"""Evidence that two records with different citation keys are the same publication.

Stricter than `duplicates`, which only makes proposals: a preprint and its published version are
one work but two publications, and a title alone is never enough.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from ..records import Record
from .comparison import (
    contributors,
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

Feature = tuple[str, str]  # kind and value

_DETAILS: Final = ("volume", "number", "pages", "eid", "chapter", "edition")
_ISSUERS: Final = ("publisher", "series", "isbn", "school", "institution")
_BOOKS: Final = frozenset(("book", "collection", "mvbook", "proceedings", "mvproceedings"))
_ORDINALS: Final = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)
_SMALL_WORDS: Final = frozenset(
    ("a", "an", "and", "de", "der", "die", "du", "et", "for", "in", "la", "le", "of", "on", "the")
)
_ARXIV_DOI: Final = "10.48550/arxiv."
_NOT_CONTENT: Final = frozenset({"ids", "versionof"})


def features(record: Record) -> Iterator[Feature]:
    """Yield features of which every other record of the same publication shares at least one."""
    if title := folded(record.title):
        yield "title", title
    yield from _numbers(record)
    for key in (record.key, *other_keys(record)):
        yield "key", key


def titles_and_numbers(record: Record) -> Iterator[Feature]:
    """Yield features that different publications share only as versions of a work or by mistake."""
    if not (has_short_title(record) or has_common_title(record)):
        yield "title", folded(record.title)
    yield from _numbers(record)


def _numbers(record: Record) -> Iterator[Feature]:
    for kind, value in (("doi", record.doi), ("arxiv", record.arxiv), ("pmid", _pmid(record))):
        if value:
            yield kind, value.lower()


def other_keys(record: Record) -> tuple[str, ...]:
    """Return the further keys of an entry, from biblatex's field `ids`."""
    return tuple(filter(None, (key.strip() for key in record.source.get("ids", "").split(","))))


def content(record: Record) -> tuple[str, frozenset[tuple[str, str]]]:
    """Return the type and the fields of an entry, without its keys."""
    fields = (field for field in record.source.items() if field[0] not in _NOT_CONTENT)
    return record.type, frozenset(fields)


def listed_key(known: Record, new: Record) -> bool:
    """Return whether one record lists the other's key among its further keys."""
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
    """Return whether both are preprints, or both published versions, of one arXiv number."""
    return (
        known.arxiv.lower() == new.arxiv.lower() != ""
        and is_published(known) == is_published(new)
        and not _contradict(known, new)
        and _of_one_work(known, new)
    )


def same_title_people_and_year(known: Record, new: Record) -> bool:
    """Return whether title, people, year, and all details of publication that both have agree."""
    are_alike = (
        folded(known.title) == folded(new.title) != ""
        and known.year == new.year
        and _equally_published(known, new)
        and same_people(known, new)
        and not _contradict(known, new)
    )
    return are_alike and _have_enough_details(known, new)


def _equally_published(known: Record, new: Record) -> bool:
    """Return whether neither is a preprint of the other; a book is published without container."""
    if known.type in _BOOKS or new.type in _BOOKS:
        return (known.venue == "Preprint") == (new.venue == "Preprint")
    return is_published(known) == is_published(new)


def _have_enough_details(known: Record, new: Record) -> bool:
    """Return whether the details of publication make up for a title that is not distinctive."""
    if {link.url for link in known.links} & {link.url for link in new.links}:
        return True
    details = [_same_detail(known, new, name) for name in _DETAILS]
    details.append(bool(known.container and new.container))
    has_common = has_common_title(known) and known.type not in _BOOKS
    if has_common or not contributors(known):
        return sum(details) >= 2
    if any(details) or any(_same_detail(known, new, name) for name in _ISSUERS):
        return True
    return not has_short_title(known) and (known.year is not None or known.type == new.type)


# Tests from the most to the least reliable. The flag says whether several publications that agree
# with several entries may be paired in their order.
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
    """Return whether the titles or people agree: a number alone can be wrong."""
    if is_notice(known.title) != is_notice(new.title):
        return False
    return titles_alike(known.title, new.title) or share_people(known, new)


def _contradict(known: Record, new: Record) -> bool:
    pairs = [(_publishers_doi(known), _publishers_doi(new)), (_pmid(known), _pmid(new))]
    pairs.append((known.arxiv.lower(), new.arxiv.lower()))
    pairs += ((_detail(known, name), _detail(new, name)) for name in _DETAILS)
    if any(value and other and value != other for value, other in pairs):
        return True
    return not (_begin_alike(known.date, new.date) and _same_container(known, new))


def _publishers_doi(record: Record) -> str:
    doi = record.doi.lower()
    return "" if doi.startswith(_ARXIV_DOI) else doi


def _same_detail(known: Record, new: Record, name: str) -> bool:
    return _detail(known, name) == _detail(new, name) != ""


def _detail(record: Record, name: str) -> str:
    """Return a field in a form to compare: of pages, only the first; "Second edition" as "2"."""
    parts = words(record.fields.get(name, ""))
    if name == "edition":
        return _edition_number(parts[:1])
    return "".join(parts[:1] if name == "pages" else parts)


def _edition_number(first_word: list[str]) -> str:
    """Return "2" for "2nd", "second" and "2", or the word itself."""
    for word in first_word:
        if number := re.match(r"\d+", word):
            return number[0]
        return str(_ORDINALS.index(word) + 1) if word in _ORDINALS else word
    return ""


def _begin_alike(first: str, second: str) -> bool:
    return first.startswith(second) or second.startswith(first)


def _same_container(first: Record, second: Record) -> bool:
    title, other = folded(first.container), folded(second.container)
    if not (title and other) or title in other or other in title:
        return True
    if title == folded(second.venue) or other == folded(first.venue):
        return True
    return _abbreviates(words(first.container), words(second.container))


def _abbreviates(first: list[str], second: list[str]) -> bool:
    """Return whether each word of a title begins like the other's: "Graph J.", "Graph Journal"."""
    title, other = ([word for word in text if word not in _SMALL_WORDS] for text in (first, second))
    return len(title) == len(other) and all(map(_begin_alike, title, other))
