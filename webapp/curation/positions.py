"""Positions in the owner's order, assigned so that few publications have to move."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from ..store.edits import POSITION_STEP


def new_positions(order: Sequence[str], present: Mapping[str, int]) -> dict[str, int]:
    """Return the positions to assign so that the keys have this order, moving as few as possible.

    The keys in a longest ascending run of the present positions do not move. The others are spread
    over the gaps between them; new ones at the end come after all present positions.
    """
    staying = set(_longest_ascending([key for key in order if key in present], present))
    last = max(present.values(), default=0)
    positions: dict[str, int] = {}
    run: list[str] = []
    lower: int | None = None
    for key in order:
        if key not in staying:
            run.append(key)
            continue
        if not _spread(run, lower, present[key], positions):
            return {key: (n + 1) * POSITION_STEP for n, key in enumerate(order)}
        run, lower = [], present[key]
    positions.update((key, last + (n + 1) * POSITION_STEP) for n, key in enumerate(run))
    return positions


def _spread(run: Sequence[str], lower: int | None, upper: int, positions: dict[str, int]) -> bool:
    """Assign positions between two neighbours; return False if there is no room for them."""
    if lower is None:
        lower = upper - (len(run) + 1) * POSITION_STEP
    step = (upper - lower) // (len(run) + 1)
    positions.update((key, lower + (n + 1) * step) for n, key in enumerate(run))
    return step > 0 or not run


def _longest_ascending(keys: Sequence[str], value: Mapping[str, int]) -> list[str]:
    """Return the longest subsequence of keys with ascending values (patience sorting)."""
    tops: list[int] = []  # for each length of a run, its smallest last value
    ends: list[int] = []  # and the index of the key with that value
    previous: list[int] = []
    for index, key in enumerate(keys):
        length = bisect_left(tops, value[key])
        tops[length : length + 1] = [value[key]]
        ends[length : length + 1] = [index]
        previous.append(ends[length - 1] if length else -1)
    run = []
    index = ends[-1] if ends else -1
    while index >= 0:
        run.append(keys[index])
        index = previous[index]
    return run[::-1]
