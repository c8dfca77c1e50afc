"""`make torture`: try to break the site, for about half an hour.

`make torture ARGS="kills index"` runs some of the parts. Those in LONG run only when named:
`kills-10000`, with imports of 10,000 publications, and `faults-all`, every write of three commands.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.postgresql import PROGRAMS

from . import (
    attacks,
    backup,
    clock,
    crash,
    edits,
    faults,
    files,
    foreign,
    index,
    load,
    machines,
    megabytes,
    networks,
    private,
    refresh,
    visitors,
)
from .site import PreparedSite, prepare_site

LARGE = 10_000
SMALL = 300
TINY = 10
NO_MACHINES = "not run: it needs root, iproute2 and PostgreSQL (postgresql)"
NO_FAULTS = "not run: gcc or setpriv (util-linux) is not installed"
LONG = ("kills-10000", "faults-all")


def _load(prepared: PreparedSite, folder: Path) -> str:
    return load.run(prepared, folder, seconds=60, people=50)


def _backup(prepared: PreparedSite, folder: Path) -> str:
    return backup.run(prepared, folder, people=20)


def _machines(prepared: PreparedSite, folder: Path) -> str:
    if not (networks.can_make() and shutil.which("initdb", path=PROGRAMS)):
        return NO_MACHINES
    return machines.run(prepared, folder, seconds=60, people=50, strict=True)


def _faults(prepared: PreparedSite, folder: Path) -> str:
    if not faults.can_inject():
        return NO_FAULTS
    return faults.run(prepared, folder, runs=20)


def _all_faults(prepared: PreparedSite, folder: Path) -> str:
    if not faults.can_inject():
        return NO_FAULTS
    return faults.run(prepared, folder, runs="all")


def _kills(prepared: PreparedSite, folder: Path) -> str:
    return crash.run(prepared, folder, times=50)


def _refresh(prepared: PreparedSite, folder: Path) -> str:
    return refresh.run(prepared, folder, times=30)


def _index(prepared: PreparedSite, folder: Path) -> str:
    return index.run(prepared, folder, times=50)


def _disk(prepared: PreparedSite, folder: Path) -> str:
    if not index.can_mount():
        return "not run: mounting needs root"
    return index.unwritable(prepared, folder)


def _queries(prepared: PreparedSite, folder: Path) -> str:
    return visitors.queries(prepared, folder, times=100_000)


def _requests(prepared: PreparedSite, folder: Path) -> str:
    return visitors.requests(prepared, folder, times=10_000)


def _edits(prepared: PreparedSite, folder: Path) -> str:
    return edits.run(prepared, folder, examples=100, steps=50)


def _slow(prepared: PreparedSite, folder: Path) -> str:
    return visitors.slow_clients(prepared, folder, idle=1_000, slow=200, visits=100)


def _slow_readers(prepared: PreparedSite, folder: Path) -> str:
    return attacks.slow_readers(prepared, folder, readers=200, visits=150)


def _half_requests(prepared: PreparedSite, folder: Path) -> str:
    return attacks.half_requests(prepared, folder, connections=1_700, visits=150)


def _costly(prepared: PreparedSite, folder: Path) -> str:
    reports = []
    for kind in attacks.COSTLY:
        (folder / kind).mkdir()
        reports.append(attacks.costly(prepared, folder / kind, kind, addresses=3, visits=300))
    return "; ".join(reports)


def _files(prepared: PreparedSite, folder: Path) -> str:
    return files.run(prepared, folder, length=4_000)


def _foreign(prepared: PreparedSite, folder: Path) -> str:
    return foreign.run(prepared, folder, times=8)


def _private(prepared: PreparedSite, folder: Path) -> str:
    return private.run(prepared, folder, times=2)


PARTS: dict[str, tuple[int, Callable[[PreparedSite, Path], str]]] = {
    "load": (LARGE, _load),
    "backup": (LARGE // 4, _backup),
    "machines": (LARGE, _machines),
    "faults": (SMALL, _faults),
    "faults-all": (TINY, _all_faults),
    "kills": (LARGE // 10, _kills),
    "kills-10000": (LARGE, _kills),
    "refresh": (SMALL, _refresh),
    "index": (SMALL, _index),
    "disk": (SMALL, _disk),
    "queries": (SMALL, _queries),
    "requests": (SMALL, _requests),
    "edits": (TINY, _edits),
    "megabytes": (SMALL, megabytes.run),
    "slow": (SMALL, _slow),
    "readers": (SMALL, _slow_readers),
    "half": (SMALL, _half_requests),
    "costly": (LARGE, _costly),
    "files": (SMALL, _files),
    "foreign": (SMALL, _foreign),
    "private": (TINY, _private),
    "clock": (SMALL, clock.run),
    "surroundings": (SMALL, visitors.surroundings),
}


def main(names: list[str]) -> int:
    """Run the named parts, by default all but the LONG ones; return how many broke the site."""
    failed = 0
    for name in names or [name for name in PARTS if name not in LONG]:
        size, part = PARTS[name]
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="octavo-torture-") as folder:
            prepared = prepare_site(Path(folder), size, size // 10)
            (Path(folder) / "part").mkdir()
            try:
                report = part(prepared, Path(folder) / "part")
            except AssertionError as error:
                failed += 1
                report = f"BROKEN: {error}"
        print(f"{name:13} {report} ({time.monotonic() - start:.0f} s)", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
