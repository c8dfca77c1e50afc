"""Kill an import (SIGKILL) and copy its instance, at random moments.

What was killed and the copy hold the old state or the new one.
"""

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

from webapp.catalog.criteria import Criteria
from webapp.site import site

from .site import NEW, OLD, PreparedSite, command, content, octavo, opened


def run(prepared: PreparedSite, folder: Path, times: int, seed: int = 1) -> str:
    """Kill `times` imports. Each is stopped first, while its instance is copied."""
    rng = random.Random(seed)
    old = content(prepared.instance)
    duration, new = _complete(prepared, folder / "complete")
    outcomes = []
    for number in range(times):
        killed, copy = folder / f"killed {number}", folder / f"copy {number}"
        shutil.copytree(prepared.instance, killed)
        _interrupt(prepared, killed, copy, rng.uniform(0.2, 1.05) * duration)
        for instance in (killed, copy):
            state = content(instance)
            assert state in (old, new), f"a catalog between two revisions: {instance}"
            assert_serves(prepared, instance, state == new)
            outcomes.append("new" if state == new else "old")
            shutil.rmtree(instance)
    counts = f"{outcomes.count('old')} old, {outcomes.count('new')} new"
    return f"{times} kills, {times} copies: {counts}"


def _complete(prepared: PreparedSite, instance: Path) -> tuple[float, tuple[int, str]]:
    """Run the import undisturbed; return its seconds and the content after it."""
    shutil.copytree(prepared.instance, instance)
    start = time.monotonic()
    octavo(instance, "import", "--yes", str(prepared.file))
    return time.monotonic() - start, content(instance)


def _interrupt(prepared: PreparedSite, instance: Path, copy: Path, after: float) -> None:
    with command(instance, "import", "--yes", str(prepared.file)) as process:
        try:
            process.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGSTOP)
            # Wait until the process has stopped or ended: the signal alone only requests it.
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        shutil.copytree(instance, copy)
        process.kill()


def assert_serves(prepared: PreparedSite, instance: Path, is_new: bool) -> None:
    """Run `prepare` and check that the index then has all of the database."""
    with opened(instance) as app:
        result = app.test_cli_runner().invoke(args=["prepare"])
        assert result.exit_code == 0, result.output
        catalog = site(app).catalog
        assert catalog.state().settled
        changed = prepared.changed if is_new else 0
        assert catalog.find(Criteria(q=NEW, literal=True)).total == changed
        assert catalog.find(Criteria(q=OLD, literal=True)).total == prepared.size - changed
