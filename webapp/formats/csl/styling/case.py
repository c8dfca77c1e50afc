"""Changes of case in rich text, as CSL styles require them."""

import re
from typing import Final

from .richtext import ITALIC, MARKS, NO_CASE, QUOTED, SMALL_CAPS, SUBSCRIPT

# Articles, conjunctions and prepositions of any length, as in the reference. The specification
# lists the short ones: https://docs.citationstyles.org/en/stable/specification.html#title-case
_SHORT = """
a about above across afore after against along alongside amid amidst among amongst an and apropos
around as aside astride at atop barring before behind below beneath beside besides between beyond
but by circa de despite down during et except for from given in inside into lest like modulo near
next nor notwithstanding of off on onto or out over per plus pro qua sans since so than the
through throughout thru till to toward towards under underneath until unto up upon v van versus via
von vs with within without yet
"""
STOP_WORDS: Final = frozenset(_SHORT.split())

_FIXED = f"{NO_CASE[0]}[^{NO_CASE[0]}{NO_CASE[1]}]*+{NO_CASE[1]}"  # keeps its case
_BEFORE_WORD = f"{ITALIC[0]}-{SUBSCRIPT[1]}{NO_CASE[1]}-{SMALL_CAPS[1]}"  # all marks but one
_WORD = rf"(?<![\w’{MARKS}])[’{_BEFORE_WORD}]*+\w[\w’{MARKS}]*+"
_PARTS = re.compile(f"(?P<fixed>{_FIXED})|{_WORD}")
_MARK = re.compile(f"[{MARKS}]")
_BEGINS = re.compile(rf"(?:^|[:?!])[\s“‘(\[{MARKS}{QUOTED[0]}]*$")  # a title, or a subtitle
_SEPARATED = re.compile(rf"(?:^|[\s‐–—“‘(\[{QUOTED[0]}-])$")
_GREEK = "µ\u0370-\u03ff"  # with the micro sign
_SYMBOL = re.compile(rf"[{_GREEK}](?![{_GREEK}])")  # "α-synuclein", "μm"
_WINDOW = 8  # characters before a word that tell its place


def capitalized_first(text: str) -> str:
    """Return the text with its first word capitalized, unless that has capitals: "arXiv"."""
    for part in _PARTS.finditer(text):
        if part["fixed"] or any(map(str.isalpha, part[0])):
            return text[: part.start()] + _capitalized(part) + text[part.end() :]
    return text


def lowercase(text: str) -> str:
    """Return the text in lower case, except for what keeps its case."""
    return _PARTS.sub(lambda part: part[0] if part["fixed"] else part[0].lower(), text)


def title_case(text: str) -> str:
    """Return the text with words capitalized; short ones only first, last and after a colon.

    After a full stop, which may end an abbreviation ("Proc. of", "vs. the"), words stay short.
    """

    def change(part: re.Match[str]) -> str:
        before = text[max(0, part.start() - _WINDOW) : part.start()]
        if not _SEPARATED.search(before):
            return part[0]
        short = _MARK.sub("", part[0]) in STOP_WORDS
        if short and not _BEGINS.search(before) and _PARTS.search(text, part.end()):
            return part[0]
        return _capitalized(part)

    return _PARTS.sub(change, text)


def _capitalized(part: re.Match[str]) -> str:
    word = part[0]
    if part["fixed"] or not word.islower():
        return word
    letter = next(place for place, character in enumerate(word) if character.islower())
    if any(character.isdecimal() for character in word[:letter]) or _SYMBOL.match(word, letter):
        return word
    return word[:letter] + word[letter].upper() + word[letter + 1 :]
