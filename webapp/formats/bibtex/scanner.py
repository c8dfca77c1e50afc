"""The entries of a BibTeX file, and what between them looks like one.

DESIGN: a file is cut into segments at the lines that begin an entry, so that a broken entry cannot
swallow the next. `entry_reader` reads the entry that begins a segment; what follows in the segment
is a comment to BibTeX, but may have further entries on the same lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from .. import time_limit
from ..braces import Ends
from ..reading import Block, Problem
from ..vocabulary import TYPES
from .entry_reader import read_entry

STARTS = re.compile(r"^[ \t\ufeff]*@[ \t]*(?P<type>\w[\w:.+-]*)\s*(?P<open>[{(])", re.MULTILINE)
_START_IN_LINE = re.compile(r"@(?P<type>\w+)[ \t]*(?P<open>[{(])")
_KEY = re.compile(r"[^{(]{0,200}[{(]\s*+([^\s,{}=]{1,200}+),")
_STRAY = re.compile(r"[ \t]*@[ \t]*([A-Za-z]\w*)")
_COMMENT_SIGN = re.compile(r"[^\S\n]*%")
_COMMENTED_OUT = re.compile(r"[ \t]*%[^\n]*?(@\w+[ \t]*[{(])")

# A file may be one line. Reading takes a third of this, as measured with 16,000 entries.
_SECONDS_PER_CHARACTER = 1e-5

_MAX_KEY = 300  # characters, with the type, of a key that is shown
_WITHOUT_FIELDS = ("comment", "preamble")


@dataclass(frozen=True, slots=True)
class Stray:
    """Text between entries that looks like an entry."""

    problem: Problem
    commented_out: bool  # with a %, so intentionally


def scan(text: str) -> Iterator[Block | Stray]:
    """Yield the entries and definitions of a file, and the strays between them, in order."""
    starts = [match.start() for match in STARTS.finditer(text)]
    first = starts[0] if starts else len(text)
    yield from _strays(text[:first], 1)
    line = 1 + text.count("\n", 0, first)
    for start, end in pairwise([*starts, len(text)]):
        segment = text[start:end]
        seconds = time_limit.SECONDS + _SECONDS_PER_CHARACTER * len(segment)
        read = partial(_read_segment, segment, line)
        result = time_limit.guard(read, line, _key(segment), seconds)
        yield from [Stray(result, False)] if isinstance(result, Problem) else result
        line += segment.count("\n")


def _key(segment: str) -> str:
    """Return the key of an entry that cannot be read, if it can be seen."""
    match = _KEY.match(segment)
    return match[1] if match else ""


def _read_segment(segment: str, line: int) -> list[Block | Stray]:
    """Return the entry that begins a segment, and what follows it in the segment."""
    start = STARTS.match(segment)
    if not start:
        return []
    kind = re.sub(r"\W", "", start["type"]).lower()
    if kind in _WITHOUT_FIELDS:
        return []
    block = Block(line + segment.count("\n", 0, start.end()), kind)
    ends = Ends(segment)
    end = read_entry(block, segment, start.end() - 1, ends)
    block.line = line
    return [block, *_read_rest(segment, end, line, ends)]


def _read_rest(segment: str, position: int, line: int, ends: Ends) -> Iterator[Block | Stray]:
    """Yield what follows an entry in its segment: usually nothing, sometimes more entries."""
    line += segment.count("\n", 0, position)
    line_start = segment.rfind("\n", 0, position) + 1
    while start := _START_IN_LINE.search(segment, position):
        comment = segment[position : start.start()]
        yield from _strays(comment, line)
        line += comment.count("\n")
        if "\n" in comment:
            line_start = start.start() - len(comment.rpartition("\n")[2])
        kind = start["type"].lower()
        opening = start.end() - 1
        if _COMMENT_SIGN.match(segment, line_start):
            yield _commented_out(line, segment[start.start() : start.start() + _MAX_KEY])
            end = max(ends.of(opening), opening) + 1
        elif kind in _WITHOUT_FIELDS:
            end = ends.of(opening) + 1 or len(segment)
        else:
            block = Block(line, kind)
            end = read_entry(block, segment, opening, ends)
            yield block
        position, line = end, line + segment.count("\n", start.start(), end)
        line_start = max(line_start, segment.rfind("\n", start.start(), end) + 1)
    yield from _strays(segment[position:], line)


def _strays(comment: str, line: int) -> Iterator[Stray]:
    """Yield what looks like an entry in text between entries, which BibTeX ignores."""
    if "@" not in comment:
        return
    for number, words in enumerate(comment.split("\n"), line):
        if match := _COMMENTED_OUT.match(words):
            yield _commented_out(number, words[match.start(1) :])
        elif (match := _STRAY.match(words)) and match[1].lower() in TYPES:
            message = (
                f"“@{match[1]}” does not begin an entry. "
                f"Write @{match[1]}{{key, title = {{...}}, ...}}."
            )
            yield Stray(Problem(number, "", "not-an-entry", message, rejected=True), False)


def _commented_out(line: int, text: str) -> Stray:
    key = re.split(r"[{(]", text, maxsplit=1)[-1].split(",")[0].split("\n")[0].strip()
    message = f"“{key}” is commented out with %, so it was left out."
    return Stray(Problem(line, key, "commented-out", message, rejected=True), commented_out=True)
