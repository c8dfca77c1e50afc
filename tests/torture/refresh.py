"""Kill a refresh of two sources (SIGKILL) at random moments.

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
from webapp.config import ROOT
from webapp.site import site

from .site import PreparedSite, content, opened

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
        states = [_state(start)]
        complete = Path(shutil.copytree(start, folder / "complete"))
        for name in ("orcid", "dblp"):
            _refresh(complete, origin, name).communicate()
            states.append(_state(complete))
        duration = _duration(start, folder / "timed", origin)
        outcomes = []
        for number in range(times):
            killed = Path(shutil.copytree(start, folder / f"killed {number}"))
            process = _refresh(killed, origin)
            try:
                process.communicate(timeout=rng.uniform(0.2, 1.05) * duration)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
            state = _state(killed)
            assert state in states, f"a catalog between two revisions: {killed}"
            outcomes.append(states.index(state))
            _refresh(killed, origin).communicate()
            assert _state(killed) == states[-1], f"a refresh does not go on: {killed}"
            _assert_serves(killed)
            shutil.rmtree(killed)
    counts = ", ".join(f"{outcomes.count(n)} after {n} sources" for n in range(3))
    return f"{times} kills: {counts}; each completed by the next refresh"


def _instance(prepared: PreparedSite, folder: Path) -> Path:
    shutil.copytree(prepared.instance, folder)
    with (folder / "site.toml").open("a") as file:
        file.write(SOURCES)
    return folder


def _refresh(instance: Path, origin: str, *arguments: str) -> "subprocess.Popen[bytes]":
    module = "tests.torture.with_services"
    return subprocess.Popen(
        [sys.executable, "-m", module, origin, "refresh", "--yes", *arguments],
        cwd=ROOT,
        env={**os.environ, "OCTAVO_INSTANCE": str(instance)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _duration(start: Path, instance: Path, origin: str) -> float:
    shutil.copytree(start, instance)
    begin = time.monotonic()
    _refresh(instance, origin).communicate()
    return time.monotonic() - begin


def _state(instance: Path) -> State:
    counter, digest = content(instance)
    with closing(sqlite3.connect(instance / "octavo.db")) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM source_records").fetchone()
    return counter, digest, rows


def _assert_serves(instance: Path) -> None:
    with opened(instance) as app:
        result = app.test_cli_runner().invoke(args=["prepare"])
        assert result.exit_code == 0, result.output
        assert site(app).catalog.state().settled
