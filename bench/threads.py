"""`python -m bench.threads`: what gunicorn's kinds of workers and numbers of threads cost.

Each kind serves in turns, the same searches and the same 304s. Milliseconds of the workers'
processor time for an answer say more on a machine that others use than answers a second.
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
SECONDS = 2.0  # of each case in each round

Measured = dict[str, list[tuple[float, float]]]  # by case: answers a second, milliseconds


def run() -> str:
    """The table."""
    measured: dict[str, Measured] = {name: {} for name in KINDS}
    with temporary_instance() as instance:
        distinct = searches(words_of_titles(instance), random.Random(1))
        for _ in range(ROUNDS):
            for name, options in KINDS.items():
                _measure(instance, options, distinct, measured[name])
    lines = [
        "| workers, threads | searches a second | ms for one | 304s a second | ms for one |",
        "|---|---|---|---|---|",
    ]
    for name, cases in measured.items():
        cells = (
            f"{statistics.median(each):,.2f}"
            for c in cases.values()
            for each in zip(*c, strict=True)
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
            cases.setdefault(name, []).append(_answers(site, requests, status))


def _answers(site: Server, requests: Iterator[bytes], status: int) -> tuple[float, float]:
    """Answers a second, and milliseconds of processor time for one."""
    before = processor(site.pid)
    rate = load(site.port, requests, SECONDS, status)
    return rate, 1000 * (processor(site.pid) - before) / (rate * SECONDS)


if __name__ == "__main__":
    print(run())
