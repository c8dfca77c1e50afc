"""Values of fields as editors enter them: people by line, names, and what cannot be saved."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from ..formats.bibtex.values import make_writable
from ..formats.braces import is_balanced
from ..formats.name_lists import on_one_line
from ..formats.names import parse, people, split
from ..formats.reading import Problem
from ..records import OTHERS, Record
from ..store.source_records import CITATION_KEY
from .editing import FieldChange, fields_of
from .entry_text import EntryText, plain_lines, read_entry, write_entry
from .field_comparison import ENTRY_TYPE

# A name that every reader of BibTeX takes for one.
_FIELD_NAME: Final = re.compile(r"[a-z][\w:+.-]*")
MARK: Final = "*"  # of an equal contribution, after the family name


def people_lines(value: str) -> list[str]:
    """Return the names in the source of a field of people, one a line."""
    return [" ".join(name.split()) for name in split(value)]


def split_people(text: str) -> list[str]:
    """Return the names in a pasted list, which lines, "and", semicolons or commas separate.

    >>> split_people("A. Turing and B. Russell; C. Shannon")
    ['A. Turing', 'B. Russell', 'C. Shannon']
    """
    lines = (line.strip().rstrip(",;") for line in plain_lines(text).split("\n"))
    return [
        " ".join(name.split())
        for line in lines
        for part in split(line)
        for name in on_one_line(part)
    ]


def people_value(lines: Iterable[str], loaded: str) -> str:
    """Return the source of a field of people; as it was loaded, if its names are the same."""
    names = [" ".join(line.split()) for line in lines if line.strip()]
    return loaded if names == people_lines(loaded) else " and ".join(names)


def add_mark(line: str) -> str:
    """Return a name with the mark of an equal contribution, unless it has one or takes none.

    >>> add_mark("Lovelace, Ada")
    'Lovelace*, Ada'
    """
    if parse(line).equal or people(line) in ((), (OTHERS,)):
        return line
    end = next(_commas(line), len(line))
    marked = f"{line[:end].rstrip()}{MARK}{line[end:]}"
    return marked if parse(marked).equal else line


def remove_mark(line: str) -> str:
    """Return a name without the mark that `add_mark` adds; one with other marks as it is."""
    bare = line.replace(MARK, "")
    return bare if add_mark(bare) == line else line


def _commas(line: str) -> Iterator[int]:
    """Yield the places of commas outside of braces."""
    depth = 0
    for place, sign in enumerate(line):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            yield place


def find_faults(changes: Iterable[FieldChange], present: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what cannot be saved, each with the name of its field as the key of the problem."""
    seen: set[str] = set()
    for change in changes:
        name = change.name
        if name in (CITATION_KEY, ENTRY_TYPE):
            if not re.search(r"\w", change.value):
                yield _fault(name, "no-key", f"The {name} is empty.")
            continue
        if not _FIELD_NAME.fullmatch(name):
            yield _fault(name, "bad-name", f"“{name}” is no name of a field. Use letters and -.")
        if name in seen or (not change.loaded and name in present and present[name]):
            yield _fault(name, "duplicate-field", f"There is a field “{name}” already.")
        if not is_balanced(change.value):
            message = f"“{name}” has a brace without its partner. Add or remove one."
            yield _fault(name, "missing-brace", message)
        seen.add(name)


def read_changes(
    record: Record, changes: Iterable[FieldChange]
) -> tuple[list[FieldChange], EntryText]:
    """Return the changes with values as the reader of files has them, and the entry as read."""
    changes = list(changes)
    fields = {**fields_of(record), **{c.name: make_writable(c.value) for c in changes}}
    key, type_ = fields.pop(CITATION_KEY), fields.pop(ENTRY_TYPE)
    source = {name: value for name, value in fields.items() if value}
    read = read_entry(write_entry(Record(key, type_, source=source)))
    after = fields_of(read.record) if read.record else {}
    values = [replace(change, value=after.get(change.name, "")) for change in changes]
    known = {*fields_of(record), *(change.name for change in changes)}
    added = [FieldChange(name, "", after[name]) for name in after if name not in known]
    return [change for change in (*values, *added) if change.value != change.loaded], read


def _fault(name: str, reason: str, message: str) -> Problem:
    return Problem(0, name, reason, message, rejected=True)
