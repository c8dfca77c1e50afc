"""Replacing entries in the text of a BibTeX file, and leaving everything else as it is.

Comments, macros, preambles, broken entries and those that are no publications stay where and as
they are. An entry stays as it is written unless it says something else than its publication.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from ...errors import CannotWriteBackError
from ...records import Record
from ..braces import Ends
from ..reading import Block
from .bibtex import read, write
from .entry_reader import read_entry
from .scanner import STARTS


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the entry that begins on a line is in a text."""

    start: int
    end: int


def replace_entries(
    text: str, records: Iterable[Record], former_keys: Mapping[str, str], removed: Iterable[str]
) -> str:
    """Return the text of a file with entries that say what the records say.

    `former_keys` has the present key by the one that the file has; entries with keys in `removed`
    go. Records without an entry are added at the end. Raises CannotWriteBackError if entries share
    a line, or if the file cannot be written so that it says the same.
    """
    wanted = {record.key: record for record in records}
    gone = set(removed)
    parts, position, met = [], 0, set()
    for entry, place in _entries(text):
        record = wanted.get(former_keys.get(entry.key, entry.key))
        if record:
            met.add(record.key)
        if (entry.key not in gone) if record is None else _says(entry, record):
            continue
        parts += [text[position : place.start], _written(record) if record else ""]
        position = place.end if record else _after_line(text, place.end)
    parts.append(text[position:])
    added = [record for key, record in wanted.items() if key not in met]
    if added:
        parts.append(_gap("".join(parts)) + "".join(write(added)))
    new = "".join(parts)
    _check(new, wanted)
    return new


def _says(entry: Record, record: Record) -> bool:
    """Return whether an entry says what a record says, in any order of the fields."""
    first, second = ((r.key, r.type, dict(r.source)) for r in (entry, record))
    return first == second


def _entries(text: str) -> Iterator[tuple[Record, _Place]]:
    """Yield the publications of a text with their places."""
    places = _places(text)
    if not places:
        return
    reading = read(text)
    counts = Counter(reading.lines)
    for record, line in zip(reading.records, reading.lines, strict=True):
        if line not in places or counts[line] > 1:
            message = f"Line {line} has several entries. Put each on a line of its own."
            raise CannotWriteBackError(message)
        yield record, places[line]


def _places(text: str) -> dict[int, _Place]:
    """Return the entries of a text by the line on which each begins."""
    places: dict[int, _Place] = {}
    line, position = 1, 0
    starts = [match.start() for match in STARTS.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        line, position = line + text.count("\n", position, start), start
        segment = text[start:end]
        match = STARTS.match(segment)
        if match and match["type"].lower() not in ("comment", "preamble", "string"):
            stop = read_entry(Block(line, match["type"]), segment, match.end() - 1, Ends(segment))
            places[line] = _Place(start, start + stop)
    return places


def _written(record: Record) -> str:
    return "".join(write([record])).strip("\n")


def _after_line(text: str, position: int) -> int:
    """Return the position after the rest of a line, if that is blank, and one empty line."""
    blank = re.compile(r"[ \t]*\n\n?").match(text, position)
    return blank.end() if blank else position


def _gap(text: str) -> str:
    """Return what separates the end of a text from an entry: an empty line."""
    if not text.strip():
        return ""
    return "" if text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"


def _check(text: str, wanted: Mapping[str, Record]) -> None:
    """Raise CannotWriteBackError unless a text says what the records say."""
    read_again = {record.key: record for record in (read(text).records if wanted else ())}
    for key, record in _differing(read_again, wanted):
        raise CannotWriteBackError(
            f"{key} would be read as another publication"
            f"{'' if record else ': its entry is missing'}. The file was left as it is."
        )


def _differing(
    read_again: Mapping[str, Record], wanted: Mapping[str, Record]
) -> Iterator[tuple[str, Record | None]]:
    for key, record in wanted.items():
        entry = read_again.get(key)
        if entry is None or dict(entry.source) != dict(record.source):
            yield key, entry
