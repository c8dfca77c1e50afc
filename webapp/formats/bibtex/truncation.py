"""Files that end inside an entry: the rest of a download, of a copy, of a full disk is missing.

JSON and XML are broken then, and their readers report that. A cut in YAML does not always show.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from ..braces import Ends
from ..vocabulary import NOT_PUBLICATIONS, TYPES

_START = re.compile(r"(?:(?<=[\s})%,\ufeff])|^)@[ \t]*(?P<type>\w[\w:.+-]*)\s*(?P<open>[{(])")
_LINE_START = re.compile(r"^[ \t\ufeff]*@[ \t]*(?P<type>\w[\w:.+-]*)\s*[{(]", re.MULTILINE)
_REMNANT = re.compile(r"[ \t]*+@[ \t]*+\w*+")
_PAREN_SIGN = re.compile(r"(?<!\\)[{}()\"]")
_KEY = re.compile(r"\s*+[^\s,{}()=]*+\s*+(?:,|\Z)")
_RIS = re.compile(r"^[ \t]{0,3}(?:(T\Z|TY(?: {1,2}-| {0,2}\Z))|(ER) {1,2}-)", re.MULTILINE)
_ISI = re.compile(r"^(?:(P\Z|PT(?=\s|\Z))|(ER)(?=\s|\Z))", re.MULTILINE)
_ISI_FILE = re.compile(r"^(?:(FN)|(EF))(?=\s|\Z)", re.MULTILINE)
_LAST_LINE = re.compile(r"[^\n]+\Z")
_ENTRIES: Final = TYPES | NOT_PUBLICATIONS | {"string", "comment", "preamble"}


def line_of_cut(text: str, format_: str) -> int:
    """The line of the entry inside which a text of that format ends; 0 when it is whole."""
    find = _CUTS.get(format_)
    start = find(text) if find else -1
    return 1 + text.count("\n", 0, start) if start >= 0 else 0


def _bibtex(text: str) -> int:
    """The place of an entry without an end: of a listed type, or else of any."""
    place = _unclosed(text, _is_listed)
    return place if place >= 0 else _unclosed(text, _is_entry)


def _unclosed(text: str, is_entry: Callable[[re.Match[str]], bool]) -> int:
    """The place of an entry, among those that start in the last line with any, without an end."""
    starts = [found.start() for found in _LINE_START.finditer(text) if is_entry(found)]
    rest = text[starts[-1] if starts else 0 :]
    offset = len(text) - len(rest)
    ends = Ends(rest)
    position = 0
    for found in filter(is_entry, _START.finditer(rest)):
        if found.start() < position:
            continue
        end = _end_of_entry(rest, found.end() - 1, ends)
        if end < 0:
            return offset + found.start()
        position = end + 1
    before, _, last_line = rest[position:].rstrip().rpartition("\n")
    return offset + position + len(before) + 1 if _REMNANT.fullmatch(last_line) else -1


def _is_listed(found: re.Match[str]) -> bool:
    return found["type"].lower() in _ENTRIES


def _is_entry(found: re.Match[str]) -> bool:
    """Whether it starts an entry: one of a type that is not listed begins a line, with its key."""
    if _is_listed(found):
        return True
    text, start = found.string, found.start()
    begins_line = text[max(0, start - 1) : start] in ("", "\n")
    return begins_line and bool(_KEY.match(text, found.end()))


def _end_of_entry(text: str, opening: int, ends: Ends) -> int:
    """The place of the sign that closes an entry; -1 when there is none."""
    if text[opening] == "(":
        return _end_of_parenthesis(text, opening)
    return max(ends.of(opening), ends.of(opening, escapes=False))


def _end_of_parenthesis(text: str, opening: int) -> int:
    """The first one that closes, outside of braces and quotation marks."""
    depth, quoted = 0, False
    for found in _PAREN_SIGN.finditer(text, opening + 1):
        sign = found.group()
        if sign == '"' and depth == 0:
            quoted = not quoted
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
        elif sign == ")" and depth <= 0 and not quoted:
            return found.start()
    return -1


def _ris(text: str) -> int:
    return _unended(_RIS, text)


def _isi(text: str) -> int:
    """Web of Science ends entries with ER, and what begins with FN with EF."""
    entry = _unended(_ISI, text)
    return entry if entry >= 0 else _unended(_ISI_FILE, text)


def _unended(tags: re.Pattern[str], text: str) -> int:
    """The place of the last start, the pattern's first group, that no end, the second, follows."""
    place = -1
    for tag in tags.finditer(text):
        if tag[2]:
            place = -1
        elif place < 0 or tag.end() < len(text):  # at the very end it may be cut, of another tag
            place = tag.start()
    return place


def _tagged(text: str) -> int:
    """Entries of EndNote and PubMed have no end, but their lines do."""
    last = _LAST_LINE.search(text)
    return last.start() if last else -1


_CUTS: Final[Mapping[str, Callable[[str], int]]] = {
    "bibtex": _bibtex,
    "ris": _ris,
    "isi": _isi,
    "endnote": _tagged,
    "pubmed": _tagged,
}
