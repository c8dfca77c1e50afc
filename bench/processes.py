"""What the kernel tells of a server and its workers."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """The processes that a process of one thread started."""
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def ended(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Whether a process has ended within so many seconds."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    return process.returncode is not None


def pss(master: int) -> int:
    """The memory of a process and its children, shared pages counted once, in bytes."""
    total = 0
    for pid in (master, *children(master)):
        with suppress(ProcessLookupError, FileNotFoundError):  # it has just ended
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(text.split("\nPss:")[1].split()[0]) * 1024
    return total


def processor(master: int) -> float:
    """Seconds of processor time that the children of a process have used."""
    total = 0
    for pid in children(master):
        numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(numbers[11]) + int(numbers[12])  # utime and stime, fields 14 and 15
    return total / TICKS
