"""The time and memory that an import takes, including its index and all its processes."""

import os
import time
from pathlib import Path

from .processes import ended
from .server import octavo

MEGABYTE = 1_000_000
SAMPLING = 0.05  # seconds between two memory measurements
PAGE = os.sysconf("SC_PAGE_SIZE")


def run(instance: Path, corpus: Path) -> str:
    """Import a file into an empty instance."""
    seconds, peak = measure(instance, corpus)
    return "\n".join(
        (
            "| what | reached | goal for 10,000 |",
            "|---|---|---|",
            f"| seconds | {seconds:.1f} | 22 |",
            f"| peak resident memory in MB, children included | {peak / MEGABYTE:.0f} | 350 |",
        )
    )


def measure(instance: Path, corpus: Path) -> tuple[float, int]:
    """Import a file into an empty instance. Return the seconds, and the bytes at the peak."""
    start = time.perf_counter()
    process = octavo(instance, "import", "--yes", corpus)
    peak = 0
    while not ended(process, SAMPLING):
        peak = max(peak, _resident(process.pid))
    seconds = time.perf_counter() - start
    if process.returncode > 1:  # 1: some entries were rejected
        raise SystemExit(f"octavo import ended with status {process.returncode}")
    return seconds, peak


def _resident(pid: int) -> int:
    """Return the resident bytes of a process and its descendants; shared pages count for each."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [child for task in threads for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):  # the process has ended
        return 0
    return own + sum(_resident(int(child)) for child in children)
