"""Whether two records describe the same work, however differently they are written."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from ..records import OTHERS, Person, Record
from . import latex

# Letters that Unicode does not take apart into a letter and an accent.
_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_SUBTITLE = re.compile(r"[:?!.](?=\s)|(?<=\s)[–—-]++(?=\s)")
_NUMERAL = re.compile(r"[ivxlc]+|.*\d.*")
_INITIALS = re.compile(r"[A-Z]{1,3}")
_CLOSE: Final = 0.8  # words that differ by a typing error: "analysing", "analyzing"
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
    letters = unicodedata.normalize("NFKD", latex.plain(text)).casefold()
    return re.sub(r"[\u0300-\u036f]", "", letters).translate(_LETTERS)


def is_common_title(title: str) -> bool:
    """Whether many works have such a title: "Editorial", "Introduction", any short one."""
    return len(folded(title)) < _SHORTEST_TITLE or bool(_MANY_WORKS.match(title.strip()))


def is_notice(title: str) -> bool:
    """Whether the title is that of a note on another work: an erratum, a reply."""
    return bool(_NOTICE.match(latex.plain(title)))


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
    main = _SUBTITLE.split(latex.plain(long), maxsplit=1)[0]
    return folded(main) == folded(short) and not _MANY_WORKS.fullmatch(main.strip())


def _same_words(one: str, other: str) -> bool:
    first, second = Counter(words(one)), Counter(words(other))
    left, right = list((first - second).elements()), list((second - first).elements())
    if len(left) != len(right) or any(map(_NUMERAL.fullmatch, (*left, *right))):
        return False
    return all(get_close_matches(word, right, 1, _CLOSE) for word in left)


def same_people(one: Record, other: Record) -> bool:
    """Whether two records name the same people, in any order, by full names or initials.

    Where one of them ends with "and others", those it does name are enough.
    """
    first, second = (_initials(_everyone(record)) for record in (one, other))
    if _has_others(one) or _has_others(other):
        shorter, longer = sorted((first, second), key=_count)
        return bool(shorter) and all(_among(name, shorter, longer) for name in shorter)
    return _count(first) == _count(second) and all(_among(name, first, second) for name in first)


def share_people(one: Record, other: Record) -> bool:
    """Whether anybody is named by both records."""
    first, second = (_initials(_everyone(record)) for record in (one, other))
    return any(_among(name, {name: first[name][:1]}, second) for name in first)


def _among(name: str, some: dict[str, list[str]], all_: dict[str, list[str]]) -> bool:
    """Whether people of a family name in `some` can be those of that name in `all_`."""
    given, others = some[name], list(all_.get(name, ()))
    if len(given) > len(others):
        return False
    for initial in sorted(given, reverse=True):  # those without an initial take what is left
        found = next(
            (each for each in (initial, "", *others) if _fits(each, initial, others)), None
        )
        if found is None:
            return False
        others.remove(found)
    return True


def _fits(candidate: str, initial: str, others: list[str]) -> bool:
    return candidate in others and (candidate == initial or not candidate or not initial)


def _count(people: dict[str, list[str]]) -> int:
    return sum(map(len, people.values()))


def _everyone(record: Record) -> tuple[Person, ...]:
    return record.authors or record.editors


def _has_others(record: Record) -> bool:
    return OTHERS in _everyone(record)


def _initials(people: Iterable[Person]) -> dict[str, list[str]]:
    """Family name -> the first letters of given names, one for each person of that name."""
    found: dict[str, list[str]] = defaultdict(list)
    for person in people:
        if person != OTHERS:
            family, given = _parts(person)
            found[folded(family)].append(folded(given)[:1])
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
