"""What every reader answers."""

from dataclasses import dataclass, field

from ..records import Record


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about an entry that its owner should know."""

    line: int  # in the file, from 1
    key: str  # the citation key; empty when there is none
    reason: str  # a short stable code: "no-title", "duplicate-key", "missing-comma"
    message: str  # what is wrong and what would mend it, in the owner's words
    rejected: bool = False  # the entry is not in; otherwise it is in, and doubtful


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file gave. `lines[i]` is the line where `records[i]` starts."""

    format: str
    records: tuple[Record, ...]
    lines: tuple[int, ...]
    problems: tuple[Problem, ...] = ()
    skipped: tuple[Problem, ...] = ()  # no fault: commented out, or no publication (@xdata)
    cut_short: int = 0  # the line of the entry inside which the file ends; 0: it is whole


@dataclass(slots=True)
class Block:
    """An entry on its way: a key, a type and fields as they stand in the file."""

    line: int
    type: str  # BibTeX's, lower case; "string" for a definition
    key: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
