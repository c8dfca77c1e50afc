"""Typing beside a crawler that requests every combination of filters, with and without refusals.

The crawler names no referrer, opens a connection for each list, as from another address, and does
not wait for answers: RATE lists a second, also while the site is slow. Times with and without it
are measured in turns, in one run.
"""

import multiprocessing
import os
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import cycle, islice, takewhile
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Final

from webapp.application import create_app
from webapp.catalog import Criteria
from webapp.facets import FACETS
from webapp.site import site

from . import corpus, importing
from .client import Connection
from .keystrokes import ask, visits
from .server import Server, serving, temporary_instance

LISTS: Final = int(os.environ.get("LISTS") or 5_000)
RATE: Final = 20  # lists a second
TURNS: Final = 5
VALUES: Final = 200  # the most frequent values of each facet, to combine
CONNECTIONS: Final = 16  # of the crawler, at most
ALONE: Final = 400  # keystrokes in each turn without the crawler
PAUSE: Final = 0.05  # seconds between two keystrokes, so that the site is not busy with them alone
CASES: Final = {"refused": "true", "shown": "false"}


def run(source: str) -> str:
    """Import a corpus, and type beside the crawler."""
    with temporary_instance(seed=False) as instance:
        importing.run(instance, corpus.file(source, instance))
        addresses = [address for visit in visits(instance, 200) for address in visit]
        lists = list(islice(combinations(instance, random.Random(1)), LISTS))
        lines = [
            "| lists | keystroke alone, ms: median, 95th | beside the crawler | ratio | answers |",
            f"|{'---|' * 5}",
        ]
        for case, setting in CASES.items():
            with serving(instance, settings={"OCTAVO_REFUSE_CRAWLERS": setting}) as server:
                lines.append(f"| {case} | {_measure(server, addresses, lists)} |")
                print(lines[-1], file=sys.stderr)
    return "\n".join(lines)


def combinations(instance: Path, rng: random.Random) -> Iterator[str]:
    """Yield addresses of lists with a value of each of three facets or four."""
    catalog = site(create_app(instance)).catalog
    counts = {name: catalog.count_values(Criteria(), name, limit=VALUES) for name in FACETS}
    values = {name: [value for value, _ in found] for name, found in counts.items() if found}
    while True:
        chosen = rng.sample(sorted(values), k=min(len(values), rng.choice((3, 4))))
        filters = {name: (rng.choice(values[name]),) for name in FACETS if name in chosen}
        yield f"/{Criteria(filters=filters).query_string()}"


def _measure(server: Server, addresses: Sequence[str], lists: Sequence[str]) -> str:
    """Return a row of the table: times alone and beside the crawler, and what that was sent."""
    keystrokes = cycle(addresses)
    list(ask(server.port, addresses[:100]))
    alone: list[float] = []
    beside: list[float] = []
    answers: Counter[int] = Counter()
    part = len(lists) // TURNS
    for turn in range(TURNS):
        alone += _typed(server.port, islice(keystrokes, ALONE))
        with _crawler(server.port, lists[turn * part : (turn + 1) * part]) as pipe:
            beside += _typed(server.port, takewhile(partial(_is_waiting, pipe), keystrokes))
            answers += pipe.recv()
    ratio = statistics.median(beside) / statistics.median(alone)
    sent = ", ".join(f"{count:,} × {status}" for status, count in answers.items())
    return f"{_cuts(alone)} | {_cuts(beside)} | {ratio:.2f} | {sent}"


def _typed(port: int, addresses: Iterator[str]) -> Iterator[float]:
    """Yield the time of each keystroke in milliseconds."""
    for milliseconds in ask(port, addresses):
        yield milliseconds
        time.sleep(PAUSE)


@contextmanager
def _crawler(port: int, lists: Sequence[str]) -> Iterator[Pipe]:
    """Run a crawler in a process of its own; yield the end of a pipe to which it sends answers."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    crawler = context.Process(target=_crawl, args=(port, lists, theirs))
    crawler.start()
    ours.recv()  # it begins
    yield ours
    crawler.join()


def _is_waiting(pipe: Pipe, _: object) -> bool:
    return not pipe.poll()


def _cuts(times: Sequence[float]) -> str:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return f"{cuts[49]:.1f}, {cuts[94]:.1f}"


def _crawl(port: int, lists: Sequence[str], pipe: Pipe) -> None:
    """Request the lists at RATE; send None at the start, and the statuses at the end."""
    pipe.send(None)
    start = time.monotonic()

    def fetch(number: int) -> int:
        time.sleep(max(0.0, start + number / RATE - time.monotonic()))
        with suppress(ConnectionError), Connection(port) as connection:
            return connection.ask(connection.request(lists[number], Connection="close")).status
        return 0

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        pipe.send(Counter(pool.map(fetch, range(len(lists)))))
