"""The items of a JSON file, with their lines; a broken item does not affect the others."""

import json
import re
from collections.abc import Iterator
from typing import Any

from .. import encoding
from ..reading import Problem

_NEXT_ITEM = re.compile(r"\}\s*+(?:,\s*+)?(?=\{)")
_START = re.compile(r"\s*(?:\[|\{)")
_LIST = re.compile(r'"(?:items|references|results)"\s*:\s*\[\s*(?=\{)')
_MAX_BROKEN = 200

Item = dict[str, Any]
NumberedItem = tuple[int, Item]  # the line where it starts, from 1, and the item


def items(text: str) -> Iterator[NumberedItem | Problem]:
    """Yield the objects of the list in a file, and a problem for each that is broken."""
    whole = _whole(text)
    position = _list_start(text)
    if position < 0:
        if isinstance(whole, dict):  # Crossref wraps a work in a message
            message = whole.get("message")
            yield 1, message if isinstance(message, dict) else whole
        return
    decoder = json.JSONDecoder(strict=False)
    line, counted, broken = 1, 0, 0
    while (position := _skip_separators(text, position)) < len(text) and text[position] != "]":
        line += text.count("\n", counted, position)
        counted = position
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            yield _broken_item(line, error)
            broken += 1
            following = _NEXT_ITEM.search(text, position + 1)
            if following is None or broken > _MAX_BROKEN:
                return
            position = following.end()
            continue
        if isinstance(item, dict):
            yield line, item
    if position >= len(text):
        message = "The list of items has no end, so items may be missing. Export the file again."
        yield Problem(line, "", "broken-json", message, rejected=True)


def line_of(item: NumberedItem) -> int:
    """Return the line where an item starts, from 1."""
    return item[0]


def _broken_item(line: int, error: Exception) -> Problem:
    if isinstance(error, RecursionError):
        fault = "nested too deeply"
    else:
        fault = str(getattr(error, "msg", "") or "a number is too long")
    place = getattr(error, "lineno", line)
    message = f"This item is not valid JSON (line {place}: {fault}), so it was left out."
    return Problem(line, "", "broken-json", message, rejected=True)


def _whole(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _list_start(text: str) -> int:
    """Return the place after the bracket that opens the list of items; -1 if there is none."""
    start = _START.match(text)
    if start and start.group().endswith("["):
        return start.end()
    key = _LIST.search(text)
    return key.end() if key else -1


def _skip_separators(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\n\r,":
        position += 1
    return position


def words(value: Any) -> str:
    """Return a string or a number as text; "" for any other value."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return encoding.remove_controls(str(value))  # JSON's escapes can make any character


def objects(value: Any) -> list[Item]:
    """Return the objects in a list; none if the value is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
