"""Words of titles, and the mistakes that visitors make in them."""

import random
import re

from webapp.folding import fold
from webapp.search.text import STOP_WORDS

LETTERS = "abcdefghijklmnopqrstuvwxyz"

_WORD = re.compile(r"[\w'’-]*\w")


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded."""
    return _WORD.findall(fold(text))


def content_words(text: str) -> list[str]:
    """Return the words of a text as written, without stop words."""
    return [word for word in _WORD.findall(text) if fold(word) not in STOP_WORDS]


def mistyped(text: str, draw: random.Random) -> str:
    """Return a text with one typo, not in the first letter of a word."""
    positions = [i for i in range(1, len(text)) if text[i - 1].isalpha() and text[i].isalpha()]
    if not positions:
        return text
    at, letter = draw.choice(positions), draw.choice(LETTERS)
    return draw.choice(
        (
            text[:at] + letter + text[at + 1 :],
            text[:at] + letter + text[at:],
            text[:at] + text[at + 1 :],
            text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :],
        )
    )
