"""The items of a JSON file, each with its line; a broken item does not cost the others."""

import json
import re
from collections.abc import Iterator
from typing import Any

from .. import encoding
from ..reading import Problem

_NEXT = re.compile(r"\}\s*+(?:,\s*+)?(?=\{)")
_START = re.compile(r"\s*(?:\[|\{)")
_LIST = re.compile(r'"(?:items|references|results)"\s*:\s*\[\s*(?=\{)')
_MAX_BROKEN = 200

Item = dict[str, Any]


def items(text: str) -> Iterator[tuple[int, Item] | Problem]:
    """Every object of the list that the file holds, or a problem where one is broken."""
    whole = _whole(text)
    position = _list_start(text)
    if position < 0:
        if isinstance(whole, dict):
            yield 1, whole
        return
    decoder = json.JSONDecoder(strict=False)
    line, counted, broken = 1, 0, 0
    while (position := _past(text, position)) < len(text) and text[position] != "]":
        line += text.count("\n", counted, position)
        counted = position
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            place = getattr(error, "lineno", line)
            message = (
                f"This item is not valid JSON (line {place}: {_said(error)}); it was left out."
            )
            yield Problem(line, "", "broken-json", message, rejected=True)
            broken += 1
            following = _NEXT.search(text, position + 1)
            if following is None or broken > _MAX_BROKEN:
                return
            position = following.end()
            continue
        if isinstance(item, dict):
            yield line, item
    if position >= len(text):
        message = "The list of items has no end, so something may be missing."
        yield Problem(line, "", "broken-json", message, rejected=True)


def line_of(item: tuple[int, Item]) -> int:
    """The line where an item begins, from 1."""
    return item[0]


def _said(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return str(getattr(error, "msg", "") or "a number is too long")


def _whole(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _list_start(text: str) -> int:
    """The place behind the bracket that opens the list of items; -1 when there is no list."""
    found = _START.match(text)
    if found and found.group().endswith("["):
        return found.end()
    listed = _LIST.search(text)
    return listed.end() if listed else -1


def _past(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\n\r,":
        position += 1
    return position


def words(value: Any) -> str:
    """A scalar as text; anything else is none."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return encoding.without_controls(str(value))  # escapes can make what no file may hold
