"""Counts that all workers share, and their text for Prometheus.

Each worker adds to a row of its own in memory that was mapped before they forked; who reads adds
the rows up. A row outlives its worker, so no count ever falls, and nothing is written to a disk.
"""

import mmap
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from threading import Lock

import numpy as np

ROWS = 64  # far more than workers: two that share a row may miscount each other by one
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds
STATUSES = ("2xx", "304", "3xx", "4xx", "5xx")
CACHE = ("validated", "hit", "miss", "unsettled")  # how an answer of a revision came about
# Of a search: all its words were found; other spellings of them; some of them; nothing.
OUTCOMES = ("found", "corrected", "partial", "nothing")

_SEARCHES = len(CACHE)
_FIRST = _SEARCHES + len(OUTCOMES)  # columns before those of the endpoints
_SUM = len(STATUSES) + len(BUCKETS) + 1
_WIDTH = _SUM + 1  # columns of an endpoint: statuses, buckets, the sum of the seconds


class Board:
    """The counts. `endpoints` is all that may be counted; any other counts as the last."""

    def __init__(self, endpoints: Sequence[str]) -> None:
        self._endpoints = endpoints
        self._columns = {name: _FIRST + n * _WIDTH for n, name in enumerate(endpoints)}
        self._length = _FIRST + len(endpoints) * _WIDTH
        self._memory = mmap.mmap(-1, ROWS * self._length * 8)
        self._lock = Lock()
        self.take_row(0)

    def take_row(self, number: int) -> None:
        """Add to this row from now on."""
        start = number % ROWS * self._length * 8
        self._row = memoryview(self._memory)[start : start + self._length * 8].cast("d")

    def count(
        self, endpoint: str, status: int, seconds: float, cache: str | None, outcome: str
    ) -> None:
        """Count one answer; `outcome` is that of its search, "" for what was none."""
        base = self._columns.get(endpoint) or self._columns[self._endpoints[-1]]
        kind = 1 if status == 304 else max(0, status // 100 - 2) + (status >= 300)
        row = self._row
        with self._lock:
            row[base + kind] += 1
            row[base + len(STATUSES) + bisect_left(BUCKETS, seconds)] += 1
            row[base + _SUM] += seconds
            if cache:
                row[CACHE.index(cache)] += 1
            if outcome:
                row[_SEARCHES + OUTCOMES.index(outcome)] += 1

    def text(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """Everything in Prometheus' format; `gauges` is name, with any labels -> (help, value)."""
        totals = np.frombuffer(self._memory).reshape(ROWS, self._length).sum(axis=0).tolist()
        lines = [*self._requests(totals), *self._seconds(totals), *_others(totals)]
        for name, (about, value) in gauges.items():
            lines += [*_heading(name.partition("{")[0], "gauge", about), f"{name} {value:g}"]
        return "\n".join([*lines, ""])

    def _requests(self, totals: Sequence[float]) -> Iterator[str]:
        yield from _heading("octavo_requests_total", "counter", "Answers by endpoint and status.")
        for endpoint, base in self._columns.items():
            for kind, status in enumerate(STATUSES):
                if count := totals[base + kind]:
                    labels = f'endpoint="{endpoint}",status="{status}"'
                    yield f"octavo_requests_total{{{labels}}} {count:.0f}"

    def _seconds(self, totals: Sequence[float]) -> Iterator[str]:
        name = "octavo_request_seconds"
        yield from _heading(name, "histogram", "Time until an answer begins.")
        for endpoint, base in self._columns.items():
            counts = totals[base + len(STATUSES) : base + _SUM]
            if not sum(counts):
                continue
            below = 0.0
            for limit, count in zip((*BUCKETS, "+Inf"), counts, strict=True):
                below += count
                yield f'{name}_bucket{{endpoint="{endpoint}",le="{limit}"}} {below:.0f}'
            yield f'{name}_sum{{endpoint="{endpoint}"}} {totals[base + _SUM]:.6f}'
            yield f'{name}_count{{endpoint="{endpoint}"}} {below:.0f}'


def _others(totals: Sequence[float]) -> Iterator[str]:
    name = "octavo_page_cache_total"
    yield from _heading(name, "counter", "Answers by whether their page was kept already.")
    for place, result in enumerate(CACHE):
        yield f'{name}{{result="{result}"}} {totals[place]:.0f}'
    name = "octavo_searches_total"
    yield from _heading(name, "counter", "Answers to a search, each keystroke's, by what it found.")
    for place, outcome in enumerate(OUTCOMES, _SEARCHES):
        yield f'{name}{{outcome="{outcome}"}} {totals[place]:.0f}'


def _heading(name: str, kind: str, about: str) -> tuple[str, str]:
    return f"# HELP {name} {about}", f"# TYPE {name} {kind}"
