"""The delay until all workers see a change, and the time for a full index while visitors search."""

import itertools
import os
import resource
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from webapp.application import create_app
from webapp.catalog.catalog import Catalog
from webapp.site import site as site_of
from webapp.store.connections import reading
from webapp.store.tables import Publication

from .client import HTMX, Connection
from .keystrokes import ask
from .processes import children, ended
from .server import Server, octavo

CHANGES = 5
THINKING = 0.1  # seconds between two letters of a visitor while the index is rebuilt


@dataclass(frozen=True, slots=True)
class Change:
    """Times of one change, in seconds."""

    seen: float  # from the commit until all workers find it
    whole: float  # of the whole import
    processor: float  # processor time of the import


@dataclass(frozen=True, slots=True)
class Reindexing:
    """Times of a full index."""

    seconds: float
    processor: float  # processor time in seconds
    waits: list[float]  # response times of a visitor in milliseconds


def changed(instance: Path, site: Server) -> list[Change]:
    """Change the title of several records in turn, each until every worker finds it."""
    catalog = site_of(create_app(instance)).catalog
    with reading(catalog.database) as connection:
        keys = connection.scalars(select(Publication.key).order_by(Publication.id).limit(CHANGES))
        return [_change(instance, site, catalog, *pair) for pair in enumerate(keys.all())]


def _change(instance: Path, site: Server, catalog: Catalog, number: int, key: str) -> Change:
    word = f"onlyhere{'abcdefghij'[number]}"
    file = instance / "changed.bib"
    file.write_text(f"@misc{{{key}, title = {{{word}}}, year = {{2020}}}}")
    with _one_each(site) as workers:
        before, used, start = catalog.state().revision, _processor(), time.perf_counter()
        process = octavo(instance, "import", "--yes", file)
        while catalog.state().revision == before:
            if ended(process, 0.01) and process.returncode:
                raise SystemExit("the import of a changed record failed")
            for worker in workers:  # gunicorn closes idle connections
                worker.ask(Connection.request("/healthz"))
        saved = time.perf_counter()
        request = Connection.request(f"/?q={word}", **HTMX, Accept_Encoding="identity")
        for worker in workers:
            while f"<mark>{word}</mark>".encode() not in worker.ask(request).body:
                ended(process, 0.005)
        seen = time.perf_counter()
        process.wait()
    return Change(seen - saved, time.perf_counter() - start, _processor() - used)


def reindexed(instance: Path, site: Server, visits: Sequence[list[str]]) -> Reindexing:
    """Rebuild the index while one visitor after another searches."""
    used, start = _processor(), time.perf_counter()
    process = octavo(instance, "reindex", "--quiet")
    waits = []
    answers = itertools.chain.from_iterable(
        ask(site.port, addresses) for addresses in itertools.cycle(visits)
    )
    while not ended(process, THINKING):
        waits.append(next(answers))
    seconds = time.perf_counter() - start
    if process.returncode:
        raise SystemExit("octavo reindex failed")
    return Reindexing(seconds, _processor() - used, waits)


@contextmanager
def _one_each(site: Server) -> Iterator[list[Connection]]:
    """Connect to each worker, while the others are stopped."""
    workers = children(site.pid)
    with ExitStack() as stack:
        connections = []
        for worker in workers:
            others = [other for other in workers if other != worker]
            for other in others:
                os.kill(other, signal.SIGSTOP)
            try:
                connection = stack.enter_context(Connection(site.port))
                connection.ask(connection.request("/"))
            finally:
                for other in others:
                    os.kill(other, signal.SIGCONT)
            connections.append(connection)
        yield connections


def _processor() -> float:
    """Return the processor time in seconds of the child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
