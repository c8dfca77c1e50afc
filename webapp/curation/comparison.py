"""Comparing records: whether two describe the same work despite differences in writing."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from ..formats.inline import to_plain
from ..records import OTHERS, Person, Record

# Letters that Unicode does not decompose into a base letter and an accent.
_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_SUBTITLE = re.compile(r"[:?!.](?=\s)|(?<=\s)[–—-]++(?=\s)")
_NUMERAL = re.compile(r"[ivxlc]+|.*\d.*")
_INITIALS = re.compile(r"[A-Z]{1,3}")
_CLOSE: Final = 0.8  # the similarity of words that differ by a typo: "analysing", "analyzing"
_MOST_ERRORS: Final = 3  # words with a typo in one title
_LONGEST_WORD: Final = 50  # letters: comparing longer words is slow
_SHORTEST_TITLE: Final = 15  # letters: many works share shorter titles
_COMMON_TITLE: Final = re.compile(
    r"(?:guest\s+)?(?:editorial|introduction|preface|foreword|afterword|conclusions?|epilogue|"
    r"prologue|front\s+matter|back\s+matter|table\s+of\s+contents|(?:book\s+)?reviews?|"
    r"annual\s+report|obituary|news|letters?(?:\s+to\s+the\s+editors?)?|discussion|summary)\b",
    re.IGNORECASE,
)
_NOTICE: Final = re.compile(
    r"\W*(?:publisher.?s\s+|author.?s?.?\s+)?(?:errat(?:um|a)|corrigend(?:um|a)|corrections?|"
    r"retraction|retracted|addend(?:um|a)|expression\s+of\s+concern|comments?\s+on|reply|response\s+to|"
    r"rejoinder)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=16384)
def folded(text: str) -> str:
    """Return only the letters and digits of a text, without case and accents."""
    return re.sub(r"[\W_]", "", _simplified(text))


def words(text: str) -> list[str]:
    """Return the words of a text, without case and accents."""
    return re.findall(r"[^\W_]+", _simplified(text))


def _simplified(text: str) -> str:
    letters = unicodedata.normalize("NFKD", to_plain(text)).casefold()
    return re.sub(r"[\u0300-\u036f]", "", letters).translate(_LETTERS)


def has_common_title(record: Record) -> bool:
    """Return whether many works have such a title: "Editorial", "Introduction"."""
    return bool(_COMMON_TITLE.match(to_plain(record.title).strip()))


def has_short_title(record: Record) -> bool:
    """Return whether the title is so short that other works may have it: "Graphs"."""
    return len(folded(record.title)) < _SHORTEST_TITLE


def is_notice(title: str) -> bool:
    """Return whether the title is that of a note on another work, such as an erratum or reply."""
    return bool(_NOTICE.match(to_plain(title)))


def is_published(record: Record) -> bool:
    """Return whether a record is not just a preprint, but in a journal, book or proceedings."""
    return record.venue not in ("", "Preprint") and bool(record.container)


def contributors(record: Record) -> tuple[Person, ...]:
    """Return the authors of a record, or its editors if there are none."""
    return record.authors or record.editors


def titles_alike(first: str, second: str) -> bool:
    """Return whether two titles differ at most in spelling, typos, word order or a subtitle."""
    if is_notice(first) != is_notice(second):
        return False
    if folded(first) == folded(second):
        return True
    if not (folded(first) and folded(second)):
        return False
    return (
        _lacks_subtitle(first, second)
        or _lacks_subtitle(second, first)
        or _same_words(first, second)
    )


def _lacks_subtitle(short: str, long: str) -> bool:
    main = _SUBTITLE.split(to_plain(long), maxsplit=1)[0]
    return folded(main) == folded(short) and not _COMMON_TITLE.fullmatch(main.strip())


def _same_words(first: str, second: str) -> bool:
    counts, other_counts = Counter(words(first)), Counter(words(second))
    left, right = list((counts - other_counts).elements()), list((other_counts - counts).elements())
    if len(left) != len(right) or len(left) > _MOST_ERRORS:
        return False
    if any(len(word) > _LONGEST_WORD or _NUMERAL.fullmatch(word) for word in (*left, *right)):
        return False
    return all(get_close_matches(word, right, 1, _CLOSE) for word in left)


def same_people(first: Record, second: Record) -> bool:
    """Return whether two records name the same people, in any order, by full names or initials.

    If one of them ends with "and others", the people that it does name are compared.
    """
    shorter, longer = sorted((_initials(first), _initials(second)), key=_count)
    is_complete = OTHERS not in (*contributors(first), *contributors(second))
    if is_complete and _count(shorter) != _count(longer):
        return False
    none = Counter[str]()
    fits = all(_are_among(initials, longer.get(name, none)) for name, initials in shorter.items())
    return fits and (is_complete or bool(shorter))


def share_people(first: Record, second: Record) -> bool:
    """Return whether two records have a person in common."""
    people, others = _initials(first), _initials(second)
    return any(_may_overlap(people[name], others[name]) for name in people.keys() & others.keys())


def _may_overlap(initials: Counter[str], others: Counter[str]) -> bool:
    return bool(initials.keys() & others.keys()) or "" in initials or "" in others


def _are_among(some: Counter[str], others: Counter[str]) -> bool:
    """Return whether people of one family name, given as initials, may all be among others.

    A person without an initial can be any of them.
    """
    unlike = (some - others).total() - max(0, some[""] - others[""])
    return some.total() <= others.total() and unlike <= others[""]


def _count(people: Mapping[str, Counter[str]]) -> int:
    return sum(initials.total() for initials in people.values())


def _initials(record: Record) -> dict[str, Counter[str]]:
    """Count the first letters of the given names of a record's contributors, by family name."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for person in contributors(record):
        if person != OTHERS:
            family, given = _split_name(person)
            counts[folded(family)][folded(given)[:1]] += 1
    return counts


def _split_name(person: Person) -> tuple[str, str]:
    """Return family and given name, guessed for a name that is stored as one string."""
    if person.family:
        parts = person.family.split()
        start = next((n for n, part in enumerate(parts) if not part.islower()), 0)
        return " ".join(parts[start:]), person.given  # without "van der"
    names = person.literal.replace(",", " ").split() or [person.given]
    if len(names) > 1 and _INITIALS.fullmatch(names[-1]):  # "Rossi AB", as PubMed has it
        return " ".join(names[:-1]), names[-1]
    return names[-1], names[0] if len(names) > 1 else ""


def names_another_work(known: Record, new: Record) -> bool:
    """Return whether `new` cannot be a later state of `known`.

    That is so if title and people differ, and neither the DOI nor the arXiv number is the same.
    """
    if known.doi and known.doi.lower() == new.doi.lower():
        return False
    if known.arxiv and known.arxiv.lower() == new.arxiv.lower():
        return False
    if not known.title or titles_alike(known.title, new.title):
        return False
    return not same_people(known, new)
