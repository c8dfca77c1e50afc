"""Deltas: the differences between two states of a publication, as the history stores them.

A state is JSON data: dictionaries, lists, strings and numbers. A delta leads backwards, from the
state after a change to the state before it, so the current state and the deltas of later revisions
give every earlier state. The deltas of one revision are compressed together, because an import
often makes the same change to many publications.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from gzip import GzipFile
from io import BytesIO
from typing import Any

# One of {"value": the whole value before}, {"splice": [start, stop, the part before]} and
# {"items": deltas by name, "absent": names, "order": names}.
Delta = Mapping[str, Any]
MAX_LINE = 128 << 20  # bytes in the unpacked delta of one publication


def delta(after: Any, before: Any) -> Delta:
    """Return the delta that turns `after` back into `before`."""
    if isinstance(after, dict) and isinstance(before, dict):
        return _delta_of_items(after, before)
    if isinstance(after, str | list) and type(after) is type(before):
        return _splice(after, before)
    return {"value": before}


def restore(after: Any, delta: Delta) -> Any:
    """Return the state before a change, given the state after it and the delta."""
    if "value" in delta:
        return delta["value"]
    if "splice" in delta:
        start, stop, part = delta["splice"]
        return after[:start] + part + after[stop:]
    absent, changed = delta.get("absent", ()), delta["items"]
    before = {name: value for name, value in after.items() if name not in absent}
    before.update((name, restore(after.get(name), item)) for name, item in changed.items())
    return {name: before[name] for name in delta.get("order", before)}


def _delta_of_items(after: dict[str, Any], before: dict[str, Any]) -> Delta:
    result: dict[str, Any] = {
        "items": {
            name: delta(after[name], value) if name in after else {"value": value}
            for name, value in before.items()
            if name not in after or not _same(after[name], value)
        }
    }
    if absent := [name for name in after if name not in before]:
        result["absent"] = absent
    if list(restore(after, result)) != list(before):
        result["order"] = list(before)
    return result


def _same(first: Any, second: Any) -> bool:
    """Return whether two values are equal, including the order of names."""
    if isinstance(first, dict) and isinstance(second, dict):
        return list(first.items()) == list(second.items())
    return bool(first == second)


def _splice(after: Sequence[Any], before: Sequence[Any]) -> Delta:
    start = _prefix_length(after, before)
    end = _prefix_length(after[start:][::-1], before[start:][::-1])
    return {"splice": [start, len(after) - end, before[start : len(before) - end]]}


def _prefix_length(first: Sequence[Any], second: Sequence[Any]) -> int:
    """Return the length of the prefix that two sequences share."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(first), len(second)))


class DeltaWriter:
    """A writer that compresses the deltas of one revision as they come: together they are large."""

    def __init__(self) -> None:
        self._buffer = BytesIO()
        self._lines = GzipFile(fileobj=self._buffer, mode="wb", mtime=0)
        self._count = 0

    def write(self, id_: int, delta: Delta) -> None:
        self._count += 1
        line = json.dumps([id_, delta], separators=(",", ":"))
        self._lines.write(f"{line}\n".encode("ascii"))

    def packed(self) -> bytes | None:
        """Close the writer and return what was written; None if nothing was."""
        self._lines.close()
        return self._buffer.getvalue() if self._count else None


def unpack(packed: bytes | None) -> Iterator[tuple[int, Delta]]:
    """Yield the publication ids and deltas of one revision.

    Raises ValueError for a line longer than MAX_LINE: a few kilobytes in a hostile backup can
    unpack to gigabytes.
    """
    if packed is None:
        return
    with GzipFile(fileobj=BytesIO(packed)) as lines:
        while line := lines.readline(MAX_LINE + 1):
            if len(line) > MAX_LINE:
                raise ValueError(f"a change of more than {MAX_LINE >> 20} MB")
            id_, change = json.loads(line)
            yield id_, change
