"""BibTeX files that end inside an entry because a download or copy was cut short, or a disk full.

JSON and XML are broken in that case, and their readers report it. For formats whose entries have no
closing sign, see `formats.truncation`.
"""

import re
from collections.abc import Callable
from typing import Final

from ..braces import Ends
from ..vocabulary import NOT_PUBLICATIONS, TYPES

_START = re.compile(r"(?:(?<=[\s})%,\ufeff])|^)@[ \t]*(?P<type>\w[\w:.+-]*)\s*(?P<open>[{(])")
_LINE_START = re.compile(r"^[ \t\ufeff]*@[ \t]*(?P<type>\w[\w:.+-]*)\s*[{(]", re.MULTILINE)
_PARTIAL_START = re.compile(r"[ \t]*+@[ \t]*+\w*+")
_SIGN_IN_PARENTHESES = re.compile(r"(?<!\\)[{}()\"]")
_KEY = re.compile(r"\s*+[^\s,{}()=]*+\s*+(?:,|\Z)")
_LISTED: Final = TYPES | NOT_PUBLICATIONS | {"string", "comment", "preamble"}


def find_truncation(text: str) -> int:
    """Return the place of an entry without an end, or -1; entries of listed types come first."""
    place = _find_unclosed(text, _is_listed)
    return place if place >= 0 else _find_unclosed(text, _is_entry)


def _find_unclosed(text: str, is_entry: Callable[[re.Match[str]], bool]) -> int:
    """Return the place of the first entry without an end in the last line that begins any."""
    starts = [match.start() for match in _LINE_START.finditer(text) if is_entry(match)]
    rest = text[starts[-1] if starts else 0 :]
    offset = len(text) - len(rest)
    ends = Ends(rest)
    position = 0
    for start in filter(is_entry, _START.finditer(rest)):
        if start.start() < position:
            continue
        end = _end_of_entry(rest, start.end() - 1, ends)
        if end < 0:
            return offset + start.start()
        position = end + 1
    before, _, last_line = rest[position:].rstrip().rpartition("\n")
    return offset + position + len(before) + 1 if _PARTIAL_START.fullmatch(last_line) else -1


def _is_listed(start: re.Match[str]) -> bool:
    return start["type"].lower() in _LISTED


def _is_entry(start: re.Match[str]) -> bool:
    """Return whether an entry starts: one of an unlisted type begins a line, with its key."""
    if _is_listed(start):
        return True
    text, place = start.string, start.start()
    begins_line = text[max(0, place - 1) : place] in ("", "\n")
    return begins_line and bool(_KEY.match(text, start.end()))


def _end_of_entry(text: str, opening: int, ends: Ends) -> int:
    """Return the place of the sign that closes an entry, or -1."""
    if text[opening] == "(":
        return _end_of_parentheses(text, opening)
    return max(ends.of(opening), ends.of(opening, escapes=False))


def _end_of_parentheses(text: str, opening: int) -> int:
    """Return the place of the first closing one outside of braces and quotation marks, or -1."""
    depth, quoted = 0, False
    for match in _SIGN_IN_PARENTHESES.finditer(text, opening + 1):
        sign = match.group()
        if sign == '"' and depth == 0:
            quoted = not quoted
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
        elif sign == ")" and depth <= 0 and not quoted:
            return match.start()
    return -1
