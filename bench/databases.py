"""PostgreSQL as the store beside SQLite: an import, and keystrokes after a start and later."""

import shutil
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path

from tests.postgresql import PostgreSQL, cluster

from . import corpus, importing
from .keystrokes import ask, visits
from .server import prepare, serving

IMPORTS = 2  # into each, in turns; the quicker one counts
VISITS = 200
STARTS, FIRST_VISITS = 3, 15  # after each start
GOALS = {"median": 1.2, "95th percentile": 1.3, "import": 1.2}  # times as long as with SQLite
# As a server is set up, unlike one for tests: what is committed is on the disk.
DURABLE = {"fsync": "on", "full_page_writes": "on", "shared_buffers": "256MB"}


def run(source: str) -> str:
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name, cluster(**DURABLE) as server:
        folder = Path(name)
        file = corpus.file(source, folder)
        lines = ["| what | SQLite | PostgreSQL | times | at most |", "|---|---|---|---|---|"]
        lines += [_row("import", "s", *_imports(server, folder, file))]
        instances = [folder / kind for kind in ("sqlite", "postgresql")]
        all_visits = visits(instances[0], VISITS)
        first = _keystrokes(instances, all_visits[:FIRST_VISITS], STARTS)
        later = _keystrokes(instances, all_visits, 1, warm=all_visits[:FIRST_VISITS])
        for when, times in (("after a start", first), ("later", later)):
            cuts = [statistics.quantiles(each, n=100, method="inclusive") for each in times]
            count = f"{len(times[0]):,} keystrokes {when}"
            lines.append(_row("median", f"ms, of {count}", *(cut[49] for cut in cuts)))
            lines.append(_row("95th percentile", f"ms, of {count}", *(cut[94] for cut in cuts)))
    return "\n".join(lines)


def _row(what: str, unit: str, sqlite: float, postgresql: float) -> str:
    ratio = f"{postgresql / sqlite:.2f} | {GOALS[what]}"
    return f"| {what}, {unit} | {sqlite:.1f} | {postgresql:.1f} | {ratio} |"


def _imports(server: PostgreSQL, folder: Path, file: Path) -> tuple[float, float]:
    """Import a file into new instances of both kinds, in turns; return the seconds of each."""
    seconds: dict[str, list[float]] = {"sqlite": [], "postgresql": []}
    for _ in range(IMPORTS):
        for kind, times in seconds.items():
            shutil.rmtree(folder / kind, ignore_errors=True)
            (folder / kind).mkdir()
            prepare(folder / kind, seed=False, settings=_settings(kind, server))
            times.append(importing.measure(folder / kind, file)[0])
    return min(seconds["sqlite"]), min(seconds["postgresql"])


def _settings(kind: str, server: PostgreSQL) -> str:
    """Return the line of site.toml that names a new database."""
    if kind == "sqlite":
        return ""
    server.drop_database("bench")
    server.create_database("bench")
    return f'\ndatabase_url = "{server.url("bench")}"\n'


def _keystrokes(
    instances: Sequence[Path],
    all_visits: Sequence[list[str]],
    starts: int,
    warm: Sequence[list[str]] = (),
) -> list[list[float]]:
    """Send the same keystrokes to all instances in turns; return the milliseconds of each."""
    times: list[list[float]] = [[] for _ in instances]
    for _ in range(starts):
        with _served(instances) as ports:
            for port in ports:
                list(ask(port, chain.from_iterable(warm)))
            for addresses in all_visits:
                for port, own in zip(ports, times, strict=True):
                    own += ask(port, addresses)
    return times


@contextmanager
def _served(instances: Sequence[Path]) -> Iterator[list[int]]:
    with ExitStack() as stack:
        yield [stack.enter_context(serving(instance)).port for instance in instances]
