"""The cost of gunicorn's worker classes and thread counts: `python -m bench.threads`.

The kinds take turns in serving the same searches and 304s. On a shared machine, the workers'
processor time for each response says more than responses per second.
"""

import itertools
import random
import statistics
from collections.abc import Iterator
from pathlib import Path

from .client import Connection, load
from .processes import processor
from .server import Server, serving, temporary_instance
from .throughput import searches, words_of_titles

KINDS = {
    "sync": ("--worker-class", "sync", "--threads", "1"),
    **{f"gthread, {n}": ("--threads", str(n)) for n in (1, 2, 4, 8, 16)},
}
ROUNDS = 5
SECONDS = 2.0  # for each case in each round

Measured = dict[str, list[tuple[float, float]]]  # by case: responses per second, milliseconds


def run() -> str:
    """Measure all kinds in turns and return a table."""
    measured: dict[str, Measured] = {name: {} for name in KINDS}
    with temporary_instance() as instance:
        distinct = searches(words_of_titles(instance), random.Random(1))
        for _ in range(ROUNDS):
            for name, options in KINDS.items():
                _measure(instance, options, distinct, measured[name])
    lines = [
        "| workers, threads | searches per second | ms each | 304s per second | ms each |",
        "|---|---|---|---|---|",
    ]
    for name, cases in measured.items():
        cells = (
            f"{statistics.median(figures):,.2f}"
            for rounds in cases.values()
            for figures in zip(*rounds, strict=True)
        )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _measure(
    instance: Path, options: tuple[str, ...], distinct: Iterator[bytes], cases: Measured
) -> None:
    with serving(instance, options=options) as site:
        with Connection(site.port) as connection:
            etag = connection.ask(connection.request("/")).header("etag")
        known = itertools.repeat(Connection.request("/", If_None_Match=etag))
        for name, requests, status in (("searches", distinct, 200), ("304s", known, 304)):
            cases.setdefault(name, []).append(_measure_rate(site, requests, status))


def _measure_rate(site: Server, requests: Iterator[bytes], status: int) -> tuple[float, float]:
    """Return responses per second, and the processor time for each in milliseconds."""
    before = processor(site.pid)
    rate = load(site.port, requests, SECONDS, status)
    return rate, 1000 * (processor(site.pid) - before) / (rate * SECONDS)


if __name__ == "__main__":
    print(run())
