"""The parts of titles whose case braces protect: `{scikit-learn}`, `{k}-means`, `{in vitro}`.

A title wholly in braces has none. A word that is protected in part is protected as a whole, and so
is a compound whose protected part begins in lower case: "k-means", but not "UK-based".
"""

import re
from collections.abc import Iterator
from typing import Final

from .latex.symbols import ELEMENT_MARKS

_START, _END = ELEMENT_MARKS["nc"]
_MARK = re.compile(f"[{_START}{_END}]")
_OTHER_MARKS: Final = frozenset("".join(map("".join, ELEMENT_MARKS.values())))
_IN_WORD: Final = frozenset("’'")
_IN_COMPOUND: Final = frozenset("’'-‐‑")

Span = tuple[int, int]


def with_whole_words(marked: str) -> str:
    """Return text with marks around whole words, none within others, and none around all of it."""
    if _START not in marked:
        return marked
    text = _MARK.sub("", marked)
    parts: list[str] = []
    position = 0
    for start, end in _joined(_widened(text, span) for span in _spans(marked)):
        parts += (text[position:start], _START, text[start:end], _END)
        position = end
    return "".join((*parts, text[position:]))


def _spans(marked: str) -> Iterator[Span]:
    """Yield the protected parts that have letters, by their places in the text without marks."""
    depths: list[int] = []  # of each character of the text
    depth = 0
    for character in marked:
        depth += (character == _START) - (character == _END)
        if character not in (_START, _END):
            depths.append(depth)
    text = _MARK.sub("", marked)
    shown = (d for d, c in zip(depths, text, strict=True) if c not in _OTHER_MARKS)
    around_all = min(shown, default=0)
    start = -1
    for place, depth in enumerate([*depths, around_all]):
        if depth > around_all and start < 0:
            start = place
        elif depth <= around_all and start >= 0:
            if any(map(str.isalpha, text[start:place])):
                yield start, place
            start = -1


def _widened(text: str, span: Span) -> Span:
    """Return a part widened to whole words, and to a compound that it begins in lower case."""
    start, end = span
    while start > 0 and text[span[0]].isalnum() and text[start - 1].isalnum():
        start -= 1
    first = next(filter(str.isalpha, text[span[0] : end]))
    joining = _IN_COMPOUND if first.islower() else _IN_WORD
    while end < len(text) and (text[end].isalnum() or text[end] in joining):
        end += 1
    while text[end - 1] in joining and end > span[1]:
        end -= 1
    return start, end


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    """Yield the parts, those that touch as one."""
    start = end = -1
    for span in spans:
        if span[0] > end >= 0:
            yield start, end
            start = -1
        start, end = (span[0] if start < 0 else start), max(end, span[1])
    if end >= 0:
        yield start, end
