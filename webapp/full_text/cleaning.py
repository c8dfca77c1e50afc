"""The text of a PDF's pages, without what only the page needs: ligatures, hyphens, running heads.

Every function is linear in the length of its text.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

PAGE: Final = "\f"  # ends each page but the last

_EDGE: Final = 2  # lines at the top and the bottom of a page that may be a running head
_REPEATED: Final = 3  # pages, at least, and
_SHARE: Final = 0.2  # share of the pages, that have a running head
_LONGEST_HEAD: Final = 160  # characters

_LETTER = r"[^\W\d_]"
# A word divided at the end of a line, or of a page. Without the look-behind, a long run of letters
# would be read again from each of them.
_DIVIDED = re.compile(
    rf"(?<!{_LETTER})({_LETTER}++)([-\u2010\u00ad])[ ]*+\n([\n\f]*+)[ ]*+({_LETTER}++)"
)
_WORD = re.compile(rf"{_LETTER}++(?:[-\u2010]{_LETTER}++)*+")
_NUMBER = re.compile(r"\d++")
_SPACE = re.compile(r"[^\S\f]++")
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean_pages(pages: Iterable[str]) -> str:
    """Return the text of pages, in one line each, separated by PAGE.

    >>> clean_pages(["The ef\ufb01cient atten-\\ntion", "of heads"])
    'The efficient attention\\x0cof heads'
    """
    lines = [_lines(page) for page in pages]
    heads = _running_heads(lines)
    texts = ("\n".join(_without_heads(page, heads)) for page in lines)
    text = _join_divided(f"\n{PAGE}\n".join(texts))
    return PAGE.join(part.strip() for part in _SPACE.sub(" ", text).split(PAGE))


def _lines(page: str) -> list[str]:
    """Return the lines of a page that have text, with compatible signs made the same."""
    text = unicodedata.normalize("NFKC", page.replace("\r\n", "\n").replace("\r", "\n"))
    text = _UNPRINTABLE.sub(" ", text)
    return [line for line in map(str.strip, text.split("\n")) if line]


def _edges(page: Sequence[str]) -> Iterator[str]:
    """Yield the first and the last lines of a page, without their numbers."""
    for line in (*page[:_EDGE], *page[_EDGE:][-_EDGE:]):
        if len(line) <= _LONGEST_HEAD:
            yield _NUMBER.sub("", line).strip().casefold()


def _running_heads(pages: Sequence[Sequence[str]]) -> set[str]:
    """Return the lines that many pages have at an edge, and "" for page numbers."""
    counts = Counter(line for page in pages for line in set(_edges(page)))
    least = max(_REPEATED, _SHARE * len(pages))
    return {line for line, count in counts.items() if count >= least}


def _without_heads(page: list[str], heads: set[str]) -> list[str]:
    if not heads or heads.isdisjoint(_edges(page)):
        return page
    last = len(page) - _EDGE
    return [
        line
        for number, line in enumerate(page)
        if _EDGE <= number < last or _NUMBER.sub("", line).strip().casefold() not in heads
    ]


def _join_divided(text: str) -> str:
    """Return a text with divided words joined, as the rest of the text writes them."""
    if not _DIVIDED.search(text):
        return text
    words = Counter(match.group().casefold() for match in _WORD.finditer(text))

    def join(match: re.Match[str]) -> str:
        left, hyphen, gap, right = match.groups()
        joined = left + right
        is_compound = words[f"{left}-{right}".casefold()] > 0 and not words[joined.casefold()]
        is_inside = text[match.start() - 1 : match.start()] in ("-", "\u2010")  # state-of-the-art
        if hyphen != "\u00ad" and (is_compound or is_inside or not right[0].islower()):
            joined = f"{left}-{right}"
        return joined + (PAGE if PAGE in gap else "")

    return _DIVIDED.sub(join, text).replace("\u00ad", "")
