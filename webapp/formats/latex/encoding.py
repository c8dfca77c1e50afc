"""Unicode text to LaTeX, which `decoding.text` decodes to the same text."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from ..braces import is_balanced
from .commands import only_prints
from .mathematics import MATH

_ESCAPES: Final = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$",
    "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "^": r"\^{}", "~": r"\textasciitilde{}",
}  # fmt: skip
_ESCAPED = re.compile(r"[\\{}$&%#_^~]\u2060*|<\u2060++|(?<=-)-|(?<=')'|(?<=[`?!])`")
_REFERENCE = re.compile(r"&(#x[\da-f]{1,6}|#\d{1,7}|[a-z][a-z\d]{1,31});", re.IGNORECASE)
_URL_OR_FORMULA = re.compile(rf"https?://[^\s{{}}\\]++|{MATH.pattern}", re.DOTALL)


def encode(words: str) -> str:
    """Return text as BibTeX can hold it. URLs and mathematics stay as they are."""
    return "".join(_encoded(words))


def _encoded(words: str) -> Iterator[str]:
    position = 0
    for match in _URL_OR_FORMULA.finditer(words):
        yield _ESCAPED.sub(_escape, words[position : match.start()])
        yield match.group() if _may_stay(match.group()) else _ESCAPED.sub(_escape, match.group())
        position = match.end()
    yield _ESCAPED.sub(_escape, words[position:])


def _may_stay(source: str) -> bool:
    """Return whether a URL or a formula only prints."""
    return only_prints(source) and (source[0] != "$" or is_balanced(source))


def _escape(match: re.Match[str]) -> str:
    character = match.group()[0]
    if character == "<":
        return "<{}"
    if character == "&" and _is_reference(match):
        return r"\&{}"
    return _ESCAPES.get(character) or "{}" + character


def _is_reference(ampersand: re.Match[str]) -> bool:
    """Return whether readers would take a character for the start of a reference: `&lt;`."""
    reference = _REFERENCE.match(ampersand.string, ampersand.start())
    return reference is not None and unescape(reference[0]) != reference[0]
