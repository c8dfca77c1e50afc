"""The parts of a name in a form to compare: without case, accents, dots and marks.

DESIGN. A name has several readings, because sources disagree where its parts begin: "Feng Siyuan",
"Feng SY" and "FENG Siyuan" begin with the family name, ö is written oe or o. Two names are compared
by each pair of readings, so the comparison itself needs no rules for what sources do to names.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

from ...folding import fold
from ...records import Person, is_cjk
from .. import names
from ..institutions import is_institution
from .east_asian import may_be_reversed

# Letters that are also written as two: Müller is Mueller.
_DIGRAPHS: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "đ": "dj"}
    | {"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe", "Đ": "Dj"}
)
_APOSTROPHES = re.compile(r"['’‘`´ʼʻʹʿʾ]")
_NICKNAME = re.compile(r"\([^()]*\)|[\"“„«][^\"”“»]*[\"”“»]")
_HYPHEN = re.compile(r"[-\u2010-\u2015·・]")
_WORD = re.compile(r"[^\W_]+")
_PIECE = re.compile(r"[^\s.\-\u2010-\u2015·・,]+\.?|[-\u2010-\u2015·・]")
_INITIALS = re.compile(r"[A-Z]{1,3}")
_DOTTED = re.compile(r"(?:[^\W\d_]\.[\s-]?){1,4}[^\W\d_]?")
_PATRONYMIC = re.compile(r"\w{2,30}(?:[oe]vich|[oe]vna|ichna)")
_COLLABORATION = re.compile(r"\b(?:collaborations?|study|network|experiment)\b", re.IGNORECASE)
_WORDS_BEFORE_NAMES = """
    a af al av bar bat ben bin bint d da dal dalla das de degli dei del dela della den der des di do
    dos du e el ibn in la las le lo los op s san t te ten ter thor till to tot und van vande vanden
    vander ver vom von y z zu zum zur
"""
_PARTICLES: Final = frozenset(_WORDS_BEFORE_NAMES.split())


@dataclass(frozen=True, slots=True)
class Given:
    """One of the given names. `is_short`: an initial or an abbreviation such as "Chr."."""

    text: str
    is_short: bool
    is_joined: bool  # to the one before, by a hyphen


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a name."""

    family: tuple[str, ...]  # its words, without the particle
    particle: str  # without spaces: "vander"
    given: tuple[Given, ...]

    @property
    def whole(self) -> str:
        """All letters in reading order."""
        return "".join(name.text for name in self.given) + self.last_name

    @property
    def last_name(self) -> str:
        return self.particle + "".join(self.family)


def readings(person: Person) -> frozenset[Reading]:
    """Return the readings of a name."""
    if is_group(person):
        words = _words(person.literal or person.name)
        words = words[1:] if words[:1] == ["the"] and len(words) > 1 else words
        return frozenset({Reading(tuple(words), "", ())})
    return frozenset(
        _reading(*spelling) for parts in _orders(person) for spelling in _spellings(*parts)
    )


@lru_cache(maxsize=65536)
def name_keys(person: Person) -> frozenset[str]:
    """Return words of family names of which people share one if their names may agree."""
    keys: set[str] = set()
    for reading in readings(person):
        keys.update(reading.family, (reading.last_name, reading.whole))
    return frozenset(keys)


def is_group(person: Person) -> bool:
    """Return whether a name is that of a group, or one that no comma divides into parts."""
    written = person.literal or person.name
    return bool(person.literal) or is_institution(written) or bool(_COLLABORATION.search(written))


def generation(suffix: str) -> str:
    """Return "jr", "sr" or a number for a suffix that tells relatives apart; else ""."""
    word = fold(suffix).strip(" .,")
    return next((name for name, words in _GENERATIONS.items() if word in words), "")


_GENERATIONS: Final = {
    "jr": frozenset(("jr", "jnr", "jun", "junior", "filho", "fils", "hijo")),
    "sr": frozenset(("sr", "snr", "sen", "senior", "pere", "padre")),
    "neto": frozenset(("neto",)),
    "2": frozenset(("ii", "2nd")),
    "3": frozenset(("iii", "3rd")),
    "4": frozenset(("iv", "4th")),
}


def _orders(person: Person) -> Iterator[tuple[str, str, str]]:
    """Yield family name, particle and given names as written, and as others may write them."""
    given, dropped = names.split_given(_NICKNAME.sub(" ", person.given))
    family, particle = person.family, f"{dropped} {person.particle}".strip()
    yield family, particle, given
    first, capital = _split_particle(given)
    if first and capital:  # "Anna Van der Meulen"
        yield family, f"{capital} {particle}", first
    if not given or particle:
        return
    if _is_reversed(family, given):
        yield given, "", family
    elif _PATRONYMIC.fullmatch(fold(family)) and " " in given:  # "Petrov Ivan Sergeevich"
        first, _, rest = given.partition(" ")
        yield first, "", f"{rest} {family}"


def _split_particle(given: str) -> tuple[str, str]:
    """Return given names, and the particles in capitals at their end: "Anna" and "Van"."""
    words = given.split()
    end = len(words)
    while end and len(words[end - 1]) > 1 and fold(words[end - 1]) in _PARTICLES:
        end -= 1
    return " ".join(words[:end]), " ".join(words[end:])


def _is_reversed(family: str, given: str) -> bool:
    """Return whether the family name may be first: "Feng Siyuan", "Feng SY", "FENG Si"."""
    if is_cjk(family, given) or may_be_reversed(fold(family), fold(given)):
        return True
    if _are_initials(family):
        return not _are_initials(given)
    return _is_capital(given, family)


def _are_initials(written: str) -> bool:
    return bool(_INITIALS.fullmatch(written) or _DOTTED.fullmatch(written))


def _is_capital(given: str, family: str) -> bool:
    """Return whether capitals mark the first word as the family name: "FENG Siyuan"."""
    letters = _HYPHEN.sub("", given)
    return len(letters) > 1 and letters.isupper() and not family.isupper() and letters.isalpha()


def _spellings(family: str, particle: str, given: str) -> Iterator[tuple[str, str, str]]:
    """Yield the parts with each spelling of letters such as ö."""
    families, given_names = (
        {part, part.translate(_DIGRAPHS)}
        for part in (unicodedata.normalize("NFC", part) for part in (family, given))
    )
    return ((last, particle, first) for last, first in product(families, given_names))


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(_APOSTROPHES.sub("", text)))


def _reading(family: str, particle: str, given: str) -> Reading:
    words, before = _words(family), _words(particle)
    while len(words) > 1 and words[0] in _PARTICLES:
        before.append(words.pop(0))
    joined = "".join(before)
    return Reading(tuple(words), "al" if joined == "el" else joined, _given(given, family))


def _given(written: str, family: str) -> tuple[Given, ...]:
    parts: list[Given] = []
    is_joined = False
    for piece in _PIECE.findall(_APOSTROPHES.sub("", written)):
        if _HYPHEN.fullmatch(piece):
            is_joined = bool(parts)
            continue
        letters = fold(piece.rstrip("."))
        if _INITIALS.fullmatch(piece) and not (family.isupper() and len(piece) > 1):  # "SY"
            parts += (Given(letter, True, is_joined) for letter in letters)
        elif any(map(str.isalnum, letters)):
            is_short = len(letters) == 1 or piece.endswith(".")
            parts.append(Given(letters, is_short and not is_cjk(letters), is_joined))
        is_joined = False
    return tuple(parts)
