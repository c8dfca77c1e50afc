"""Attack the site while visitors search: their median may at most double, and none is refused.

The attacks are slow readers of large files, half requests, and costly facets and lists. nginx runs
as deploy/ sets it up. Times with and without an attack are measured in turns, in one run.
"""

import multiprocessing
import os
import random
import resource
import shutil
import socket
import statistics
import string
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from http.client import HTTPException
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Thread

from bench.site import BEHIND_NGINX, Front, gunicorn, listening, nginx
from tests.fronts import connect

from .site import OLD, PreparedSite

MAX_RATIO = 2.0  # of the medians with and without the attack
LARGE_FILE = 1_300_000_000  # bytes; a sparse file, so it takes no disk space
HALF = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Half: "

COSTLY = {
    "facets": ("/facets/author?find={}", "/facets/author?q={}&find=a", "/facets/venue?find={}"),
    "lists": ("/publications.bib?q={}", "/publications.ris", "/publications.json?sort=newest"),
}
CONNECTIONS = 6  # per address

Attack = Callable[[Front], AbstractContextManager[object]]


def slow_readers(prepared: PreparedSite, folder: Path, readers: int, visits: int) -> str:
    """Request a large file from a few addresses, many times each, and do not read it."""
    instance = Path(shutil.copytree(prepared.instance, folder / "instance"))
    (instance / "files").mkdir()
    (instance / "files" / "large.pdf").touch()
    os.truncate(instance / "files" / "large.pdf", LARGE_FILE)

    @contextmanager
    def attack(front: Front) -> Iterator[None]:
        with ExitStack() as stack:
            for number in range(readers):
                source = f"127.0.3.{number // 10 + 1}"
                connection = stack.enter_context(closing(connect(front, source)))
                connection.request("GET", "/files/large.pdf", headers={"Host": "localhost"})
                assert connection.getresponse().status == 200, "a reader was refused"
            yield

    return f"{readers} slow readers: " + _beside(
        replace(prepared, instance=instance), folder, attack, visits
    )


def half_requests(prepared: PreparedSite, folder: Path, connections: int, visits: int) -> str:
    """Open many connections from one address to the port without TLS; send half a request each."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 2 * connections + 512), hard))

    @contextmanager
    def attack(front: Front) -> Iterator[None]:
        with ExitStack() as stack:
            for _ in range(connections):
                half = socket.create_connection(("127.0.0.1", front.plain_port), timeout=30)
                stack.enter_context(half).sendall(HALF)
            yield

    return f"{connections} half requests: " + _beside(prepared, folder, attack, visits)


def costly(prepared: PreparedSite, folder: Path, kind: str, addresses: int, visits: int) -> str:
    """Request what costs most from some addresses, over several connections each, in a loop."""

    @contextmanager
    def attack(front: Front) -> Iterator[None]:
        # In another process, so that the attackers do not slow the measurement itself.
        context = multiprocessing.get_context("spawn")
        started, stop = context.Event(), context.Event()
        attackers = context.Process(
            target=_request_all, args=(front, kind, addresses, started, stop)
        )
        attackers.start()
        try:
            assert started.wait(60), "the attackers have not started"
            yield
        finally:
            stop.set()
            attackers.join()

    return f"{kind} for {addresses} addresses: " + _beside(prepared, folder, attack, visits)


def _beside(prepared: PreparedSite, folder: Path, attack: Attack, visits: int) -> str:
    """Visit with and without an attack, in three turns; return the medians."""
    words = [word for word in prepared.file.read_text().split() if word.isalpha()]
    rng = random.Random(1)
    without: list[float] = []
    during: list[float] = []
    with (
        listening(folder / "octavo.sock") as listener,
        gunicorn(prepared.instance, listener, BEHIND_NGINX),
        nginx(folder, folder / "octavo.sock") as front,
    ):
        _visit(front, OLD, 0)
        for _ in range(3):
            without += [_visit(front, rng.choice(words), n) for n in range(visits // 3)]
            with attack(front):
                during += [_visit(front, rng.choice(words), n) for n in range(visits // 3)]
    usual, attacked = statistics.median(without), statistics.median(during)
    report = f"visits take {1000 * attacked:.0f} ms during the attack, {1000 * usual:.0f} without"
    assert attacked <= MAX_RATIO * usual, report
    return report


def _visit(front: Front, word: str, number: int) -> float:
    """Search over a new connection; return the seconds until the answer is complete."""
    start = time.perf_counter()
    try:
        with closing(connect(front, f"127.0.4.{number % 250 + 1}")) as connection:
            headers = {"Host": "localhost", "HX-Request": "true"}
            connection.request("GET", f"/?q={word}", headers=headers)
            answer = connection.getresponse()
            answer.read()
    except (OSError, HTTPException) as error:
        raise AssertionError(f"a visitor got no answer: {error!r}") from None
    assert answer.status == 200, f"a visitor got {answer.status}"
    return time.perf_counter() - start


def _request_all(front: Front, kind: str, addresses: int, started: Event, stop: Event) -> None:
    """Attack from all addresses until `stop` is set."""
    threads = [
        Thread(target=_request_from, args=(front, f"127.0.5.{number + 1}", kind, started, stop))
        for number in range(addresses)
        for _ in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _request_from(front: Front, source: str, kind: str, started: Event, stop: Event) -> None:
    """Send the next request after each answer; wait a little after a refusal."""
    while not stop.is_set():
        with suppress(OSError, HTTPException), closing(connect(front, source)) as connection:
            while not stop.is_set():
                address = random.choice(COSTLY[kind]).format(random.choice(string.ascii_lowercase))
                connection.request("GET", address, headers={"Host": "localhost"})
                answer = connection.getresponse()
                answer.read()
                started.set()
                if answer.status != 200:
                    stop.wait(0.05)
