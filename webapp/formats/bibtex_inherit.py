"""What an entry takes from another one: `crossref` from the book around it, `xdata` from a store.

The fields taken are added to the entry itself, so that it stays whole when it is exported alone.
"""

import re
from collections.abc import Mapping
from typing import Final

from .bibtex_types import CONTAINED
from .reading import Block, Problem

_SECOND = re.compile(r"-\d+$")  # the second field of a name
_MAX_DEPTH = 8
_OWN_NAMES = """
crossref xref xdata ids title subtitle shorttitle abstract annotation annote keywords doi url
eprint eprinttype archiveprefix primaryclass eprintclass arxiv pdf file html website code
slides video poster preview selected abbr pages note entryset related label options
"""
_OWN: Final = frozenset(_OWN_NAMES.split())
_AROUND: Final = {
    "title": "booktitle", "subtitle": "booksubtitle", "shorttitle": "shortbooktitle",
}  # fmt: skip


def inherit(blocks: list[Block]) -> list[Problem]:
    """Complete every block; problems for parents that are not in the file."""
    by_key: dict[str, Block] = {}
    for block in blocks:
        by_key.setdefault(block.key.lower(), block)
    problems: list[Problem] = []
    taken = {}
    for index, block in enumerate(blocks):
        names = {name for name, _ in block.fields}
        if "crossref" in names or "xdata" in names:
            taken[index] = _with_parents(block, by_key, problems, 0)
    for index, fields in taken.items():
        blocks[index].fields = fields
    return problems


def _with_parents(
    block: Block, by_key: Mapping[str, Block], problems: list[Problem], depth: int
) -> list[tuple[str, str]]:
    fields = list(block.fields)
    for relation in ("xdata", "crossref"):
        written = next((value for name, value in block.fields if name == relation), "")
        for key in filter(None, (each.strip() for each in written.split(","))):
            parent = by_key.get(key.lower())
            if parent is None:
                _missing(block, relation, key, problems)
            elif parent is not block and depth < _MAX_DEPTH:
                given = _with_parents(parent, by_key, [], depth + 1)
                _add(fields, _passed_on(given, relation, block.type))
                if relation == "xdata":
                    fields = [(name, value) for name, value in fields if name != "xdata"]
    return fields


def _missing(block: Block, relation: str, key: str, problems: list[Problem]) -> None:
    message = f"{relation} = {{{key}}} points to an entry that is not in the file."
    problems.append(Problem(block.line, block.key, f"missing-{relation}", message))


def _passed_on(fields: list[tuple[str, str]], relation: str, kind: str) -> list[tuple[str, str]]:
    if relation == "xdata":
        return [(name, value) for name, value in fields if name != "xdata"]
    if kind not in CONTAINED:
        return [(name, value) for name, value in fields if name not in _OWN - {"title", "subtitle"}]
    names = {name for name, _ in fields}
    around = {old: new for old, new in _AROUND.items() if new not in names}
    passed = [(around.get(name, name), value) for name, value in fields]
    return [(name, value) for name, value in passed if name not in _OWN]


def _add(fields: list[tuple[str, str]], more: list[tuple[str, str]]) -> None:
    names = {name for name, _ in fields}
    for name, value in more:
        if name not in names and not _SECOND.search(name):
            names.add(name)
            fields.append((name, value))
