"""Kill a refresh of two sources (SIGKILL) at a random request, or at a random moment.

The instance holds the state before, that after the first source, or that after both.
"""

import logging
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from tests.services.fake import serve_fake
from webapp.cli.services import EXTENSION
from webapp.config import ROOT
from webapp.site import site

from .site import PreparedSite, content, opened
from .with_services import hosts_at

SOURCES = """
contact = "ada@example.org"
[[sources]]
orcid = "0000-0001-5109-3700"
[[sources]]
dblp = "64/7659"
"""
State = tuple[int, str, int]  # the counter, a hash of the publications, rows about sources


def run(prepared: PreparedSite, folder: Path, times: int, seed: int = 1) -> str:
    """Kill `times` refreshes, then complete each."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    rng = random.Random(seed)
    with serve_fake() as fake:
        origin = next(iter(fake.hosts.values())).origin
        start = _instance(prepared, folder / "start")
        first = Path(shutil.copytree(start, folder / "first"))
        _refresh(first, origin, "orcid")
        both = Path(shutil.copytree(start, folder / "both"))
        fake.requests.clear()
        begin = time.monotonic()
        _start_refresh(both, origin).wait()
        duration, requests = time.monotonic() - begin, len(fake.requests)
        states = [_state(start), _state(first), _state(both)]
        outcomes = []
        for number in range(times):
            killed = Path(shutil.copytree(start, folder / f"killed {number}"))
            fake.requests.clear()
            process = _start_refresh(killed, origin)
            if number % 2:
                _wait(process, rng.uniform(0.5, 1.05) * duration)
            else:
                wanted = rng.randint(1, requests)
                while len(fake.requests) < wanted and not _wait(process, 0.001):
                    pass
            process.kill()
            process.wait()
            state = _state(killed)
            assert state in states, f"a catalog between two revisions: {killed}"
            outcomes.append(states.index(state))
            _refresh(killed, origin)
            assert _state(killed) == states[-1], f"a refresh does not go on: {killed}"
            shutil.rmtree(killed)
    counts = ", ".join(f"{outcomes.count(n)} after {n} sources" for n in range(3))
    return f"{times} kills: {counts}; each completed by the next refresh"


def _instance(prepared: PreparedSite, folder: Path) -> Path:
    shutil.copytree(prepared.instance, folder)
    with (folder / "site.toml").open("a") as file:
        file.write(SOURCES)
    return folder


def _start_refresh(instance: Path, origin: str) -> "subprocess.Popen[bytes]":
    module = "tests.torture.with_services"
    return subprocess.Popen(
        [sys.executable, "-m", module, origin, "refresh", "--yes"],
        cwd=ROOT,
        env={**os.environ, "OCTAVO_INSTANCE": str(instance)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Wait until a process ends, or for some seconds; return whether it has ended."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _refresh(instance: Path, origin: str, *names: str) -> None:
    """Refresh in this process, and check that the index follows."""
    with opened(instance) as app:
        app.extensions[EXTENSION] = hosts_at(origin)
        result = app.test_cli_runner().invoke(args=["refresh", "--yes", *names])
        assert result.exit_code == 0, result.output
        assert site(app).catalog.state().settled


def _state(instance: Path) -> State:
    counter, digest = content(instance)
    with closing(sqlite3.connect(instance / "octavo.db")) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM source_records").fetchone()
    return counter, digest, rows
