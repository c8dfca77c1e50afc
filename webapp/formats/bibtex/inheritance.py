"""What an entry takes from another one: `crossref` from the book around it, `xdata` from a store.

The fields taken are added to the entry itself, so that it stays whole when it is exported alone.
Every entry is completed once, its parents before it, however often it is somebody's parent.
"""

import re
from collections.abc import Iterator
from typing import Final

from ..reading import Block, Problem
from ..vocabulary import CONTAINED
from .values import Allowance

_SECOND = re.compile(r"-\d+$")  # the second field of a name
_OWN_NAMES = """
crossref xref xdata ids title subtitle shorttitle abstract annotation annote keywords doi url
eprint eprinttype archiveprefix primaryclass eprintclass arxiv pdf file html website code
slides video poster preview selected abbr pages note entryset related label options
"""
_OWN: Final = frozenset(_OWN_NAMES.split())
_AROUND: Final = {
    "title": "booktitle", "subtitle": "booksubtitle", "shorttitle": "shortbooktitle",
}  # fmt: skip
_RELATIONS: Final = ("xdata", "crossref")

Fields = list[tuple[str, str]]


def inherit(blocks: list[Block], allowance: Allowance) -> list[Problem]:
    """Complete every block; problems for parents that are not in the file."""
    inheritance = _Inheritance(blocks, allowance)
    taken = {index: inheritance.completed(block) for index, block in enumerate(blocks)}
    for index, fields in taken.items():
        blocks[index].fields = fields
    return inheritance.problems


class _Inheritance:
    """The blocks of one file, as far as they are completed."""

    def __init__(self, blocks: list[Block], allowance: Allowance) -> None:
        self.problems: list[Problem] = []
        self._allowance = allowance
        self._by_key: dict[str, Block] = {}
        for block in blocks:
            self._by_key.setdefault(block.key.lower(), block)
        self._completed: dict[int, Fields] = {}  # by the block's identity

    def completed(self, block: Block) -> Fields:
        """The fields of a block and of all that it inherits from. Parents come first; of entries
        that inherit from each other, one finds the other as it is written.
        """
        waiting, entered = [block], set()
        while waiting:
            present = waiting[-1]
            if id(present) in self._completed:
                waiting.pop()
            elif id(present) in entered:
                waiting.pop()
                self._completed[id(present)] = self._merged(present)
            else:
                entered.add(id(present))
                parents = (parent for _, _, parent in self._parents(present) if parent)
                waiting += (parent for parent in parents if id(parent) not in entered)
        return self._completed[id(block)]

    def _parents(self, block: Block) -> Iterator[tuple[str, str, Block | None]]:
        """(relation, key, parent) of each that a block names; None where it is not in the file."""
        for relation in _RELATIONS:
            written = next((value for name, value in block.fields if name == relation), "")
            for key in dict.fromkeys(filter(None, map(str.strip, written.split(",")))):
                parent = self._by_key.get(key.lower())
                if parent is not block:
                    yield relation, key, parent

    def _merged(self, block: Block) -> Fields:
        fields = list(block.fields)
        for relation, key, parent in self._parents(block):
            if parent is None:
                message = f"{relation} = {{{key}}} points to an entry that is not in the file."
                self._tell(block, f"missing-{relation}", message)
                continue
            given = self._completed.get(id(parent), parent.fields)
            passed_on = _passed_on(given, relation, block.type)
            if not self._allowance.take(sum(len(value) + len(name) for name, value in passed_on)):
                message = (
                    f"{relation} = {{{key}}} was not followed: entries of the file add too much to "
                    "each other. Write the fields into the entry itself."
                )
                self._tell(block, "too-much-inherited", message)
                return fields
            _add(fields, passed_on)
            if relation == "xdata":
                fields = [(name, value) for name, value in fields if name != "xdata"]
        return fields

    def _tell(self, block: Block, reason: str, message: str) -> None:
        self.problems.append(Problem(block.line, block.key, reason, message))


def _passed_on(fields: Fields, relation: str, kind: str) -> Fields:
    if relation == "xdata":
        return [(name, value) for name, value in fields if name != "xdata"]
    if kind not in CONTAINED:
        return [(name, value) for name, value in fields if name not in _OWN - {"title", "subtitle"}]
    names = {name for name, _ in fields}
    around = {old: new for old, new in _AROUND.items() if new not in names}
    passed = [(around.get(name, name), value) for name, value in fields]
    return [(name, value) for name, value in passed if name not in _OWN]


def _add(fields: Fields, more: Fields) -> None:
    names = {name for name, _ in fields}
    for name, value in more:
        if name not in names and not _SECOND.search(name):
            names.add(name)
            fields.append((name, value))
