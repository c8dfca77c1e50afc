"""Files with one tag a line: their entries, and lines of tags for the writers."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ...records import Record
from .. import building

_MAX_LINE = 100_000  # characters in which a tag is looked for
_LAST_LINE = re.compile(r"[^\n]+\Z")

Tag = tuple[str, str]  # its name and value


@dataclass(slots=True)
class Tagged:
    """An entry as tags and values, in order. A line without a tag continues the last value."""

    line: int
    tags: list[Tag] = field(default_factory=list)
    ended: bool = False
    after_blank_line: bool = False

    def all(self, *tags: str) -> list[str]:
        """Return the values of these tags, in the order of the file."""
        return [value for tag, value in self.tags if tag in tags and value]

    def first(self, *tags: str) -> str:
        """Return the value of the first of these tags that has one."""
        by_tag = {tag: value for tag, value in reversed(self.tags) if value}
        return next((by_tag[tag] for tag in tags if tag in by_tag), "")


def line_of(entry: Tagged) -> int:
    """Return the line where an entry starts, from 1."""
    return entry.line


def split(text: str, pattern: re.Pattern[str], start: str, end: str = "") -> Iterator[Tagged]:
    """Yield the entries of a text. `pattern` has the groups tag and value.

    An entry starts with the tag `start`, and ends with `end` if the format has such a tag.
    """
    entry: Tagged | None = None
    for number, line in enumerate(text.split("\n"), 1):
        match = pattern.match(line[:_MAX_LINE])
        if not match:
            _continue(entry, line.strip())
        elif match["tag"] == end:
            if entry:
                entry.ended = True
        else:
            if match["tag"] == start or entry is None or entry.ended:
                if entry:
                    yield entry
                entry = Tagged(number)
            entry.after_blank_line = False
            entry.tags.append((match["tag"], (match["value"] or "").strip()))
    if entry:
        yield entry


def _continue(entry: Tagged | None, words: str) -> None:
    """Add a line without a tag to the last value of an entry."""
    if entry is None or not entry.tags or entry.ended:
        return
    if not words:
        entry.after_blank_line = True
        return
    tag, value = entry.tags[-1]
    separator = "\n\n" if entry.after_blank_line else "\n"
    entry.tags[-1] = (tag, f"{value}{separator}{words}" if value else words)
    entry.after_blank_line = False


def find_partial_line(text: str) -> int:
    """Return the start of a last line without a line end, or -1.

    Entries of EndNote and PubMed have no closing tag, but every line has an end.
    """
    line = _LAST_LINE.search(text)
    return line.start() if line else -1


def find_open_entry(tags: re.Pattern[str], text: str) -> int:
    """Return the place of the last start of an entry that no end follows, or -1.

    The first group of `tags` matches a start, the second an end.
    """
    place = -1
    for tag in tags.finditer(text):
        if tag[2]:
            place = -1
        elif place < 0 or tag.end() < len(text):  # the last tag may be the beginning of another
            place = tag.start()
    return place


def write(
    records: Iterable[Record],
    tags_of: Callable[[Record], Iterator[Tag]],
    prefix: str,
    end: str = "\n",
) -> Iterator[str]:
    """Yield the entry of each record. `prefix` formats a tag: "{}  - "; `end` ends an entry."""
    for record in records:
        lines = (
            f"{prefix.format(tag)}{_continued(value)}\n" for tag, value in tags_of(record) if value
        )
        yield "".join(lines) + end


def _continued(value: str) -> str:
    """Indent all paragraphs but the first, so that none looks like a tag."""
    return "\n\n      ".join(building.paragraphs(value))


def link_tags(record: Record, pdf: str, other: str) -> Iterator[Tag]:
    """Yield a tag for each absolute link. DOIs have a tag of their own."""
    for link in record.links:
        if link.kind != "doi" and "://" in link.url:
            yield pdf if link.kind == "pdf" else other, link.url
