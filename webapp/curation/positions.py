"""Positions in the owner's order, given so that as few publications as possible move."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from ..store.edits import POSITION_STEP


def new_positions(order: Sequence[str], present: Mapping[str, int]) -> dict[str, int]:
    """The positions to give so that the keys stand in `order`, moving as few as possible.

    Those that keep their place are a longest ascending run of the present positions; the others
    are spread over the gaps between them, new ones at the end after everything there is.
    """
    staying = set(_longest_ascending([key for key in order if key in present], present))
    after_all = max(present.values(), default=0)
    places: dict[str, int] = {}
    run: list[str] = []
    lower: int | None = None
    for key in order:
        if key not in staying:
            run.append(key)
            continue
        if not _spread(run, lower, present[key], places):
            return {key: (n + 1) * POSITION_STEP for n, key in enumerate(order)}
        run, lower = [], present[key]
    places.update((key, after_all + (n + 1) * POSITION_STEP) for n, key in enumerate(run))
    return places


def _spread(run: Sequence[str], lower: int | None, upper: int, places: dict[str, int]) -> bool:
    """Place a run between two neighbours; False when there is no room for it."""
    if lower is None:
        lower = upper - (len(run) + 1) * POSITION_STEP
    step = (upper - lower) // (len(run) + 1)
    places.update((key, lower + (n + 1) * step) for n, key in enumerate(run))
    return step > 0 or not run


def _longest_ascending(keys: Sequence[str], value: Mapping[str, int]) -> list[str]:
    """The longest subsequence of keys with ascending values (patience sorting)."""
    tops: list[int] = []  # the smallest last value of an ascending run of each length
    ends: list[int] = []  # the key's index that gives it
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
