"""The changes of case that CSL styles ask for, in rich text."""

import re
from typing import Final

from .richtext import MARKS, NO_CASE, QUOTED

# Articles, conjunctions and prepositions of any length, as the reference has them; the
# specification names the short ones: https://docs.citationstyles.org/en/stable/specification.html#title-case
_SHORT = """
a about above across after against along amid among an and around as at before behind below beneath
beside between beyond but by despite down during except for from given in inside into like near nor
of off on onto or out over per since so than the through throughout till to toward towards under
until up upon versus via vs with within without yet
"""
STOP_WORDS: Final = frozenset(_SHORT.split())

_FIXED = f"{NO_CASE[0]}[^{NO_CASE[1]}]*{NO_CASE[1]}"  # what keeps its case
_WORD = rf"(?<![\w’{MARKS}])[’{MARKS}]*+\w[\w’{MARKS}]*+"
_PARTS = re.compile(f"(?P<fixed>{_FIXED})|{_WORD}")
_MARK = re.compile(f"[{MARKS}]")
_BEGINS = re.compile(rf"(?:^|[:.?!])[\s“‘(\[{MARKS}{QUOTED[0]}]*$")  # a title, or a subtitle
_SEPARATED = re.compile(rf"(?:^|[\s‐–—“‘(\[{QUOTED[0]}-])$")
_WINDOW = 8  # characters before a word that say where it stands


def capitalized_first(text: str) -> str:
    """The first word capitalized, unless it has capitals of its own, as "arXiv" has."""
    found = next(
        (part for part in _PARTS.finditer(text) if part["fixed"] or _has_letter(part)), None
    )
    return text[: found.start()] + _capitalized(found) + text[found.end() :] if found else text


def lowercase(text: str) -> str:
    """All in lower case but for what keeps its case."""
    return _PARTS.sub(lambda found: found[0] if found["fixed"] else found[0].lower(), text)


def title_case(text: str) -> str:
    """Words without capitals get one; the short ones only first, last and after a colon."""

    def recased(found: re.Match[str]) -> str:
        before = text[max(0, found.start() - _WINDOW) : found.start()]
        if not _SEPARATED.search(before):
            return found[0]
        short = _MARK.sub("", found[0]) in STOP_WORDS
        if short and not _BEGINS.search(before) and _PARTS.search(text, found.end()):
            return found[0]
        return _capitalized(found)

    return _PARTS.sub(recased, text)


def _has_letter(part: re.Match[str]) -> bool:
    return any(character.isalpha() for character in part[0])


def _capitalized(found: re.Match[str]) -> str:
    word = found[0]
    if found["fixed"] or not word.islower():
        return word
    letter = next(place for place, character in enumerate(word) if character.islower())
    if any(character.isdecimal() for character in word[:letter]):
        return word
    return word[:letter] + word[letter].upper() + word[letter + 1 :]
