"""Counters that all workers share, and their text for Prometheus.

DESIGN. Each worker adds to a row of its own in memory that was mapped before the fork; a reader
adds up the rows. A row outlives its worker, so no counter ever falls, and nothing is written to
disk.
"""

import mmap
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from threading import Lock

import numpy as np

ROWS = 64  # far more than workers: two workers with the same row may lose a count
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds
STATUSES = ("2xx", "304", "3xx", "4xx", "5xx")
# How a response that depends on the revision came about: the visitor's ETag was current, it was
# rendered, or the index was behind the database and it could not be cached.
VALIDATIONS = ("validated", "rendered", "unsettled")
# What a search found: all its words, other spellings of them, some of them, nothing.
OUTCOMES = ("found", "corrected", "partial", "nothing")

_SEARCHES = len(VALIDATIONS)
_FIRST = _SEARCHES + len(OUTCOMES)  # the first column of the first endpoint
_SUM = len(STATUSES) + len(BUCKETS) + 1
_WIDTH = _SUM + 1  # columns of an endpoint: statuses, buckets, the sum of the seconds


class Metrics:
    """The counters. An endpoint that is not in `endpoints` counts as the last of them."""

    def __init__(self, endpoints: Sequence[str]) -> None:
        self._endpoints = endpoints
        self._columns = {name: _FIRST + n * _WIDTH for n, name in enumerate(endpoints)}
        self._length = _FIRST + len(endpoints) * _WIDTH
        self._memory = mmap.mmap(-1, ROWS * self._length * 8)
        self._lock = Lock()
        self.use_row(0)

    def use_row(self, number: int) -> None:
        """Count in this row from now on."""
        start = number % ROWS * self._length * 8
        self._row = memoryview(self._memory)[start : start + self._length * 8].cast("d")

    def count(
        self, endpoint: str, status: int, seconds: float, validation: str | None, outcome: str
    ) -> None:
        """Count one response; `outcome` is that of its search, "" if it is not a search."""
        base = self._columns.get(endpoint) or self._columns[self._endpoints[-1]]
        status_column = 1 if status == 304 else max(0, status // 100 - 2) + (status >= 300)
        row = self._row
        with self._lock:
            row[base + status_column] += 1
            row[base + len(STATUSES) + bisect_left(BUCKETS, seconds)] += 1
            row[base + _SUM] += seconds
            if validation:
                row[VALIDATIONS.index(validation)] += 1
            if outcome:
                row[_SEARCHES + OUTCOMES.index(outcome)] += 1

    def text(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """Return everything in Prometheus' format.

        `gauges` maps a name, with any labels, to its help text and its value.
        """
        totals = np.frombuffer(self._memory).reshape(ROWS, self._length).sum(axis=0).tolist()
        lines = [*self._requests(totals), *self._seconds(totals)]
        lines += _labelled(
            "octavo_validations_total",
            "Responses by how they came about.",
            "result",
            dict(zip(VALIDATIONS, totals, strict=False)),
        )
        lines += _labelled(
            "octavo_searches_total",
            "Responses to a search, at each keystroke, by what it found.",
            "outcome",
            dict(zip(OUTCOMES, totals[_SEARCHES:], strict=False)),
        )
        headings: set[str] = set()
        for name, (help_, value) in gauges.items():
            metric = name.partition("{")[0]
            lines += _heading(metric, "gauge", help_) if metric not in headings else ()
            lines.append(f"{name} {value:.15g}")
            headings.add(metric)
        return "\n".join([*lines, ""])

    def _requests(self, totals: Sequence[float]) -> Iterator[str]:
        yield from _heading("octavo_requests_total", "counter", "Responses by endpoint and status.")
        for endpoint, base in self._columns.items():
            for number, status in enumerate(STATUSES):
                if count := totals[base + number]:
                    labels = f'endpoint="{endpoint}",status="{status}"'
                    yield f"octavo_requests_total{{{labels}}} {count:.0f}"

    def _seconds(self, totals: Sequence[float]) -> Iterator[str]:
        name = "octavo_request_seconds"
        yield from _heading(name, "histogram", "Time until a response begins.")
        for endpoint, base in self._columns.items():
            counts = totals[base + len(STATUSES) : base + _SUM]
            if not sum(counts):
                continue
            cumulative = 0.0
            for limit, count in zip((*BUCKETS, "+Inf"), counts, strict=True):
                cumulative += count
                yield f'{name}_bucket{{endpoint="{endpoint}",le="{limit}"}} {cumulative:.0f}'
            yield f'{name}_sum{{endpoint="{endpoint}"}} {totals[base + _SUM]:.6f}'
            yield f'{name}_count{{endpoint="{endpoint}"}} {cumulative:.0f}'


def _labelled(name: str, help_: str, label: str, counts: Mapping[str, float]) -> Iterator[str]:
    yield from _heading(name, "counter", help_)
    for value, count in counts.items():
        yield f'{name}{{{label}="{value}"}} {count:.0f}'


def _heading(name: str, type_: str, help_: str) -> tuple[str, str]:
    return f"# HELP {name} {help_}", f"# TYPE {name} {type_}"
