"""Braces and quotation marks of BibTeX and LaTeX: whether they are paired, and where they end."""

import re
from functools import cached_property

_BRACE = re.compile(r"(?<!\\)[{}]")
_ANY_BRACE = re.compile(r"[{}]")
_QUOTE_OR_BRACE = re.compile(r"(?<!\\)[{}\"]|\\\"")
_SPLIT = re.compile(r"((?<!\\)[{}])")


def is_balanced(text: str) -> bool:
    """Return whether each brace has its partner; escaped ones do not count."""
    if "{" not in text and "}" not in text:  # as in most values
        return True
    depth = 0
    for brace in _BRACE.finditer(text):
        depth += 1 if brace.group() == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def remove_unpaired(text: str) -> str:
    """Return the text without braces that have no partner."""
    pieces: list[str] = []
    open_at: list[int] = []
    for piece in _SPLIT.split(text.rstrip("\\")):
        if piece == "}" and not open_at:
            continue
        if piece == "}":
            open_at.pop()
        elif piece == "{":
            open_at.append(len(pieces))
        pieces.append(piece)
    for index in open_at:
        pieces[index] = ""
    return "".join(pieces)


def end_of(text: str, start: int, *, escapes: bool = True) -> int:
    """Return the index of the sign that closes the brace or quotation mark at `start`, or -1.

    With `escapes`, a brace after a backslash closes nothing. People mean it so, but BibTeX counts
    such a brace.
    """
    if text[start] == '"':
        return _end_of_quote(text, start)
    depth = 0
    for brace in (_BRACE if escapes else _ANY_BRACE).finditer(text, start):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return brace.start()
    return -1


def _end_of_quote(text: str, start: int) -> int:
    depth = 0
    for match in _QUOTE_OR_BRACE.finditer(text, start + 1):
        sign = match.group()
        if sign == '"' and depth <= 0:
            return match.start()
        depth += {"{": 1, "}": -1}.get(sign, 0)
    return -1


class Ends:
    """The results of `end_of` for all places of a text, found in one pass.

    Looking for each of many signs that nothing closes would take quadratic time.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def of(self, start: int, *, escapes: bool = True) -> int:
        """Return the index of the sign that closes the one at `start`, or -1."""
        if self._text[start] == '"':
            return self._quotes.get(start, -1)
        return (self._braces if escapes else self._all_braces).get(start, -1)

    @cached_property
    def _braces(self) -> dict[int, int]:
        return _pairs(_BRACE, self._text)

    @cached_property
    def _all_braces(self) -> dict[int, int]:
        return _pairs(_ANY_BRACE, self._text)

    @cached_property
    def _quotes(self) -> dict[int, int]:
        """The ends of quotation marks: the next one that is not in deeper braces."""
        ends: dict[int, int] = {}
        open_quotes: list[tuple[int, int]] = []  # (depth, place), the deepest last
        depth = 0
        for match in _QUOTE_OR_BRACE.finditer(self._text):
            sign, place = match.group(), match.start()
            if sign == '"':
                while open_quotes and open_quotes[-1][0] >= depth:
                    ends[open_quotes.pop()[1]] = place
                open_quotes.append((depth, place))
            else:
                depth += {"{": 1, "}": -1}.get(sign, 0)
        return ends


def _pairs(brace: re.Pattern[str], text: str) -> dict[int, int]:
    ends: dict[int, int] = {}
    open_braces: list[int] = []
    for match in brace.finditer(text):
        if match.group() == "{":
            open_braces.append(match.start())
        elif open_braces:
            ends[open_braces.pop()] = match.start()
    return ends
