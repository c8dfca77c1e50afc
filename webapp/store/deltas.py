"""The differences between two states of a publication, as small as the history stores them.

A state is what JSON holds: dictionaries, lists, strings, numbers. A delta leads backward, from the
state after a change to the state before it, so the present state and the deltas of the later
revisions give every earlier state. The deltas of one revision are compressed together: an import
often does the same to each of its publications.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from gzip import GzipFile
from io import BytesIO
from typing import Any

# One of {"value": the whole value before}, {"splice": [start, stop, the part before]} and
# {"items": deltas by name, "absent": names, "order": names}.
Delta = Mapping[str, Any]
MAX_LINE = 128 << 20  # bytes of the change to one publication, unpacked


def delta(after: Any, before: Any) -> Delta:
    """Return what turns `after` back into `before`."""
    if isinstance(after, dict) and isinstance(before, dict):
        return _delta_of_items(after, before)
    if isinstance(after, str) and isinstance(before, str):
        return _splice(after, before)
    if isinstance(after, list) and isinstance(before, list):
        return _splice(after, before)
    return {"value": before}


def restore(after: Any, delta: Delta) -> Any:
    """Return the state before a change from the state after it and the delta."""
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
    found: dict[str, Any] = {
        "items": {
            name: delta(after[name], value) if name in after else {"value": value}
            for name, value in before.items()
            if name not in after or not _same(after[name], value)
        }
    }
    if absent := [name for name in after if name not in before]:
        found["absent"] = absent
    if list(restore(after, found)) != list(before):
        found["order"] = list(before)
    return found


def _same(one: Any, other: Any) -> bool:
    """Whether two values are equal, the order of names included."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one.items()) == list(other.items())
    return bool(one == other)


def _splice(after: Sequence[Any], before: Sequence[Any]) -> Delta:
    start = _common(after, before)
    end = _common(after[start:][::-1], before[start:][::-1])
    return {"splice": [start, len(after) - end, before[start : len(before) - end]]}


def _common(one: Sequence[Any], other: Sequence[Any]) -> int:
    """The length of the start that two sequences share."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


class DeltaWriter:
    """Compresses the deltas of one revision as they come: together they may be large."""

    def __init__(self) -> None:
        self._buffer = BytesIO()
        self._lines = GzipFile(fileobj=self._buffer, mode="wb", mtime=0)
        self._count = 0

    def write(self, id_: int, delta: Delta) -> None:
        self._count += 1
        line = json.dumps([id_, delta], separators=(",", ":"))
        self._lines.write(f"{line}\n".encode("ascii"))

    def packed(self) -> bytes | None:
        """Return all that was written, if anything; nothing can be written after it."""
        self._lines.close()
        return self._buffer.getvalue() if self._count else None


def unpack(packed: bytes | None) -> Iterator[tuple[int, Delta]]:
    """Yield the publications' ids and deltas of one revision.

    Raises ValueError for a line longer than MAX_LINE: a few kilobytes of a hostile backup may
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
