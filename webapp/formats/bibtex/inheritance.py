"""Fields that an entry inherits: by `crossref` from the book around it, by `xdata` from a store.

They are added to the entry itself, so that it is complete when it is exported alone. Each entry is
completed once, after its parents, no matter how many entries inherit from it.
"""

import re
from collections.abc import Iterator
from typing import Final

from ..reading import Block, Problem
from ..vocabulary import ALIASES, CONTAINED
from .values import Allowance

_REPEATED_FIELD = re.compile(r"-\d+$")  # title-2
_NOT_INHERITED_NAMES = """
crossref xref xdata ids title subtitle shorttitle abstract annotation annote keywords doi url
eprint eprinttype archiveprefix primaryclass eprintclass arxiv pdf file html website code
slides video poster preview selected abbr pages note entryset related label options hidden
"""
_NOT_INHERITED: Final = frozenset(_NOT_INHERITED_NAMES.split())
# Fields of a book that its parts inherit under another name.
_RENAMED: Final = {
    "title": "booktitle", "subtitle": "booksubtitle", "shorttitle": "shortbooktitle",
}  # fmt: skip
_RELATIONS: Final = ("xdata", "crossref")
# One name for the fields of BibTeX and biblatex that mean the same.
_SYNONYMS: Final = {
    **ALIASES, "date": "year", "institution": "school", "annotation": "annote",
}  # fmt: skip
_PARTS_OF_DATE: Final = frozenset({"month", "day"})

Fields = list[tuple[str, str]]


def inherit(blocks: list[Block], allowance: Allowance) -> list[Problem]:
    """Complete every block and return a problem for each parent that is missing or too large."""
    inheritance = _Inheritance(blocks, allowance)
    fields = [inheritance.complete(block) for block in blocks]
    for block, completed in zip(blocks, fields, strict=True):
        block.fields = completed
    return inheritance.problems


class _Inheritance:
    """The blocks of one file and the fields of those that are complete."""

    def __init__(self, blocks: list[Block], allowance: Allowance) -> None:
        self.problems: list[Problem] = []
        self._allowance = allowance
        self._by_key: dict[str, Block] = {}
        for block in blocks:
            self._by_key.setdefault(block.key.lower(), block)
        self._completed: dict[int, Fields] = {}  # by the id() of the block

    def complete(self, block: Block) -> Fields:
        """Return the fields of a block and of all that it inherits from.

        Parents come first. Of entries that inherit from each other, one gets the fields that the
        other has in the file.
        """
        stack, entered = [block], set()
        while stack:
            present = stack[-1]
            if id(present) in self._completed:
                stack.pop()
            elif id(present) in entered:
                stack.pop()
                self._completed[id(present)] = self._merge(present)
            else:
                entered.add(id(present))
                parents = (parent for _, _, parent in self._parents(present) if parent)
                stack += (parent for parent in parents if id(parent) not in entered)
        return self._completed[id(block)]

    def _parents(self, block: Block) -> Iterator[tuple[str, str, Block | None]]:
        """Yield relation, key and block of each parent; None if the block is not in the file."""
        for relation in _RELATIONS:
            written = next((value for name, value in block.fields if name == relation), "")
            for key in dict.fromkeys(filter(None, map(str.strip, written.split(",")))):
                parent = self._by_key.get(key.lower())
                if parent is not block:
                    yield relation, key, parent

    def _merge(self, block: Block) -> Fields:
        fields = list(block.fields)
        for relation, key, parent in self._parents(block):
            if parent is None:
                message = (
                    f"{relation} = {{{key}}} refers to an entry that is not in the file. Add the "
                    "entry, or remove the field."
                )
                self._report(block, f"missing-{relation}", message)
                continue
            completed = self._completed.get(id(parent), parent.fields)
            inherited = _inherited(completed, relation, block.type)
            if not self._allowance.take(sum(len(value) + len(name) for name, value in inherited)):
                message = (
                    f"{relation} = {{{key}}} was not followed: the entries of the file add too "
                    "much to each other. Write the fields into this entry."
                )
                self._report(block, "too-much-inherited", message)
                return fields
            _add(fields, inherited)
            if relation == "xdata":
                fields = [(name, value) for name, value in fields if name != "xdata"]
        return fields

    def _report(self, block: Block, reason: str, message: str) -> None:
        self.problems.append(Problem(block.line, block.key, reason, message))


def _inherited(fields: Fields, relation: str, kind: str) -> Fields:
    """Return the fields of a parent that an entry of a type inherits."""
    if relation == "xdata":
        return [(name, value) for name, value in fields if name != "xdata"]
    if kind not in CONTAINED:
        kept_back = _NOT_INHERITED - {"title", "subtitle"}
        return [(name, value) for name, value in fields if name not in kept_back]
    names = {name for name, _ in fields}
    renamed = {old: new for old, new in _RENAMED.items() if new not in names}
    inherited = [(renamed.get(name, name), value) for name, value in fields]
    return [(name, value) for name, value in inherited if name not in _NOT_INHERITED]


def _add(fields: Fields, inherited: Fields) -> None:
    """Add the inherited fields that the entry has under no name that means the same."""
    meanings = {_meaning(name) for name, _ in fields}
    has_date = any(name == "date" for name, _ in fields)
    for name, value in inherited:
        in_date = has_date and name in _PARTS_OF_DATE
        if _meaning(name) not in meanings and not in_date and not _REPEATED_FIELD.search(name):
            meanings.add(_meaning(name))
            fields.append((name, value))


def _meaning(name: str) -> str:
    return _SYNONYMS.get(name, name)
