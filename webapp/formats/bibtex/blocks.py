"""A BibTeX file cut into entries. bibtexparser cuts; what it cannot, or cuts wrong, is mended."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from bibtexparser import model
from bibtexparser.splitter import Splitter

from .. import time_limit
from ..reading import Block, Problem
from ..vocabulary import TYPES
from .repair import bare_key, repair
from .values import is_clean

# Where an entry starts: bibtexparser, too, lets a new one begin at the start of any line.
_START = re.compile(r"^[ \t\ufeff]*@[ \t]*(?P<type>\w[\w:.+-]*)\s*(?P<open>[{(])", re.MULTILINE)
_KEY = re.compile(r"[^{(]{0,200}[{(]\s*+([^\s,{}=]{1,200}+),")
_FIELD = re.compile(r"(?:^|,)[ \t]*[A-Za-z][\w:+-]*[ \t]*=[ \t]*[{\"\d]", re.MULTILINE)
_FIELD_NAME = re.compile(r"[^\s%\"{}]+")
_STRAY = re.compile(r"[ \t]*@[ \t]*([A-Za-z]\w*)")
_COMMENTED = re.compile(r"[ \t]*%[^\n]*?(@\w+[ \t]*[{(])")

# All of a file may stand in one line. Reading takes a third of this (measured with 16,000 entries).
_SECONDS_PER_CHARACTER = 1e-5

_SILENT = ("comment", "preamble")

# bibtexparser writes a warning to the log for every broken entry; here they are told properly.
logging.getLogger("bibtexparser.splitter").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Stray:
    """Something between the entries that looks like one and is none."""

    problem: Problem
    commented: bool  # with a %, so by the owner's will


def scan(text: str) -> Iterator[Block | Stray]:
    """Every entry and definition of a file, in its order."""
    starts = [found.start() for found in _START.finditer(text)]
    first = starts[0] if starts else len(text)
    yield from _between(text[:first], 1)
    line = 1 + text.count("\n", 0, first)
    for start, end in pairwise([*starts, len(text)]):
        segment = text[start:end]
        seconds = time_limit.SECONDS + _SECONDS_PER_CHARACTER * len(segment)
        found = time_limit.guarded(partial(_entries, segment, line), line, _key(segment), seconds)
        yield from [Stray(found, commented=False)] if isinstance(found, Problem) else found
        line += segment.count("\n")


def _entries(segment: str, line: int) -> list[Block | Stray]:
    return list(_segment(segment, line))


def _key(segment: str) -> str:
    """The key of an entry that cannot be read, as far as it shows."""
    found = _KEY.match(segment)
    return found[1] if found else ""


def _segment(segment: str, line: int) -> Iterator[Block | Stray]:
    """What begins with one entry and ends before the next line that begins with one."""
    found = _START.match(segment)
    if not found:
        return
    kind = re.sub(r"\W", "", found["type"]).lower()
    if kind in _SILENT:
        return
    body = segment[found.end() :]
    blank = "\n" * found.group().count("\n")
    blocks = Splitter(f"@{kind}{found['open']}{blank}{body}").split().blocks
    entry = _sound(blocks[0], line)
    if entry is None or _continues(blocks[1:]):
        yield repair(Block(line, kind, ""), body, found["open"])
    else:
        yield entry
        yield from _later(blocks[1:], line)


def _later(blocks: list[model.Block], line: int) -> Iterator[Block | Stray]:
    """What follows an entry on its own lines: mostly nothing, sometimes a comment or an entry."""
    commented = -1
    for block in blocks:
        start, raw = line + (block.start_line or 0), block.raw or ""
        if isinstance(block, model.ImplicitComment):
            yield from _between(raw, start)
            last = raw.rpartition("\n")[2].lstrip()
            commented = start + raw.count("\n") if last.startswith("%") else -1
        elif start == commented:
            yield _left_out(start, raw)
        elif entry := _sound(block, start):
            yield entry
        elif (found := _START.match(raw)) and found["type"].lower() not in _SILENT:
            yield repair(Block(start, found["type"].lower(), ""), raw[found.end() :], found["open"])


def _left_out(line: int, raw: str) -> Stray:
    key = re.split(r"[{(]", raw, maxsplit=1)[-1].split(",")[0].split("\n")[0].strip()
    message = f"“{key}” is commented out with %, so it was left out."
    return Stray(Problem(line, key, "commented-out", message, rejected=True), commented=True)


def _sound(found: model.Block, line: int) -> Block | None:
    """The entry or definition, when bibtexparser has understood all of it."""
    block = getattr(found, "ignore_error_block", None) or found
    if isinstance(block, model.String):
        sound = is_clean(block.value)
        return Block(line, "string", "", [(block.key.lower(), block.value)]) if sound else None
    return _block(block, line) if isinstance(block, model.Entry) and _is_sound(block) else None


def _is_sound(entry: model.Entry) -> bool:
    return (
        bool(entry.key and entry.entry_type)
        and not re.search(r"[\n\"=%{}]", entry.key)
        and all(is_clean(each.value) for each in entry.fields)
        and all(_FIELD_NAME.fullmatch(each.key) for each in entry.fields)
    )


def _continues(rest: list[model.Block]) -> bool:
    """Whether fields stand behind the brace that should have been the last."""
    return any(
        isinstance(block, model.ImplicitComment) and _FIELD.search(block.comment) for block in rest
    )


def _block(entry: model.Entry, line: int) -> Block:
    fields = [(each.key.lower(), each.value) for each in entry.fields]
    return Block(line, entry.entry_type.lower(), bare_key(entry.key), fields)


def _between(comment: str, line: int) -> Iterator[Stray]:
    """Text between entries is a comment in BibTeX; only what looks like an entry is told."""
    if "@" not in comment:
        return
    for number, words in enumerate(comment.split("\n"), line):
        if found := _COMMENTED.match(words):
            yield _left_out(number, words[found.start(1) :])
        elif (found := _STRAY.match(words)) and found[1].lower() in TYPES:
            message = f"“@{found[1]}” is no entry: write @{found[1]}{{key, title = {{...}}, ...}}."
            yield Stray(Problem(number, "", "not-an-entry", message, rejected=True), False)
