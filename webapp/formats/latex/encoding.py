"""Unicode text -> LaTeX that `latex.text` gives back."""

import re
from collections.abc import Iterator
from typing import Final

from ..braces import is_balanced
from .commands import only_prints
from .mathematics import MATH

_ESCAPES: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "^": r"\^{}",
    "~": r"\textasciitilde{}",
}
_ESCAPED = re.compile(r"[\\{}$&%#_^~]\u2060*|(?<=-)-|(?<=')'|(?<=[`?!])`")
_KEPT = re.compile(rf"https?://[^\s{{}}\\]++|{MATH.pattern}", re.DOTALL)


def encode(words: str) -> str:
    """Text as BibTeX can hold it; `text` gives it back. Addresses and mathematics stay."""
    return "".join(_encoded(words))


def _encoded(words: str) -> Iterator[str]:
    position = 0
    for kept in _KEPT.finditer(words):
        yield _ESCAPED.sub(_escape, words[position : kept.start()])
        yield kept.group() if _may_stay(kept.group()) else _ESCAPED.sub(_escape, kept.group())
        position = kept.end()
    yield _ESCAPED.sub(_escape, words[position:])


def _may_stay(kept: str) -> bool:
    """Whether an address or mathematics can do nothing but print."""
    return only_prints(kept) and (kept[0] != "$" or is_balanced(kept))


def _escape(found: re.Match[str]) -> str:
    character = found.group()[0]
    return _ESCAPES.get(character) or "{}" + character
