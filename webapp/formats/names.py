"""The names in a BibTeX `author` field.

The field is split before LaTeX is decoded, because braces keep a name in one piece.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from ..records import OTHERS, Person, is_cjk
from . import name_lists, suffixes
from .braces import end_of, is_balanced
from .institutions import is_institution
from .latex import decoding

_AND = re.compile(r"(?:^\s*+|(?<!\s)\s++)and(?=\s|$)", re.IGNORECASE)
_AND_ALONE = re.compile(r"and", re.IGNORECASE)
_TOKEN = re.compile(r"\\.|[{}]|(?:^\s*+|(?<!\s)\s++)and(?=\s|$)", re.IGNORECASE | re.DOTALL)
_PART = re.compile(r"\\.|[{},]|[\s~]+", re.DOTALL)
_ET_AL = re.compile(r"(?<![\s,])[\s,]++et\.?\s*+al\.?$", re.IGNORECASE)
_OPTION = re.compile(r"[\s\"]*[\w-]+\s*=")  # begins a name in the extended form of biblatex
_NAMED_PART = re.compile(r"(?<![\w-])(?:family|given)\s*=", re.IGNORECASE)
_SPLIT_INITIALS = re.compile(r"(?<=\w\.) (?=-[^\W\d_])")  # "K. -H.", as IEEE writes it
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?)+")
_HOMONYM = re.compile(r"\d{4}")  # with which dblp tells people of one name apart

# Marks of equal contribution after a word, as in al-folio: Ada Lovelace*, Byron$^\dagger$
_MARK_SIGNS: Final = {
    "*": "*", r"\ast": "*", r"\star": "*", "†": "†", r"\dagger": "†", r"\dag": "†", "‡": "‡",
    r"\ddagger": "‡", r"\ddag": "‡", "¶": "¶", r"\P": "¶", "§": "§", r"\S": "§", "^": "", "&": "&",
    r"\&": "&", r"\textdagger": "†", r"\textdaggerdbl": "‡", r"\textasteriskcentered": "*",
}  # fmt: skip
_SIGN = "|".join(re.escape(sign) for sign in sorted(_MARK_SIGNS, key=len, reverse=True))
_MARKS = re.compile(
    rf"""(?<=[^\s,\\])(?:
      \s?+\$\s?+\^?+\s?+\{{?+\s?+(?P<math>(?:(?:{_SIGN})[\s,]*+)++)\}}?+\s?+\$
    | \s?+\\textsuperscript\s?+\{{\s?+(?P<super>(?:\$?+(?:{_SIGN})\$?+[\s,]*+)++)\}}
    | (?P<bare>(?:\{{(?:{_SIGN})\}}|(?:{_SIGN})(?![A-Za-z]))++)
    )(?P<end>(?=[\s,}}]|$))?+""",
    re.VERBOSE,
)
_MARK_HINT = re.compile(r"[*†‡¶§^&]|\\dag|\\ddag|\\[PS]\b|\\ast|\\star|\\text(?:dag|aster)")
_ONE_SIGN = re.compile(_SIGN)


def people(source: str) -> tuple[Person, ...]:
    """Return the people in an `author` or `editor` field; `and others` becomes OTHERS."""
    names = (part for name in split(source) for part in name_lists.on_one_line(name))
    return tuple(person for name in names for person in _read(name) if person.name)


def without_marks(source: str) -> str:
    """Return a field of names without marks of equal contribution."""
    if not _MARK_HINT.search(source):
        return source
    return " and ".join(_without_marks(name)[0] for name in split(source))


def split(source: str) -> list[str]:
    """Return the names, which are separated by `and` outside of braces."""
    if "{" not in source or not is_balanced(source):
        parts = _AND.split(source)
    else:
        parts = list(_outside_braces(source))
    names = [part.strip() for part in parts]
    return [name for name in names if name and not _AND_ALONE.fullmatch(name)]


def has_initials(written: str) -> bool:
    """Return whether a name without a comma is that of a person: "A. B. Lee", "Ann B. Lee"."""
    words = _SPLIT_INITIALS.sub("", written).split()
    return bool(
        len(words) > 1
        and not is_institution(written)
        and any(_INITIAL.fullmatch(word) for word in words[:-1])
    )


def is_homonym(family: str) -> bool:
    """Return whether a family name is the number with which dblp tells people of one name apart."""
    return _HOMONYM.fullmatch(family) is not None


def _outside_braces(source: str) -> Iterator[str]:
    depth = start = 0
    for token in _TOKEN.finditer(source):
        sign = token.group()
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        elif depth == 0 and sign[0] != "\\":
            yield source[start : token.start()]
            start = token.end()
    yield source[start:]


def _read(name: str) -> list[Person]:
    """Return the person of a name, and OTHERS if it ends with "et al."."""
    if name.lower() in ("others", "et al.", "et al", "{others}"):
        return [OTHERS]
    shortened = _ET_AL.sub("", name)
    if shortened != name:
        return [parse(shortened), OTHERS] if shortened else [OTHERS]
    return [parse(name)]


@lru_cache(maxsize=16384)
def parse(name: str) -> Person:
    """Return the person of a name in any form of BibTeX, or biblatex's `family=..., given=...`."""
    bare, marks = _without_marks(_SPLIT_INITIALS.sub("", name))
    if literal := _whole_group(bare):
        if _OPTION.match(literal) and _NAMED_PART.search(literal):
            return _extended(literal)
        return Person(literal=_words(literal), equal=bool(marks), marks=marks)
    if _OPTION.match(bare) and _NAMED_PART.search(bare):
        return _extended(bare)
    parts = [_without_number(part) for part in _parts(bare) if part] or [[]]
    if len(parts) == 1:
        family, given, particle, suffix = _first_von_last(parts[0])
    else:
        family, given, particle, suffix = _with_commas(parts)
    if not suffix and (inside := suffixes.INSIDE.fullmatch(family)):  # {Luhmann, Jr.}
        family, suffix = inside[1], inside[2]
    family = family.rstrip(",") if suffix else family  # Sammy Davis{,} Jr.
    if not (family or given or particle):
        return Person(literal=_words(bare))
    return Person(family, given, particle, suffix, equal=bool(marks), marks=marks)


def inverted(person: Person) -> str:
    """Return "van Beethoven, Ludwig, Jr."; a literal name as it is."""
    parts = (person.last_name, person.given, person.suffix)
    return person.literal or ", ".join(filter(None, parts))


def with_dropping_particle(person: Person) -> Person:
    """Return a person whose particle follows the given name, where it does not count for sorting.

    This is `useprefix=false` of biblatex and `dropping-particle` of CSL: "Beethoven, Ludwig van".
    """
    given = f"{person.given} {person.particle}".strip()
    return replace(person, given=given, particle="") if person.given else person


def split_given(given: str) -> tuple[str, str]:
    """Return a given name and the dropping particle at its end: "Ludwig" and "van"."""
    words = given.split()
    first = next((i for i in range(len(words), 0, -1) if not words[i - 1].islower()), 0)
    return (" ".join(words[:first]), " ".join(words[first:])) if first else (given, "")


def _without_marks(name: str) -> tuple[str, str]:
    """Return a name without its marks, and the marks."""
    if not _MARK_HINT.search(name):
        return name, ""
    marks: list[str] = []

    def remove(mark: re.Match[str]) -> str:
        if mark.group("end") is None:  # inside a word
            return mark.group()
        signs = mark.group("math") or mark.group("super") or mark.group("bare")
        marks.extend(_MARK_SIGNS[sign] for sign in _ONE_SIGN.findall(signs))
        return ""

    return _MARKS.sub(remove, " ".join(name.split())), "".join(marks)


def _whole_group(name: str) -> str:
    """Return the content of the braces around a whole name, or ""."""
    if not (name.startswith("{") and name.endswith("}")) or name.startswith("{\\"):
        return ""
    return name[1:-1] if end_of(name, 0) == len(name) - 1 else ""


def _parts(name: str) -> list[list[str]]:
    """Return the words of a name, as LaTeX, between its commas."""
    if "{" not in name and "\\" not in name:
        return [part.replace("~", " ").split() for part in name.split(",")]
    parts: list[list[str]] = [[]]
    depth = start = 0
    for token in _PART.finditer(name):
        sign = token.group()
        if sign in "{}":
            depth = max(0, depth + (1 if sign == "{" else -1))
        elif depth == 0 and sign[0] != "\\":
            if token.start() > start:
                parts[-1].append(name[start : token.start()])
            start = token.end()
            if sign == ",":
                parts.append([])
    if start < len(name):
        parts[-1].append(name[start:])
    return parts


def _first_von_last(words: list[str]) -> tuple[str, str, str, str]:
    suffix = ""
    if len(words) > 2 and suffixes.LAST_WORD.fullmatch(words[-1]):
        suffix, words = words[-1], words[:-1]
    if len(words) > 1 and is_cjk(*words):
        return words[0], _words(" ".join(words[1:])), "", suffix
    lower = [index for index, word in enumerate(words[:-1]) if _is_lower(word)]
    if lower and len(lower) < len(words) and (lower[0] > 0 or not _is_lower(words[-1])):
        given, von, last = (
            words[: lower[0]],
            words[lower[0] : lower[-1] + 1],
            words[lower[-1] + 1 :],
        )
    else:
        given, von, last = words[:-1], [], words[-1:]
    return _joined(last), _joined(given), _joined(von), suffix


def _with_commas(parts: list[list[str]]) -> tuple[str, str, str, str]:
    last, *rest = parts
    suffix: list[str] = []
    if len(rest) > 1:
        jr_first = _is_suffix(rest[0]) or not _is_suffix(rest[1])
        suffix, given = (rest[0], rest[1]) if jr_first else (rest[1], rest[0])
        if len(rest) > 2 or not _is_suffix(suffix):
            suffix, given = [], [_joined([" ".join(part) + "," for part in rest])[:-1]]
    else:
        given = rest[0]
        if suffixes.LAST_WORD.fullmatch(_joined(given)) and len(last) > 1:  # John Smith, Jr.
            family, names, particle, _ = _first_von_last(last)
            return family, names, particle, _joined(given)
    if not suffix and len(last) > 1 and suffixes.LAST_WORD.fullmatch(last[-1]):  # King Jr., Martin
        suffix, last = last[-1:], last[:-1]
    end = next((i for i, word in enumerate(last) if not _is_lower(word)), len(last))
    end = end if end < len(last) else max(0, len(last) - 1) if len(last) > 1 else 0
    return _joined(last[end:]), _joined(given), _joined(last[:end]), _joined(suffix)


def _is_suffix(words: list[str]) -> bool:
    """Return whether a part between commas is a suffix: a known one, or any in braces."""
    return suffixes.is_suffix(_joined(words)) or bool(_whole_group(" ".join(words)))


def _is_lower(word: str) -> bool:
    """Return whether a word is a particle: its first letter is lower case and not in braces."""
    if word[:1] == "{" and word[1:2] != "\\":
        return False
    letters = decoding.text(word) if "\\" in word else word
    return next(filter(str.isalpha, letters), "").islower()


def _extended(name: str) -> Person:
    parts = {"family": "", "given": "", "prefix": "", "suffix": "", "useprefix": ""}
    whole = ""
    for part in (" ".join(words).strip('" ') for words in _parts(name)):
        key, _, value = (word.strip(' "') for word in part.partition("="))
        if key.lower() in parts:
            parts[key.lower()] = _words(value)
            whole = _whole_group(value) if key.lower() == "family" else whole
    family, given, particle, suffix, use_prefix = parts.values()
    if whole and not given:  # "family={Robert and Sons, Inc.}"
        return Person(literal=_words(whole))
    person = Person(family, given, particle, suffix)
    return with_dropping_particle(person) if use_prefix.lower() == "false" else person


def _without_number(words: list[str]) -> list[str]:
    """Return words without the number of dblp at their end: "Yue Zhang 0009"."""
    return words[:-1] if len(words) > 1 and _HOMONYM.fullmatch(words[-1]) else words


def _joined(words: list[str]) -> str:
    return _words(" ".join(words))


def _words(source: str) -> str:
    return decoding.plain(decoding.text(source))
