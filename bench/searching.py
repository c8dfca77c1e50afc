"""The speed of search through gunicorn: alone, with odd queries, under changes, beside others."""

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
from webapp.application import create_app
from webapp.site import site

from . import corpus, engines, importing
from .following import changed, reindexed
from .keystrokes import ask, titles, visits
from .processes import processor, pss
from .server import prepare, serving, temporary_instance

VISITS = 500
ODD = int(os.environ.get("ODD") or 5_000)  # queries
ODD_LENGTH = 300  # characters, more than the site reads; gunicorn accepts URLs of 4,094 bytes
BESIDE_VISITS, BESIDE_SECONDS = 100, 300.0  # visits, or as many as an engine has time for

# By number of publications, in the order of the rows: milliseconds, MB, seconds, ratios.
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
class Usage:
    """Time and memory that a server used for the keystrokes."""

    times: list[float]  # milliseconds
    processor: float  # seconds, of all workers
    pss: int  # bytes


def run(source: str) -> str:
    with _instance(source) as instance:
        size = site(create_app(instance)).catalog.count()
        all_visits = visits(instance, VISITS)
        rows = []
        for row in chain(_alone(instance, all_visits), _under_changes(instance, all_visits)):
            print(*row, sep=": ", file=sys.stderr)  # as the last part takes long
            rows.append(row)
        beside = _beside(instance, all_visits[:BESIDE_VISITS])
    goals = GOALS[next((count for count in GOALS if size <= count * 1.01), max(GOALS))]
    lines = [f"| what, of {size:,} | reached | goal |", "|---|---|---|"]
    lines += [
        f"| {what} | {reached} | {goal} |"
        for (what, reached), goal in zip((*rows, *_ratios(beside)), goals, strict=True)
    ]
    return "\n".join((*lines, "", _compared(beside)))


@contextmanager
def _instance(source: str) -> Iterator[Path]:
    """Return an instance with the corpus: in the folder KEEP, which remains, or a temporary one."""
    if not (keep := os.environ.get("KEEP")):
        with temporary_instance(seed=False) as instance:
            importing.run(instance, corpus.file(source, instance))
            yield instance
        return
    instance = Path(keep).resolve() / (Path(source).name.split(".")[0] or "generated")
    instance.mkdir(parents=True, exist_ok=True)
    prepare(instance, seed=False)  # the folder may be of an earlier version
    if not (instance / "imported").exists():
        importing.run(instance, corpus.file(source, instance))
        (instance / "imported").touch()
    yield instance


def _alone(instance: Path, all_visits: Sequence[list[str]]) -> Iterator[Row]:
    """Measure keystrokes from a fresh start, then odd queries, then memory."""
    with serving(instance) as site:
        before = processor(site.pid)
        times = [time for addresses in all_visits for time in ask(site.port, addresses)]
        mean = 1000 * (processor(site.pid) - before) / len(times)
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        what = f"{len(times):,} keystrokes, ms,"
        yield f"{what} median", f"{cuts[49]:.1f} (processor time {mean:.1f} on average)"
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
    # Another URL avoids caches. If the machine was busy the first time, the query is fast now.
    repeated = min(ask(port, [f"{addresses[slowest]}&again={n}" for n in range(3)]))
    reached = f"{times[slowest]:.0f} ({repeated:.0f} when repeated)"
    print(f"The slowest odd query: {queries[slowest]!r}", file=sys.stderr)
    yield f"worst of {ODD:,} odd queries, ms", reached


def _under_changes(instance: Path, all_visits: Sequence[list[str]]) -> Iterator[Row]:
    """Measure a change of a record and a rebuild of the index, on a copy of the instance."""
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name:
        copy = Path(name) / "instance"
        shutil.copytree(
            instance, copy, ignore=shutil.ignore_patterns("bench-*", "*.bib", "*.json*")
        )
        with serving(copy) as site:
            changes = changed(copy, site)
            index = reindexed(copy, site, all_visits)
    seen, whole, used = (
        statistics.median(getattr(change, name) for change in changes)
        for name in ("seen", "whole", "processor")
    )
    of_import = f"its import took {whole:.1f}, processor time {used:.1f}"
    yield "one changed record seen in all workers, s", f"{seen:.2f} ({of_import})"
    median, slowest = statistics.median(index.waits), max(index.waits)
    waits = f"responses took {median:.0f} ms, {slowest:.0f} at most"
    reached = f"{index.seconds:.1f} (processor time {index.processor:.1f}; {waits})"
    yield "full index from the database, s", reached


def _beside(instance: Path, all_visits: Sequence[list[str]]) -> dict[str, Usage]:
    """Send the same keystrokes to each engine under the same server and templates, in turns.

    An engine whose time is over is left out of the remaining visits.
    """
    times: dict[str, list[float]] = {name: [] for name in ("octavo", *BESIDE)}
    with ExitStack() as stack:
        sites = {"octavo": stack.enter_context(serving(instance))}
        for name in BESIDE:
            engines.prepare(name, instance)
            options = (f"bench.engines:application('{name}')",)
            sites[name] = stack.enter_context(serving(instance, options=options))
        before = {name: processor(site.pid) for name, site in sites.items()}
        for addresses in all_visits:
            for name, site in sites.items():
                if sum(times[name]) < 1000 * BESIDE_SECONDS:
                    times[name] += ask(site.port, addresses)
        return {
            name: Usage(times[name], processor(site.pid) - before[name], pss(site.pid))
            for name, site in sites.items()
        }


def _ratios(beside: Mapping[str, Usage]) -> Iterator[Row]:
    for name, label in BESIDE.items():
        times = beside[name].times
        ratio = statistics.median(times) / _own_median(beside, len(times))
        yield f"times as fast as {label}, median", f"{ratio:.1f}"


def _own_median(beside: Mapping[str, Usage], count: int) -> float:
    """Return Octavo's median for the first keystrokes, as many as another engine answered."""
    return statistics.median(beside["octavo"].times[:count])


def _compared(beside: Mapping[str, Usage]) -> str:
    lines = [
        "Side by side, in turns; ms:",
        "",
        "| engine | keystrokes | median | own, of these | 95th | 99th | slowest | CPU, mean | MB |",
        f"|{'---|' * 9}",
    ]
    for name, usage in beside.items():
        count = len(usage.times)
        cuts = statistics.quantiles(usage.times, n=100, method="inclusive")
        mean = 1000 * usage.processor / count
        figures = (cuts[49], _own_median(beside, count), cuts[94], cuts[98], max(usage.times), mean)
        cells = " | ".join(f"{figure:.1f}" for figure in figures)
        lines.append(
            f"| {BESIDE.get(name, 'Octavo')} | {count:,} | {cells} | {usage.pss / 1e6:.0f} |"
        )
    return "\n".join(lines)
