"""BibTeX and biblatex <-> records. Nothing is lost on the way in, so all of it comes out again."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Final

from ...errors import UnreadableFileError
from ...records import Record
from .. import building
from ..building import Progress
from ..keys import distinct_keys
from ..latex import commands
from ..links import address
from ..public_fields import is_public
from ..reading import Block, Problem, Reading
from ..vocabulary import LINK_FIELDS, NOT_PUBLICATIONS
from .blocks import Stray, scan
from .inheritance import inherit
from .repair import balanced
from .values import BUILT_IN, MONTHS, Allowance, Value, balance, resolve, stripped

_SCANNING: Final = 0.35  # of the time of a reading, as measured with 1,000 entries


def read(text: str, progress: Progress | None = None) -> Reading:
    """Everything in the file; `progress` is called with the share of it that is read."""
    problems: list[Problem] = []
    skipped: list[Problem] = []
    blocks: list[Block] = []
    lines = text.count("\n") + 1
    for item in scan(text):
        if isinstance(item, Stray):
            (skipped if item.commented else problems).append(item.problem)
            continue
        blocks.append(item)
        if progress:
            progress(_SCANNING * item.line / lines)
    if (
        not blocks
        and not problems
        and not re.search(r"@\s*(?:comment|preamble)\b", text, re.IGNORECASE)
    ):
        raise UnreadableFileError("There is no publication in it.")
    allowance = Allowance(len(text))
    problems += _resolve_all(blocks, allowance)
    found = [block for block in blocks if block.type != "string"]
    problems += distinct_keys(found)
    problems += inherit(found, allowance)
    publications = list(_publications(found, skipped))
    return building.finish("bibtex", publications, problems, skipped, progress, _SCANNING)


# A file on somebody's computer, in a field that should lead elsewhere.
_LOCAL = re.compile(r":?(?:file:|internal-pdf:|~|/|\.\.?[/\\]|\\|[a-z]:[/\\])", re.IGNORECASE)


def _publications(blocks: list[Block], skipped: list[Problem]) -> Iterator[Block]:
    for block in blocks:
        if block.type in NOT_PUBLICATIONS:
            message = f"@{block.type} is no publication of its own, so it was left out."
            skipped.append(Problem(block.line, block.key, "not-a-publication", message, True))
        else:
            yield block


def _resolve_all(blocks: list[Block], allowance: Allowance) -> Iterator[Problem]:
    """Every value as text, macros put in; the fields of a block are then its source."""
    macros = dict(BUILT_IN)
    for block in blocks:
        for index, (name, written) in enumerate(block.fields):
            value = resolve(written, macros, allowance)
            whole = stripped(value.text if balance(value.text) == 0 else balanced(value.text))
            block.fields[index] = (name, whole)
            if block.type == "string":
                macros[name] = value.text
            yield from _left_as_names(block, name, value)
        yield from block.problems
        if block.type != "string":
            yield from _each_once(block)


def _left_as_names(block: Block, name: str, value: Value) -> Iterator[Problem]:
    for macro in value.undefined:
        message = (
            f"“{macro}” in “{name}” is defined nowhere; put it in braces if it is the text "
            f"itself, or add @string{{{macro} = {{...}}}}."
        )
        yield Problem(block.line, block.key, "undefined-string", message)
    for macro in value.too_long:
        message = (
            f"“{macro}” in “{name}” was not put in: the macros of the file add too much. Write the "
            "text itself."
        )
        yield Problem(block.line, block.key, "too-long-string", message)


def _each_once(block: Block) -> Iterator[Problem]:
    """Keep a second field of a name under another one, `title-2`; the first one counts."""
    source: dict[str, str] = {}
    numbers: dict[str, Iterator[int]] = {}
    for name, value in block.fields:
        if source.setdefault(name, value) == value:
            continue
        further = numbers.setdefault(name, count(2))
        other = next(f"{name}-{number}" for number in further if f"{name}-{number}" not in source)
        source[other] = value
        message = f"“{name}” stands twice; the first counts, the second is kept as “{other}”."
        yield Problem(block.line, block.key, "duplicate-field", message)
    block.fields = list(source.items())


def write(records: Iterable[Record]) -> Iterator[str]:
    """One entry at a time, in UTF-8's characters. Reading them gives the same records."""
    for record in records:
        yield _entry(record.key, record.type, record.source)


def public(record: Record, also: Collection[str] = ()) -> Record:
    """The record as visitors get it: public fields, no paths of files, no TeX that acts.

    `also` are the names of the setting `public_fields`.
    """
    kind = record.type
    source = {
        name: commands.neutralised(value)
        for name, value in record.source.items()
        if is_public(name, kind, also) and not (name in LINK_FIELDS and _is_local(value))
    }
    fields = {
        name: value
        for name, value in record.fields.items()
        if is_public(name, kind, also) and not (name == "annotation" and name not in source)
    }
    return replace(record, key=commands.neutralised_key(record.key), fields=fields, source=source)


def _is_local(value: str) -> bool:
    return _LOCAL.match(address(value)) is not None


def _entry(key: str, kind: str, source: Mapping[str, str]) -> str:
    width = max((len(name) for name in source), default=0)
    lines = [f"  {name:<{width}} = {_value(name, value)},\n" for name, value in source.items()]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n\n"


def _value(name: str, value: str) -> str:
    if name == "month" and value in MONTHS:
        return value
    return "{" + value + "}"
