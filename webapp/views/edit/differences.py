"""Differences of fields as pages show them, with the words that changed marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ...curation.differences import field_differences
from ...records import Record

MAX_SHOWN: Final = 2_000  # characters of a value, around what changed


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A value: what both have before the changed words, these words, and what both have after."""

    start: str
    changed: str
    end: str


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """A field before and after a change; None for an absent field."""

    name: str
    before: MarkedText | None
    after: MarkedText | None


def shown_differences(before: Record | None, after: Record | None) -> list[ShownDifference]:
    """Return the fields that differ between two states of a publication."""
    return [
        shown_difference(field.name, field.before, field.after)
        for field in field_differences(before, after)
    ]


def shown_difference(name: str, before: str, after: str) -> ShownDifference:
    """Return a field whose value changed from `before` to `after`; "" stands for no field."""
    if not (before and after):
        return ShownDifference(name, _whole(before), _whole(after))
    old, new = _words(before), _words(after)
    start = _count_shared(old, new)
    end = _count_shared(old[start:][::-1], new[start:][::-1])
    return ShownDifference(name, _marked(old, start, end), _marked(new, start, end))


def _words(text: str) -> list[str]:
    """Split a text into words and the characters between them."""
    return re.findall(r"\w+|\W", text)


def _count_shared(old: Sequence[str], new: Sequence[str]) -> int:
    """Return the number of words at the start that both have."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(old), len(new)))


def _whole(text: str) -> MarkedText | None:
    return MarkedText(_shortened(text), "", "") if text else None


def _marked(words: list[str], start: int, end: int) -> MarkedText:
    stop = len(words) - end
    before, after = "".join(words[:start]), "".join(words[stop:])
    if len(before) > MAX_SHOWN:
        before = f"…{before[-MAX_SHOWN:]}"
    return MarkedText(before, _shortened("".join(words[start:stop])), _shortened(after))


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
