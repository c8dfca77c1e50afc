"""Whether two records describe the same work, however differently they are written."""

import html
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from ..formats.latex import decoding
from ..records import OTHERS, Person, Record

# Letters that Unicode does not take apart into a letter and an accent.
_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_MARKUP = re.compile(  # of HTML, as Zotero and Crossref have it in titles
    r"</?(?:[bi]|em|strong|sub|sup|sc|scp|span)>|<span [^<>]{0,100}>", re.IGNORECASE
)
_SUBTITLE = re.compile(r"[:?!.](?=\s)|(?<=\s)[–—-]++(?=\s)")
_NUMERAL = re.compile(r"[ivxlc]+|.*\d.*")
_INITIALS = re.compile(r"[A-Z]{1,3}")
_CLOSE: Final = 0.8  # words that differ by a typing error: "analysing", "analyzing"
_MOST_ERRORS: Final = 3
_LONGEST_WORD: Final = 50  # letters: to compare longer ones takes long
_SHORTEST_TITLE: Final = 15  # letters: shorter ones are the titles of many works
_MANY_WORKS: Final = re.compile(
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
    """The letters and digits alone, without case and accents."""
    return re.sub(r"[\W_]", "", _bare(text))


def words(text: str) -> list[str]:
    """The words of a text, without case and accents."""
    return re.findall(r"[^\W_]+", _bare(text))


def _bare(text: str) -> str:
    plain = html.unescape(_MARKUP.sub("", decoding.plain(text)))
    letters = unicodedata.normalize("NFKD", plain).casefold()
    return re.sub(r"[\u0300-\u036f]", "", letters).translate(_LETTERS)


def has_common_title(record: Record) -> bool:
    """Whether many works have such a title: "Editorial", "Introduction"."""
    return bool(_MANY_WORKS.match(record.title.strip()))


def has_short_title(record: Record) -> bool:
    """Whether the title is so short that other works may have it: "Graphs"."""
    return len(folded(record.title)) < _SHORTEST_TITLE


def is_notice(title: str) -> bool:
    """Whether the title is that of a note on another work: an erratum, a reply."""
    return bool(_NOTICE.match(decoding.plain(title)))


def is_published(record: Record) -> bool:
    """Whether it is more than a preprint: it is in a journal, a book or proceedings."""
    return record.venue not in ("", "Preprint") and bool(record.container)


def titles_alike(one: str, other: str) -> bool:
    """Whether two titles differ at most in writing, typing errors, word order or a subtitle."""
    if is_notice(one) != is_notice(other):
        return False
    if folded(one) == folded(other):
        return True
    if not (folded(one) and folded(other)):
        return False
    return _lacks_subtitle(one, other) or _lacks_subtitle(other, one) or _same_words(one, other)


def _lacks_subtitle(short: str, long: str) -> bool:
    main = _SUBTITLE.split(decoding.plain(long), maxsplit=1)[0]
    return folded(main) == folded(short) and not _MANY_WORKS.fullmatch(main.strip())


def _same_words(one: str, other: str) -> bool:
    first, second = Counter(words(one)), Counter(words(other))
    left, right = list((first - second).elements()), list((second - first).elements())
    if len(left) != len(right) or len(left) > _MOST_ERRORS:
        return False
    if any(len(word) > _LONGEST_WORD or _NUMERAL.fullmatch(word) for word in (*left, *right)):
        return False
    return all(get_close_matches(word, right, 1, _CLOSE) for word in left)


def same_people(one: Record, other: Record) -> bool:
    """Whether two records name the same people, in any order, by full names or initials.

    Where one of them ends with "and others", those it does name are enough.
    """
    first, second = (_initials(_everyone(record)) for record in (one, other))
    shorter, longer = sorted((first, second), key=_count)
    are_all_named = OTHERS not in _everyone(one) and OTHERS not in _everyone(other)
    if are_all_named and _count(first) != _count(second):
        return False
    none = Counter[str]()
    fits = all(_among(initials, longer.get(name, none)) for name, initials in shorter.items())
    return fits and (are_all_named or bool(shorter))


def share_people(one: Record, other: Record) -> bool:
    """Whether anybody is named by both records."""
    first, second = (_initials(_everyone(record)) for record in (one, other))
    return any(_may_share(first[name], second[name]) for name in first.keys() & second.keys())


def _may_share(one: Counter[str], other: Counter[str]) -> bool:
    return bool(one.keys() & other.keys()) or "" in one or "" in other


def _among(some: Counter[str], all_: Counter[str]) -> bool:
    """Whether people of a family name, by initials, can be among others; without one, any."""
    unlike = (some - all_).total() - max(0, some[""] - all_[""])
    return some.total() <= all_.total() and unlike <= all_[""]


def _everyone(record: Record) -> tuple[Person, ...]:
    return record.authors or record.editors


def _count(people: Mapping[str, Counter[str]]) -> int:
    return sum(initials.total() for initials in people.values())


def _initials(people: Iterable[Person]) -> dict[str, Counter[str]]:
    """Family name -> how many people of that name have which first letter of a given name."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for person in people:
        if person != OTHERS:
            family, given = _parts(person)
            found[folded(family)][folded(given)[:1]] += 1
    return found


def _parts(person: Person) -> tuple[str, str]:
    """Family and given name; of a name that was not taken apart, as it is usually written."""
    if person.family:
        parts = person.family.split()
        whole = next((n for n, part in enumerate(parts) if not part.islower()), 0)
        return " ".join(parts[whole:]), person.given  # without "van der"
    names = person.literal.replace(",", " ").split() or [person.given]
    if len(names) > 1 and _INITIALS.fullmatch(names[-1]):  # "Rossi AB", as PubMed has it
        return " ".join(names[:-1]), names[-1]
    return names[-1], names[0] if len(names) > 1 else ""


def names_another_work(known: Record, new: Record) -> bool:
    """Whether `new` cannot be what became of `known`: title and people changed, no shared DOI."""
    if known.doi and known.doi.lower() == new.doi.lower():
        return False
    if known.arxiv and known.arxiv.lower() == new.arxiv.lower():
        return False
    if not known.title or titles_alike(known.title, new.title):
        return False
    return not same_people(known, new)
