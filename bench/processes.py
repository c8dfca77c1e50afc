"""Figures of the kernel about a server and its workers."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """Return the child processes of a process with one thread."""
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def ended(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Wait at most some seconds and return whether a process has ended."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    return process.returncode is not None


def pss(master: int) -> int:
    """Return the memory of a process and its children in bytes, counting shared pages once."""
    total = 0
    for pid in (master, *children(master)):
        with suppress(ProcessLookupError, FileNotFoundError):  # the process has just ended
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(text.split("\nPss:")[1].split()[0]) * 1024
    return total


def processor(master: int) -> float:
    """Return the processor time of the children of a process in seconds."""
    total = 0
    for pid in children(master):
        numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(numbers[11]) + int(numbers[12])  # utime and stime, fields 14 and 15
    return total / TICKS
