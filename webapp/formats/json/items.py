"""The items of a JSON file, with their lines; a broken item does not affect the others."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from .. import encoding
from ..reading import Problem
from .window import Window

_NEXT_ITEM = re.compile(r"\}\s*+(?:,\s*+)?(?=\{)")
_LIST = re.compile(r'"(?:items|references|results)"\s*:\s*\[\s*(?=\{)')
_MAX_BROKEN = 200

Item = dict[str, Any]
NumberedItem = tuple[int, Item]  # the line where it starts, from 1, and the item


def items(text: str | Iterable[str]) -> Iterator[NumberedItem | Problem]:
    """Yield the objects of the list in a file, and a problem for each that is broken.

    `text` is that of the file, or its pieces.
    """
    window = Window(text)
    if window.next_sign() == "[":
        window.advance(window.position + 1)
    elif not window.find(_LIST):
        yield from _only_item(window)
        return
    line, broken = 1, 0
    while window.next_sign() not in ("", "]"):
        line = window.line
        try:
            item = window.take_value()
        except (ValueError, RecursionError) as error:
            yield _broken_item(window, error)
            broken += 1
            if broken > _MAX_BROKEN or not window.find(_NEXT_ITEM, 1):
                return
            continue
        if isinstance(item, dict):
            yield line, item
    if not window.next_sign():
        message = "The list of items has no end, so items may be missing. Export the file again."
        yield Problem(line, "", "broken-json", message, rejected=True)


def line_of(item: NumberedItem) -> int:
    """Return the line where an item starts, from 1."""
    return item[0]


def _only_item(window: Window) -> Iterator[NumberedItem]:
    """Yield the object that a file consists of, or the one in Crossref's message."""
    try:
        whole = window.take_value()
    except (ValueError, RecursionError):
        return
    if isinstance(whole, dict) and not window.next_sign():
        message = whole.get("message")
        yield 1, message if isinstance(message, dict) else whole


def _broken_item(window: Window, error: Exception) -> Problem:
    if isinstance(error, RecursionError):
        fault = "nested too deeply"
    else:
        fault = str(getattr(error, "msg", "") or "a number is too long")
    place = window.line + window.text.count("\n", window.position, getattr(error, "pos", 0))
    message = f"This item is not valid JSON (line {place}: {fault}), so it was left out."
    return Problem(window.line, "", "broken-json", message, rejected=True)


def words(value: Any) -> str:
    """Return a string or a number as text; "" for any other value."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return encoding.remove_controls(str(value))  # JSON's escapes can make any character


def objects(value: Any) -> list[Item]:
    """Return the objects in a list; none if the value is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
