"""Formats of one tag a line: RIS, EndNote, PubMed. Cut into entries, each with its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .. import building

_MAX_LINE = 100_000


@dataclass(slots=True)
class Tagged:
    """An entry as tags and values, in their order; a line without a tag continues a value."""

    line: int
    tags: list[tuple[str, str]] = field(default_factory=list)
    ended: bool = False
    gap: bool = False  # a blank line stands before what continues the last value

    def all(self, *tags: str) -> list[str]:
        return [value for tag, value in self.tags if tag in tags and value]

    def first(self, *tags: str) -> str:
        """The value of the first of these tags that has one."""
        by_tag = {tag: value for tag, value in reversed(self.tags) if value}
        return next((by_tag[tag] for tag in tags if tag in by_tag), "")


def line_of(entry: Tagged) -> int:
    """The line where an entry begins, from 1."""
    return entry.line


def cut(text: str, pattern: re.Pattern[str], start: str, end: str = "") -> Iterator[Tagged]:
    """Entries begin with the tag `start`; `pattern` has the groups tag and value."""
    entry: Tagged | None = None
    for number, line in enumerate(text.split("\n"), 1):
        found = pattern.match(line[:_MAX_LINE])
        if not found:
            _continue(entry, line.strip())
        elif found["tag"] == end:
            if entry:
                entry.ended = True
        else:
            if found["tag"] == start or entry is None or entry.ended:
                if entry:
                    yield entry
                entry = Tagged(number)
            entry.gap = False
            entry.tags.append((found["tag"], (found["value"] or "").strip()))
    if entry:
        yield entry


def _continue(entry: Tagged | None, words: str) -> None:
    if entry is None or not entry.tags or entry.ended:
        return
    if not words:
        entry.gap = True
        return
    tag, value = entry.tags[-1]
    between = "\n\n" if entry.gap else "\n"
    entry.tags[-1] = (tag, f"{value}{between}{words}" if value else words)
    entry.gap = False


def continued(value: str) -> str:
    """A value behind its tag; further paragraphs are indented, so that none looks like a tag."""
    return "\n\n      ".join(building.paragraphs(value))
