"""Acronyms that a text explains: "neural machine translation (NMT)", "NMT (neural machine ...)"."""

import re
from collections.abc import Iterator

from ..folding import fold
from .text import STOP_WORDS

MAX_LETTERS = 10  # of an acronym
_MAX_WORDS = 12  # before an acronym that may belong to it

_AFTER = re.compile(r"\(\s?([^\W\d_][\w&/-]{1,10})\s?[);,:]")
_BEFORE = re.compile(r"(?<![\w-])([^\W\d_][\w&/-]{1,10}) ?\(([^()]{5,120})\)")
_WORD = re.compile(r"[^\W\d_]+")
_PLURAL = re.compile(r"(?<=[A-Z])s$")
_LINKING = STOP_WORDS | {"de", "du", "des", "der", "und", "et", "la", "les", "using", "via"}


def find_acronyms(text: str) -> Iterator[tuple[str, str]]:
    """Yield the acronyms that a text explains, each with its words, all folded.

    >>> list(find_acronyms("Pre-trained language models (PLMs) and NMT"))
    [('plm', 'pre trained language models')]
    """
    if "(" not in text:
        return
    for match in _AFTER.finditer(text):
        if letters := _letters(match[1]):
            before = text[max(match.start() - 200, 0) : match.start()]
            if words := _explanation(before, letters):
                yield letters, words
    for match in _BEFORE.finditer(text):
        letters = _letters(match[1])
        words = _explanation(match[2], letters) if letters else ""
        if words and words.split()[0] == fold(_WORD.findall(match[2])[0]):
            yield letters, words


def _letters(acronym: str) -> str:
    """Return the letters of an acronym, folded, without a plural s; "" if it is another word."""
    if sum(map(str.isupper, acronym)) < 2:
        return ""
    bare = "".join(filter(str.isalnum, fold(_PLURAL.sub("", acronym))))
    return bare if bare.isalpha() and 2 <= len(bare) <= MAX_LETTERS else ""


def _explanation(text: str, letters: str) -> str:
    """Return the last words of a text whose first letters spell an acronym; "" if none do."""
    matches = list(_WORD.finditer(text))[-_MAX_WORDS:]
    if not matches or text[matches[-1].end() :].strip(" \"'”’"):
        return ""
    words = [fold(match.group()) for match in matches]
    optional = [
        word in _LINKING or text[match.start() - 1 : match.start()] == "-"
        for word, match in zip(words, matches, strict=True)
    ]
    first = _first_word(words, optional, len(words), letters)
    while 0 < first < len(words) and text[matches[first].start() - 1] == "-":
        first -= 1  # to the beginning of the compound
    return " ".join(words[first:]) if first < len(words) - 1 else ""


def _first_word(words: list[str], optional: list[bool], end: int, letters: str) -> int:
    """Return the number of the word where the explanation of `letters` begins, else `end`.

    Each word before `end` gives its first letter and perhaps others after it, in order, unless it
    is optional.
    """
    if not end:
        return end
    word, last = words[end - 1], end - 1
    for count in range(1, len(letters) + 1):
        if letters[-count] != word[0] or not _is_subsequence(letters[-count:], word):
            continue
        if count == len(letters):
            return last
        first = _first_word(words, optional, last, letters[:-count])
        if first < last:
            return first
    if optional[last]:
        first = _first_word(words, optional, last, letters)
        return first if first < last else end
    return end


def _is_subsequence(letters: str, word: str) -> bool:
    rest = iter(word)
    return all(letter in rest for letter in letters)
