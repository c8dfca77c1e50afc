"""kill -9 of an import, and copies of its data folder, at random moments: old or new."""

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

from webapp.catalog.criteria import Criteria
from webapp.site import site

from .site import NEW, OLD, Ordeal, command, content, octavo, opened


def run(ordeal: Ordeal, folder: Path, times: int, seed: int = 1) -> str:
    """Kill so many imports, each after a copy was taken while it stood still."""
    dice = random.Random(seed)
    old = content(ordeal.instance)
    duration, new = _whole(ordeal, folder / "whole")
    seen = []
    for number in range(times):
        killed, copy = folder / f"killed {number}", folder / f"copy {number}"
        shutil.copytree(ordeal.instance, killed)
        _interrupt(ordeal, killed, copy, dice.uniform(0.2, 1.05) * duration)
        for instance in (killed, copy):
            found = content(instance)
            assert found in (old, new), f"a catalog between two revisions: {instance}"
            assert_serves(ordeal, instance, found == new)
            seen.append(found == new)
            shutil.rmtree(instance)
    return f"{times} kills, {times} copies: {seen.count(False)} old, {seen.count(True)} new"


def _whole(ordeal: Ordeal, instance: Path) -> tuple[float, tuple[int, str]]:
    """How long the import takes when nobody disturbs it, and what it leaves."""
    shutil.copytree(ordeal.instance, instance)
    start = time.monotonic()
    octavo(instance, "import", "--yes", str(ordeal.file))
    return time.monotonic() - start, content(instance)


def _interrupt(ordeal: Ordeal, instance: Path, copy: Path, after: float) -> None:
    with command(instance, "import", "--yes", str(ordeal.file)) as process:
        try:
            process.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGSTOP)
            # It stands still, or has ended, from when the kernel says so.
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        shutil.copytree(instance, copy)
        process.kill()


def assert_serves(ordeal: Ordeal, instance: Path, is_new: bool) -> None:
    """The next start brings the index to the database, and everything is found."""
    with opened(instance) as app:
        result = app.test_cli_runner().invoke(args=["prepare"])
        assert result.exit_code == 0, result.output
        catalog = site(app).catalog
        assert catalog.state().settled
        changed = ordeal.changed if is_new else 0
        assert catalog.find(Criteria(q=NEW, literal=True)).total == changed
        assert catalog.find(Criteria(q=OLD, literal=True)).total == ordeal.size - changed
