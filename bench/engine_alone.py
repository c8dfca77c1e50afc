"""The search engine without server and pages: its keystrokes and memory in a corpus of any size."""

import multiprocessing
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from webapp.search.embedded.engine import WhooshEngine
from webapp.search.engine import Document, SearchRequest
from webapp.search.query import parse

from . import engines
from .engines.postgresql import PostgreSQLEngine
from .enlarging import Raw, enlarge
from .keystrokes import SEED, typed
from .processes import pss
from .quality import read_document, read_lines

VISITS = 200
ENGINE = os.environ.get("ENGINE", "")
GOALS = {
    "median, ms": "12",
    "95th percentile, ms": "60",
    "memory (PSS), MB": "1500",
}  # at 1,000,000


def run(source: str, size: int) -> str:
    """Measure the keystrokes in the first `size` publications of a corpus, or of mixtures of them.

    The index stays in the folder KEEP, and is used again if it exists there. With ENGINE, another
    engine is measured, on a server of its own if it needs one.
    """
    if ENGINE == "postgresql":
        with engines.postgresql_server():
            return _run(source, size)
    return _run(source, size)


def _run(source: str, size: int) -> str:
    if not source.endswith((".jsonl", ".jsonl.xz")):
        raise SystemExit("The part engine needs CORPUS=... with one JSON object per line.")
    given = [raw for _, raw in read_lines(Path(source))]
    size = size or len(given)
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name:
        folder = Path(os.environ.get("KEEP") or name) / f"engine-{size}"
        rows = [*_built(folder, given, size), *_searched(folder, given)]
    lines = [f"| what, of {size:,} | reached | goal for 1,000,000 |", "|---|---|---|"]
    lines += [f"| {what} | {reached} | {GOALS.get(what, '')} |" for what, reached in rows]
    return "\n".join(lines)


def _built(folder: Path, given: list[Raw], size: int) -> Iterator[tuple[str, str]]:
    """Index a corpus in a process of its own, unless the folder has an index."""
    if _engine(folder).revision is not None:
        return
    start = time.perf_counter()
    process = multiprocessing.get_context("fork").Process(target=_build, args=(folder, given, size))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"indexing ended with status {process.exitcode}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    yield "index built, s", f"{time.perf_counter() - start:.0f}"
    yield "peak resident memory of that, MB", f"{peak / 1e6:.0f}"


def _build(folder: Path, given: list[Raw], size: int) -> None:
    documents = (make_document(number, raw) for number, raw in enumerate(enlarge(given, size)))
    _engine(folder).rebuild(documents, "bench")


def _engine(folder: Path) -> engines.Rival | WhooshEngine:
    return engines.rival(ENGINE, folder / ENGINE) if ENGINE else WhooshEngine(folder)


def make_document(number: int, raw: Raw) -> Document:
    """Return a document with values of the facets that have most of them."""
    document = read_document(number, raw)
    venue = (document.venue,) if document.venue else ()
    facets = {**document.facets, "author": document.authors, "venue": venue}
    return replace(document, facets=facets)


def _searched(folder: Path, given: list[Raw]) -> Iterator[tuple[str, str]]:
    before = pss(os.getpid())
    engine = _engine(folder)
    elsewhere = engine.processor if isinstance(engine, PostgreSQLEngine) else float
    times, processor = [], []
    for query in _queries(given):
        start, used = time.perf_counter(), time.process_time() + elsewhere()
        engine.search(SearchRequest(parse(query, typing=True)))
        times.append(1000 * (time.perf_counter() - start))
        processor.append(1000 * (time.process_time() + elsewhere() - used))
    for name, place in (("median, ms", 49), ("95th percentile, ms", 94), ("99th", 98)):
        wall, own = (statistics.quantiles(values, n=100)[place] for values in (times, processor))
        yield name, f"{wall:.1f} (processor time {own:.1f})"
    yield "slowest, ms", f"{max(times):.0f} (processor time {max(processor):.0f})"
    yield "memory (PSS), MB", f"{(pss(os.getpid()) - before) / 1e6:.0f}"


def _queries(given: list[Raw]) -> Iterator[str]:
    """Yield what visitors type who look for given publications, and each letter alone."""
    yield from "abcdefghijklmnopqrstuvwxyz"
    rng = random.Random(SEED)
    for raw in rng.choices(given, k=VISITS):
        yield from typed(raw["title"], rng)
