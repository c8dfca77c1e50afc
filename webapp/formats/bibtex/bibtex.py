"""BibTeX and biblatex (.bib) to records and back. An export has every field of the file."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Final

from ...errors import UnreadableFileError
from ...records import Record
from .. import building
from ..braces import is_balanced, remove_unpaired
from ..building import Progress
from ..dates import MONTH_MACROS
from ..keys import make_keys_distinct, make_keys_safe, safe_key
from ..latex import commands, journals
from ..links import address
from ..markup import conversion
from ..people import orcids
from ..public_fields import is_public
from ..reading import Block, Problem, Reading
from ..vocabulary import LINK_FIELDS, NOT_PUBLICATIONS
from .inheritance import inherit
from .scanner import Stray, scan
from .values import BUILT_IN, Allowance, Value, make_writable, resolve

_SHARE_OF_SCANNING: Final = 0.35  # of the time that reading takes, as measured with 1,000 entries
_ENTRY = re.compile(r"^[ \t]*@[ \t]*\w+\s*[{(]", re.MULTILINE)
_WITHOUT_FIELDS = re.compile(r"@\s*(?:comment|preamble)\b", re.IGNORECASE)
# What only its owner can open: ~/x.pdf, C:\x.pdf, smb://nas/x, zotero://select/x.
_LOCAL_PATH = re.compile(
    r":?(?:file:|internal-pdf:|~|/|\.\.?[/\\]|\\|(?!https?:|ftps?:)[a-z][a-z\d+.-]*+:[/\\])",
    re.IGNORECASE,
)


def looks_like(text: str) -> bool:
    """Return whether a line of a text begins an entry."""
    return bool(_ENTRY.search(text))


def read(
    text: str, progress: Progress | None = None, macros: Mapping[str, str] | None = None
) -> Reading:
    """Read the entries of a file. `macros` are those that files before this one define."""
    problems: list[Problem] = []
    skipped: list[Problem] = []
    blocks: list[Block] = []
    line_count = text.count("\n") + 1
    for item in scan(text):
        if isinstance(item, Stray):
            (skipped if item.commented_out else problems).append(item.problem)
            continue
        blocks.append(item)
        if progress:
            progress(_SHARE_OF_SCANNING * item.line / line_count)
    if not (blocks or problems or _WITHOUT_FIELDS.search(text)):
        raise UnreadableFileError("There is no publication in this file.")
    allowance = Allowance(len(text))
    defined: dict[str, str] = {}
    problems += _resolve_values(blocks, allowance, {**BUILT_IN, **(macros or {})}, defined)
    entries = [block for block in blocks if block.type != "string"]
    problems += make_keys_distinct(entries)
    problems += inherit(entries, allowance)
    problems += make_keys_safe(entries)
    publications = list(_publications(entries, skipped))
    reading = building.build_records(publications, problems, skipped, progress, _SHARE_OF_SCANNING)
    return replace(reading, macros=defined)


def _publications(entries: list[Block], skipped: list[Problem]) -> Iterator[Block]:
    for block in entries:
        if block.type in NOT_PUBLICATIONS:
            message = f"@{block.type} is not a publication, so it was left out."
            skipped.append(Problem(block.line, block.key, "not-a-publication", message, True))
        else:
            yield block


def _resolve_values(
    blocks: list[Block], allowance: Allowance, known: Mapping[str, str], defined: dict[str, str]
) -> Iterator[Problem]:
    """Replace every value by its text, with the macros' text in place of their names.

    `known` are the macros before the file; those of the file are added to `defined`.
    """
    macros = dict(known)
    for block in blocks:
        for index, (name, written) in enumerate(block.fields):
            value = resolve(written, macros, allowance)
            text = value.text if is_balanced(value.text) else remove_unpaired(value.text)
            block.fields[index] = (name, make_writable(conversion.from_latex(name, text)))
            if block.type == "string":
                macros[name] = defined[name] = value.text
            yield from _unresolved_macros(block, name, value)
        yield from block.problems
        if block.type != "string":
            yield from _rename_repeated_fields(block)


def _unresolved_macros(block: Block, name: str, value: Value) -> Iterator[Problem]:
    for macro in value.undefined:
        if journals.journal(macro):  # journal = \apj, as in files for astronomers
            continue
        message = (
            f"“{macro}” in “{name}” is not defined. Put it in braces if it is the text itself, "
            f"or add @string{{{macro} = {{...}}}}."
        )
        yield Problem(block.line, block.key, "undefined-string", message)
    for macro in value.too_long:
        message = (
            f"“{macro}” in “{name}” was not replaced by its definition: the macros of the file "
            "add too much. Write the text itself."
        )
        yield Problem(block.line, block.key, "too-long-string", message)


def _rename_repeated_fields(block: Block) -> Iterator[Problem]:
    """Rename the second field of a name to `title-2`; the first one counts."""
    source: dict[str, str] = {}
    numbers: dict[str, Iterator[int]] = {}
    for name, value in block.fields:
        if source.setdefault(name, value) == value:
            continue
        candidates = (f"{name}-{number}" for number in numbers.setdefault(name, count(2)))
        new_name = next(candidate for candidate in candidates if candidate not in source)
        source[new_name] = value
        message = (
            f"There are two fields “{name}”. The first one counts; the second became “{new_name}”."
        )
        yield Problem(block.line, block.key, "duplicate-field", message)
    block.fields = list(source.items())


def write(records: Iterable[Record]) -> Iterator[str]:
    """Yield the entry of each record. Reading them gives the same records."""
    for record in records:
        yield _entry(safe_key(record.key), record.type, record.source)


def _entry(key: str, kind: str, source: Mapping[str, str]) -> str:
    width = max((len(name) for name in source), default=0)
    lines = [f"  {name:<{width}} = {_value(name, value)},\n" for name, value in source.items()]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n\n"


def _value(name: str, value: str) -> str:
    return value if name == "month" and value in MONTH_MACROS else "{" + value + "}"


def public(record: Record, added_fields: Collection[str] = ()) -> Record:
    """Return the record that visitors get: public fields, no local paths, no TeX with effects.

    `added_fields` are the names in the setting `public_fields`.
    """
    kind = record.type
    source = {
        name: commands.neutralize(value)
        for name, value in record.source.items()
        if is_public(name, kind, added_fields)
        and not (name in LINK_FIELDS and _LOCAL_PATH.match(address(value)))
    }
    for role, people in (("author", record.authors), ("editor", record.editors)):
        if (annotation := orcids.annotation(people)) and not _has_orcids(source, role):
            source[f"{role}+an:orcid"] = annotation
    fields = {
        name: value
        for name, value in record.fields.items()
        if is_public(name, kind, added_fields) and not (name == "annotation" and name not in source)
    }
    return replace(record, key=safe_key(record.key), fields=fields, source=source)


def _has_orcids(source: Mapping[str, str], role: str) -> bool:
    names = (f"{role}+an:orcid", *(orcids.LISTS if role == "author" else ()))
    return any(name in source for name in names)
