"""BibTeX and biblatex <-> records. Nothing is lost on the way in, so all of it comes out again."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from ..records import Record
from . import entries
from .bibtex_inherit import inherit
from .bibtex_keys import distinct_keys
from .bibtex_repair import balanced
from .bibtex_scan import Stray, scan
from .bibtex_types import NOT_PUBLICATIONS
from .bibtex_values import BUILT_IN, MONTHS, balance, resolve, stripped
from .reading import Block, Problem, Reading, UnreadableFile

Progress = Callable[[int], None]


def read(text: str, progress: Progress | None = None) -> Reading:
    """Everything in the file; `progress` is called with the count of entries read so far."""
    problems: list[Problem] = []
    skipped: list[Problem] = []
    blocks: list[Block] = []
    for item in scan(text):
        if isinstance(item, Stray):
            (skipped if item.commented else problems).append(item.problem)
        else:
            blocks.append(item)
    if (
        not blocks
        and not problems
        and not re.search(r"@\s*(?:comment|preamble)\b", text, re.IGNORECASE)
    ):
        raise UnreadableFile("There is no publication in it.")
    problems += _resolve_all(blocks)
    found = [block for block in blocks if block.type != "string"]
    problems += distinct_keys(found)
    problems += inherit(found)
    return _records(found, problems, skipped, progress)


def _resolve_all(blocks: list[Block]) -> Iterator[Problem]:
    """Every value as text, macros put in; the fields of a block are then its source."""
    macros = dict(BUILT_IN)
    for block in blocks:
        for index, (name, written) in enumerate(block.fields):
            value = resolve(written, macros)
            block.fields[index] = (name, stripped(value.text))
            if block.type == "string":
                macros[name] = value.text
            for macro in value.undefined:
                message = (
                    f"“{macro}” in “{name}” is defined nowhere; put it in braces if it is the text "
                    f"itself, or add @string{{{macro} = {{...}}}}."
                )
                yield Problem(block.line, block.key, "undefined-string", message)
        yield from block.problems


def _records(
    blocks: list[Block],
    problems: list[Problem],
    skipped: list[Problem],
    progress: Progress | None,
) -> Reading:
    records: list[Record] = []
    lines: list[int] = []
    for count, block in enumerate(blocks, 1):
        if block.type in NOT_PUBLICATIONS:
            message = f"@{block.type} is no publication of its own, so it was left out."
            skipped.append(Problem(block.line, block.key, "not-a-publication", message, True))
            continue
        built = entries.build(block.key, block.type, _source(block, problems))
        problems += (Problem(block.line, block.key, d.reason, d.message) for d in built.doubts)
        records.append(built.record)
        lines.append(block.line)
        if progress:
            progress(count)
    problems.sort(key=lambda problem: problem.line)
    return Reading("bibtex", tuple(records), tuple(lines), tuple(problems), tuple(skipped))


def _source(block: Block, problems: list[Problem]) -> dict[str, str]:
    """The fields by name. A second one of a name is kept under another: `title-2`."""
    source: dict[str, str] = {}
    for name, value in block.fields:
        if name not in source:
            source[name] = value
        elif source[name] != value:
            other = next(f"{name}-{n}" for n in range(2, 10_000) if f"{name}-{n}" not in source)
            source[other] = value
            message = f"“{name}” stands twice; the first counts, the second is kept as “{other}”."
            problems.append(Problem(block.line, block.key, "duplicate-field", message))
    block.fields.clear()
    return source


def write(records: Iterable[Record]) -> Iterator[str]:
    """One entry at a time, in UTF-8's characters. Reading them gives the same records."""
    for record in records:
        yield _entry(record.key, record.type, record.source)


def _entry(key: str, kind: str, source: Mapping[str, str]) -> str:
    width = max((len(name) for name in source), default=0)
    lines = [f"  {name:<{width}} = {_value(name, value)},\n" for name, value in source.items()]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n\n"


def _value(name: str, value: str) -> str:
    if name == "month" and value in MONTHS:
        return value
    return "{" + (value if balance(value) == 0 else balanced(value)) + "}"
