"""The results of reading a file, and an entry before it becomes a record."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..records import Record


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault in a file, or a doubt about one of its entries."""

    line: int  # in the file, from 1
    key: str  # the citation key; empty if there is none
    reason: str  # a short stable code: "no-title", "duplicate-key", "missing-comma"
    message: str  # what is wrong and what to do, for the owner
    rejected: bool = False  # whether the entry was left out; if not, it was read and is doubtful


@dataclass(frozen=True, slots=True)
class Reading:
    """The publications of a file. `lines[i]` is the line where `records[i]` starts."""

    records: tuple[Record, ...]
    lines: tuple[int, ...]
    problems: tuple[Problem, ...] = ()
    skipped: tuple[Problem, ...] = ()  # not faults: commented out, or no publication (@xdata)
    cut_short: int = 0  # the line of the entry in which the file ends; 0 if the file is complete
    macros: Mapping[str, str] = field(default_factory=dict)  # that a BibTeX file defines
    format: str = ""  # a key of registry.FORMATS, set by registry.read


@dataclass(slots=True)
class Block:
    """An entry before it becomes a record: key, type and fields as the file has them."""

    line: int
    type: str  # the BibTeX type in lower case; "string" for a definition
    key: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
