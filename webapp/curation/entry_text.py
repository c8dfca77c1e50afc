"""One publication as the text of a BibTeX entry, for an editor, and back."""

from dataclasses import dataclass
from typing import Final

from ..errors import UnreadableFileError
from ..formats.bibtex import bibtex
from ..formats.encoding import remove_controls
from ..formats.reading import Problem
from ..records import Record

# Problems that are faults of the text. It is not saved, since something would be read in another
# way than it is meant, or left out. The other problems are doubts about what an entry says.
_FAULTS: Final = frozenset(
    {
        *("reader-fault", "took-too-long", "not-an-entry", "empty-entry", "junk-in-entry"),
        *("too-much-inherited", "too-long-string", "unclosed-entry", "missing-brace"),
        *("missing-quote", "extra-brace", "duplicate-key", "duplicate-field", "no-key"),
    }
)


@dataclass(frozen=True, slots=True)
class EntryText:
    """What was read of a text: its record, if there is exactly one, and the problems by line."""

    record: Record | None
    faults: tuple[Problem, ...]  # because of which the text is not saved
    doubts: tuple[Problem, ...]


def write_entry(record: Record) -> str:
    """Return the entry of a record. `read_entry` makes the same fields of it."""
    return "".join(bibtex.write([record])).rstrip("\n") + "\n"


def read_entry(text: str) -> EntryText:
    """Read a text that must be one BibTeX entry; definitions of macros may be before it."""
    text = plain_lines(text)
    if not text.strip():
        return _not_an_entry("There is no entry. Write @article{key, title = {...}}.")
    try:
        reading = bibtex.read(text)
    except UnreadableFileError:
        return _not_an_entry("This is not an entry. Write @article{key, title = {...}}.")
    faults = [problem for problem in reading.problems if is_fault(problem)]
    faults += reading.skipped
    if not (reading.records or faults):
        return _not_an_entry("There is no entry. Write @article{key, title = {...}}.")
    for record, line in zip(reading.records[1:], reading.lines[1:], strict=True):
        message = "A second entry begins here. Remove it, and use “Add” for it."
        faults.append(Problem(line, record.key, "second-entry", message))
    return EntryText(
        record=reading.records[0] if reading.records else None,
        faults=tuple(sorted(faults, key=lambda problem: problem.line)),
        doubts=tuple(p for p in reading.problems if p not in faults),
    )


def is_fault(problem: Problem) -> bool:
    """Return whether something was left out, or may have been read in another way than meant."""
    return problem.rejected or problem.reason in _FAULTS


def plain_lines(text: str) -> str:
    """Return a text of a form with line feeds as line ends and without control characters."""
    return remove_controls(text.replace("\r\n", "\n").replace("\r", "\n"))


def _not_an_entry(message: str) -> EntryText:
    return EntryText(None, (Problem(1, "", "not-an-entry", message, rejected=True),), ())
