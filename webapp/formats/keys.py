"""Citation keys: one for every entry, each once."""

import re
import unicodedata

from . import names
from .latex import decoding
from .reading import Block, Problem


def distinct_keys(blocks: list[Block]) -> list[Problem]:
    """Give every block a key of its own; the second of a key becomes `key-2`, and is told."""
    problems = []
    used = {block.key for block in blocks}
    first_line: dict[str, int] = {}
    numbers: dict[str, int] = {}
    for block in blocks:
        old = block.key
        if not old:
            made = _made_key(block)
            block.key = _numbered(made, used, numbers) if made in used else made
            message = f"It has no key; “{block.key}” was made for it."
            problems.append(Problem(block.line, block.key, "no-key", message))
        elif old in first_line:
            block.key = _numbered(old, used, numbers)
            message = f"The key “{old}” stands in line {first_line[old]} already; "
            message += f"this one became “{block.key}”."
            problems.append(Problem(block.line, block.key, "duplicate-key", message))
        first_line[block.key] = block.line
        used.add(block.key)
    return problems


def _numbered(key: str, used: set[str], numbers: dict[str, int]) -> str:
    number = numbers.get(key, 1) + 1
    while f"{key}-{number}" in used:
        number += 1
    numbers[key] = number
    return f"{key}-{number}"


def _made_key(block: Block) -> str:
    """As Google Scholar makes them: family name, year, first word of the title."""
    fields = dict(reversed(block.fields))
    people = names.people(fields.get("author") or fields.get("editor") or "")
    person = (people[0].family or people[0].literal) if people else ""
    year = re.search(r"\d{4}", fields.get("year") or fields.get("date") or "")
    words = re.findall(r"\w{4,}", _ascii(decoding.plain(decoding.text(fields.get("title", "")))))
    key = _ascii(person) + (year[0] if year else "") + (words[0] if words else "")
    return re.sub(r"\W", "", key).lower() or block.type


def _ascii(words: str) -> str:
    return unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
