"""Citation keys: every entry has one that BibTeX, biber and pybtex read, and no two have the same.

DESIGN: files have keys with blanks, commas, braces and letters of any script. Such a key becomes a
safe one by one rule for all formats. The key as written remains as an alias in biblatex's field
`ids`, unless `ids` itself could not be read with it. Fields that refer to the key are changed too.
"""

import re
from collections.abc import Container, Mapping
from typing import Final

from anyascii import anyascii

from . import names
from .latex import decoding
from .reading import Block, Problem

_MAX_LENGTH: Final = 200
# Signs that BibTeX, biber or pybtex do not take for part of a key, or that TeX takes for a command.
_UNSAFE: Final = re.compile(r"[{},=%#~\\\"()']|\^(?=\^)|(?<=\^)\^")
_IS_SAFE: Final = re.compile(rf"(?:(?!\^\^)[!$&*-+./0-9:;<>?@A-Z\[\]^_`a-z|-]){{1,{_MAX_LENGTH}}}")
_NOT_IN_IDS: Final = re.compile(r"[{},%#~\\\"]|\^\^")
_REFERENCES: Final = frozenset({"crossref", "xref", "related", "entryset", "versionof"})


def safe_key(written: str) -> str:
    """Return a key in ASCII without blanks and signs that programs or TeX cannot read in a key.

    >>> safe_key("Müller, J. {2010}")
    'Muller_-J.-_2010_'
    """
    if _IS_SAFE.fullmatch(written):
        return written
    words = " ".join(written.split())  # some letters are transliterated as quotation marks
    letters = "".join(sign if sign.isascii() else anyascii(sign).strip("`'") for sign in words)
    printable = "".join(sign if sign.isprintable() else "" for sign in letters)
    return "-".join(_UNSAFE.sub("_", printable).split())[:_MAX_LENGTH]


def make_keys_safe(blocks: list[Block]) -> list[Problem]:
    """Give every block a safe key, and return a problem for each that changes.

    The keys are distinct before and after. A made key yields to a safe one in the file.
    """
    problems = []
    new_keys: dict[str, str] = {}
    used = {block.key.lower() for block in blocks if _IS_SAFE.fullmatch(block.key)}
    numbers: dict[str, int] = {}
    for block in blocks:
        if _IS_SAFE.fullmatch(block.key):
            continue
        old, key = block.key, safe_key(block.key) or new_key(block)
        block.key = _numbered(key, used, numbers) if key.lower() in used else key
        used.add(block.key.lower())
        new_keys[old] = block.key
        _add_alias(block, old)
        message = (
            f"The key “{old}” has signs that not every program can read in a key. It became "
            f"“{block.key}”."
        )
        problems.append(Problem(block.line, block.key, "unsafe-key", message))
    if new_keys:
        for block in blocks:
            block.fields = [_with_new_keys(name, value, new_keys) for name, value in block.fields]
    return problems


def _add_alias(block: Block, key: str) -> None:
    """Add a key as it was written to the aliases of a block, if their field can hold it."""
    if _NOT_IN_IDS.search(key) or not key.isprintable():
        return
    fields = dict(block.fields)
    aliases = [*filter(None, map(str.strip, fields.get("ids", "").split(","))), key]
    fields["ids"] = ", ".join(dict.fromkeys(aliases))
    block.fields = list(fields.items())


def _with_new_keys(name: str, value: str, new_keys: Mapping[str, str]) -> tuple[str, str]:
    """Return a field with new keys in place of the old ones that it refers to."""
    if name not in _REFERENCES:
        return name, value
    if whole := new_keys.get(value.strip()):  # the old key may have a comma
        return name, whole
    keys = (key.strip() for key in value.split(","))
    return name, ",".join(new_keys.get(key, key) for key in keys)


def make_keys_distinct(blocks: list[Block]) -> list[Problem]:
    """Give every block its own key and return a problem for each that changes.

    The second block with a key gets `key-2`.
    """
    problems = []
    used = {block.key.lower() for block in blocks}
    first_line: dict[str, int] = {}
    numbers: dict[str, int] = {}
    for block in blocks:
        key = block.key
        if not key:
            made_key = new_key(block)
            block.key = _numbered(made_key, used, numbers) if made_key in used else made_key
            message = f"This entry has no key. It got “{block.key}”."
            problems.append(Problem(block.line, block.key, "no-key", message))
        elif key in first_line:
            block.key = _numbered(key, used, numbers)
            message = (
                f"The key “{key}” is already used in line {first_line[key]}. "
                f"This entry became “{block.key}”."
            )
            problems.append(Problem(block.line, block.key, "duplicate-key", message))
        first_line[block.key] = block.line
        used.add(block.key.lower())
    return problems


def _numbered(key: str, used: Container[str], numbers: dict[str, int]) -> str:
    number = numbers.get(key, 1) + 1
    while f"{key}-{number}".lower() in used:  # pybtex takes no notice of case
        number += 1
    numbers[key] = number
    return f"{key}-{number}"


def new_key(block: Block) -> str:
    """Return a key as Google Scholar makes them: family name, year, first word of the title."""
    fields = dict(reversed(block.fields))
    people = names.people(fields.get("author") or fields.get("editor") or "")
    person = (people[0].family or people[0].literal) if people else ""
    year = re.search(r"\d{4}", fields.get("year") or fields.get("date") or "")
    words = re.findall(r"\w{4,}", anyascii(decoding.plain(decoding.text(fields.get("title", "")))))
    key = anyascii(person) + (year[0] if year else "") + (words[0] if words else "")
    return re.sub(r"\W", "", key).lower() or block.type
