"""`make torture`: try to break the site, for about half an hour.

`make torture ARGS="kills index"` runs some of the parts. LONG ones run only when they are named:
`kills-10000`, imports of so many publications, and `faults-all`, every write of three commands.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from . import (
    attacks,
    backup,
    clock,
    crash,
    faults,
    files,
    foreign,
    index,
    load,
    megabytes,
    private,
    visitors,
)
from .site import Ordeal, prepared

LARGE = 10_000
SMALL = 300
TINY = 10
NO_FAULTS = "not run: gcc or setpriv (util-linux) is not installed"
LONG = ("kills-10000", "faults-all")


def _load(ordeal: Ordeal, folder: Path) -> str:
    return load.run(ordeal, folder, seconds=60, people=50)


def _backup(ordeal: Ordeal, folder: Path) -> str:
    return backup.run(ordeal, folder, people=20)


def _faults(ordeal: Ordeal, folder: Path) -> str:
    if not faults.can_inject():
        return NO_FAULTS
    return faults.run(ordeal, folder, runs=20)


def _all_faults(ordeal: Ordeal, folder: Path) -> str:
    if not faults.can_inject():
        return NO_FAULTS
    return faults.run(ordeal, folder, runs="all")


def _kills(ordeal: Ordeal, folder: Path) -> str:
    return crash.run(ordeal, folder, times=50)


def _index(ordeal: Ordeal, folder: Path) -> str:
    return index.run(ordeal, folder, times=50)


def _disk(ordeal: Ordeal, folder: Path) -> str:
    if not index.can_mount():
        return "not run: mounting needs root"
    return index.unwritable(ordeal, folder)


def _queries(ordeal: Ordeal, folder: Path) -> str:
    return visitors.queries(ordeal, folder, times=100_000)


def _requests(ordeal: Ordeal, folder: Path) -> str:
    return visitors.requests(ordeal, folder, times=10_000)


def _slow(ordeal: Ordeal, folder: Path) -> str:
    return visitors.slow_clients(ordeal, folder, idle=1_000, slow=200, visits=100)


def _slow_readers(ordeal: Ordeal, folder: Path) -> str:
    return attacks.slow_readers(ordeal, folder, readers=200, visits=150)


def _half_requests(ordeal: Ordeal, folder: Path) -> str:
    return attacks.half_requests(ordeal, folder, connections=1_700, visits=150)


def _costly(ordeal: Ordeal, folder: Path) -> str:
    reports = []
    for kind in attacks.COSTLY:
        (folder / kind).mkdir()
        reports.append(attacks.costly(ordeal, folder / kind, kind, addresses=3, visits=300))
    return "; ".join(reports)


def _files(ordeal: Ordeal, folder: Path) -> str:
    return files.run(ordeal, folder, length=4_000)


def _foreign(ordeal: Ordeal, folder: Path) -> str:
    return foreign.run(ordeal, folder, times=8)


def _private(ordeal: Ordeal, folder: Path) -> str:
    return private.run(ordeal, folder, times=2)


PARTS: dict[str, tuple[int, Callable[[Ordeal, Path], str]]] = {
    "load": (LARGE, _load),
    "backup": (LARGE // 4, _backup),
    "faults": (SMALL, _faults),
    "faults-all": (TINY, _all_faults),
    "kills": (LARGE // 10, _kills),
    "kills-10000": (LARGE, _kills),
    "index": (SMALL, _index),
    "disk": (SMALL, _disk),
    "queries": (SMALL, _queries),
    "requests": (SMALL, _requests),
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


def main(chosen: list[str]) -> int:
    """Run the parts; return how many of them broke the site."""
    failed = 0
    for name in chosen or [name for name in PARTS if name not in LONG]:
        size, part = PARTS[name]
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="octavo-torture-") as folder:
            ordeal = prepared(Path(folder), size, size // 10)
            (Path(folder) / "part").mkdir()
            try:
                report = part(ordeal, Path(folder) / "part")
            except AssertionError as error:
                failed += 1
                report = f"BROKEN: {error}"
        print(f"{name:13} {report} ({time.monotonic() - start:.0f} s)", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
