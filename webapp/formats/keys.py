"""Citation keys: every entry has one, and no two have the same."""

import re
import unicodedata

from . import names
from .latex import decoding
from .reading import Block, Problem


def make_keys_distinct(blocks: list[Block]) -> list[Problem]:
    """Give every block its own key and return a problem for each that changes.

    The second block with a key gets `key-2`.
    """
    problems = []
    used = {block.key for block in blocks}
    first_line: dict[str, int] = {}
    numbers: dict[str, int] = {}
    for block in blocks:
        key = block.key
        if not key:
            new_key = _new_key(block)
            block.key = _numbered(new_key, used, numbers) if new_key in used else new_key
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
        used.add(block.key)
    return problems


def _numbered(key: str, used: set[str], numbers: dict[str, int]) -> str:
    number = numbers.get(key, 1) + 1
    while f"{key}-{number}" in used:
        number += 1
    numbers[key] = number
    return f"{key}-{number}"


def _new_key(block: Block) -> str:
    """Return a key as Google Scholar makes them: family name, year, first word of the title."""
    fields = dict(reversed(block.fields))
    people = names.people(fields.get("author") or fields.get("editor") or "")
    person = (people[0].family or people[0].literal) if people else ""
    year = re.search(r"\d{4}", fields.get("year") or fields.get("date") or "")
    words = re.findall(r"\w{4,}", _ascii(decoding.plain(decoding.text(fields.get("title", "")))))
    key = _ascii(person) + (year[0] if year else "") + (words[0] if words else "")
    return re.sub(r"\W", "", key).lower() or block.type


def _ascii(words: str) -> str:
    return unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
