"""How soon a change is seen by everyone, and how long a whole index takes while people search."""

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

from webapp import create_app
from webapp.catalog.catalog import Catalog
from webapp.site import site as site_of
from webapp.store.connections import reading
from webapp.store.tables import Publication

from .client import HTMX, Connection
from .keystrokes import ask
from .processes import children, ended
from .server import Server, octavo

CHANGES = 5
THINKING = 0.1  # seconds between two letters of those who search while an index is made


@dataclass(frozen=True, slots=True)
class Change:
    """Seconds: `seen` counts from when the database has it, `whole` is all of the import."""

    seen: float
    whole: float
    processor: float


@dataclass(frozen=True, slots=True)
class Reindexing:
    """`seconds` on the clock and of the processor, and the milliseconds that visitors waited."""

    seconds: float
    processor: float
    waits: list[float]


def changed(instance: Path, site: Server) -> list[Change]:
    """Import a record with another title until every worker finds it, several times."""
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
            for worker in workers:  # what is silent for long is closed
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
    """Make the whole index anew, while one visitor after the other goes on searching."""
    used, start = _processor(), time.perf_counter()
    process = octavo(instance, "reindex", "--quiet")
    waits = []
    answers = itertools.chain.from_iterable(
        ask(site.port, each) for each in itertools.cycle(visits)
    )
    while not ended(process, THINKING):
        waits.append(next(answers))
    seconds = time.perf_counter() - start
    if process.returncode:
        raise SystemExit("octavo reindex failed")
    return Reindexing(seconds, _processor() - used, waits)


@contextmanager
def _one_each(site: Server) -> Iterator[list[Connection]]:
    """A connection to each worker: it is the only one awake when the connection is made."""
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
    """Seconds of processor time that the commands started so far have used, once they ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
