"""How fast search is, through gunicorn: alone, with odd queries, beside others, under changes."""

import os
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from urllib.parse import urlencode

from tests.torture.visitors import odd_queries
from webapp import create_app
from webapp.site import site

from . import corpus, engines, importing
from .following import changed, reindexed
from .keystrokes import ask, titles, visits
from .processes import processor, pss
from .server import prepare, serving, temporary_instance

VISITS = 500
ODD = int(os.environ.get("ODD") or 5_000)  # queries
ODD_LENGTH = 300  # characters, more than are read; gunicorn takes 4,094 bytes of an address
BESIDE_VISITS, BESIDE_SECONDS = 100, 300.0  # so many, or as many as each has time for

# As in the goals: milliseconds, ratios, MB, seconds.
GOALS = {
    1_000: ("4", "8", "12", "100", "200", "0.3", "5", "1", "1.5", ""),
    10_000: ("5", "12", "25", "150", "300", "0.5", "20", "1.5", "4", ""),
    98_000: ("10", "45", "100", "300", "900", "2", "300", "4", "20", ""),
}
BESIDE = {
    "fts5": "SQLite FTS5",
    "whoosh": "plain Whoosh",
    "whoosh-stored": "Whoosh with stored authors",
}

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Taken:
    """What the keystrokes took of one server."""

    times: list[float]  # milliseconds
    processor: float  # seconds, of all workers
    pss: int  # bytes


def run(source: str) -> str:
    with _instance(source) as instance:
        size = site(create_app(instance)).catalog.count()
        every = visits(instance, VISITS)
        rows = []
        for row in chain(_alone(instance, every), _under_changes(instance, every)):
            print(*row, sep=": ", file=sys.stderr)  # the last part takes long
            rows.append(row)
        beside = _beside(instance, every[:BESIDE_VISITS])
    goals = GOALS[next((one for one in GOALS if size <= one * 1.01), max(GOALS))]
    lines = [f"| what, of {size:,} | reached | goal |", "|---|---|---|"]
    lines += [
        f"| {what} | {reached} | {goal} |"
        for (what, reached), goal in zip((*rows, *_ratios(beside)), goals, strict=True)
    ]
    return "\n".join((*lines, "", _compared(beside)))


@contextmanager
def _instance(source: str) -> Iterator[Path]:
    """An instance with the corpus: that of the folder KEEP, which is kept, or a temporary one."""
    if not (keep := os.environ.get("KEEP")):
        with temporary_instance(seed=False) as instance:
            importing.run(instance, corpus.file(source, instance))
            yield instance
        return
    instance = Path(keep).resolve() / (Path(source).name.split(".")[0] or "made-up")
    instance.mkdir(parents=True, exist_ok=True)
    prepare(instance, seed=False)  # what was kept may be of an earlier version
    if not (instance / "imported").exists():
        importing.run(instance, corpus.file(source, instance))
        (instance / "imported").touch()
    yield instance


def _alone(instance: Path, every: Sequence[list[str]]) -> Iterator[Row]:
    """From a fresh start: keystrokes, then odd queries, then the memory that all of it takes."""
    with serving(instance) as site:
        before = processor(site.pid)
        times = [taken for addresses in every for taken in ask(site.port, addresses)]
        each = 1000 * (processor(site.pid) - before) / len(times)
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        what = f"{len(times):,} keystrokes, ms,"
        yield f"{what} median", f"{cuts[49]:.1f} (of the processor {each:.1f} on average)"
        yield f"{what} 95th percentile", f"{cuts[94]:.1f}"
        yield f"{what} 99th percentile", f"{cuts[98]:.1f}"
        yield from _odd(site.port, instance)
        yield "memory of all processes (PSS), MB", f"{pss(site.pid) / 1e6:.0f}"


def _odd(port: int, instance: Path) -> Iterator[Row]:
    words = " ".join(titles(instance)).split()
    queries = list(odd_queries(words, ODD, random.Random(1)))
    addresses = [f"/?{urlencode({'q': q[:ODD_LENGTH]}, errors='replace')}" for q in queries]
    times = list(ask(port, addresses))
    slowest = max(range(ODD), key=times.__getitem__)
    # Under another address, as the page itself is kept: what a busy machine delayed is quick now.
    again = min(ask(port, [f"{addresses[slowest]}&again={n}" for n in range(3)]))
    reached = f"{times[slowest]:.0f} ({again:.0f} for the same again)"
    print(f"The slowest odd query: {queries[slowest]!r}", file=sys.stderr)
    yield f"worst of {ODD:,} odd queries, ms", reached


def _under_changes(instance: Path, every: Sequence[list[str]]) -> Iterator[Row]:
    """On a copy, as it is changed."""
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name:
        copy = Path(name) / "instance"
        shutil.copytree(
            instance, copy, ignore=shutil.ignore_patterns("bench-*", "*.bib", "*.json*")
        )
        with serving(copy) as site:
            changes = changed(copy, site)
            index = reindexed(copy, site, every)
    seen, whole, used = (
        statistics.median(getattr(change, name) for change in changes)
        for name in ("seen", "whole", "processor")
    )
    of_import = f"its import took {whole:.1f}, {used:.1f} of the processor"
    yield "one changed record seen in all workers, s", f"{seen:.2f} ({of_import})"
    waited = f"answers took {statistics.median(index.waits):.0f} ms, {max(index.waits):.0f} at most"
    reached = f"{index.seconds:.1f} ({index.processor:.1f} of the processor; {waited} meanwhile)"
    yield "full index from the database, s", reached


def _beside(instance: Path, every: Sequence[list[str]]) -> dict[str, Taken]:
    """The same keystrokes to each engine under the same server and templates, in turns.

    One whose time is over is left out of the visits that follow.
    """
    times: dict[str, list[float]] = {name: [] for name in ("octavo", *BESIDE)}
    with ExitStack() as stack:
        sites = {"octavo": stack.enter_context(serving(instance))}
        for name in BESIDE:
            engines.prepare(name, instance)
            options = (f"bench.engines:application('{name}')",)
            sites[name] = stack.enter_context(serving(instance, options=options))
        before = {name: processor(site.pid) for name, site in sites.items()}
        for addresses in every:
            for name, site in sites.items():
                if sum(times[name]) < 1000 * BESIDE_SECONDS:
                    times[name] += ask(site.port, addresses)
        return {
            name: Taken(times[name], processor(site.pid) - before[name], pss(site.pid))
            for name, site in sites.items()
        }


def _ratios(beside: Mapping[str, Taken]) -> Iterator[Row]:
    for name, label in BESIDE.items():
        times = beside[name].times
        ratio = statistics.median(times) / _own_median(beside, len(times))
        yield f"times as fast as {label}, median", f"{ratio:.1f}"


def _own_median(beside: Mapping[str, Taken], count: int) -> float:
    """Octavo's, of as many of the keystrokes as another engine was asked."""
    return statistics.median(beside["octavo"].times[:count])


def _compared(beside: Mapping[str, Taken]) -> str:
    lines = [
        "Side by side, in turns; ms:",
        "",
        "| engine | keystrokes | median | own, of these | 95th | 99th | slowest | CPU, mean | MB |",
        f"|{'---|' * 9}",
    ]
    for name, taken in beside.items():
        count = len(taken.times)
        cuts = statistics.quantiles(taken.times, n=100, method="inclusive")
        each = 1000 * taken.processor / count
        figures = (cuts[49], _own_median(beside, count), cuts[94], cuts[98], max(taken.times), each)
        cells = " | ".join(f"{figure:.1f}" for figure in figures)
        lines.append(
            f"| {BESIDE.get(name, 'Octavo')} | {count:,} | {cells} | {taken.pss / 1e6:.0f} |"
        )
    return "\n".join(lines)
