"""One who means harm beside visitors: their median may at most double, and none is refused.

Slow readers of large files, half requests, costly facets and lists, against nginx as the guide of
deploy/ leaves it. Times with and without the attack are taken in turns, in one run.
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
from http.client import HTTPException, HTTPSConnection
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Thread

from bench.site import BEHIND_NGINX, Front, gunicorn, listening, nginx

from .site import OLD, Ordeal
from .visitors import insecure_context

MOST = 2.0  # times the median of visitors without the attack
LARGE_FILE = 1_300_000_000  # bytes, which take no room on the disk
HALF = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Half: "

COSTLY = {
    "facets": ("/facets/author?find={}", "/facets/author?q={}&find=a", "/facets/venue?find={}"),
    "lists": ("/publications.bib?q={}", "/publications.ris", "/publications.json?sort=newest"),
}
CONNECTIONS = 6  # of each address

Attack = Callable[[Front], AbstractContextManager[object]]


def slow_readers(ordeal: Ordeal, folder: Path, readers: int, visits: int) -> str:
    """Many from a few addresses ask for a large file and do not read it."""
    instance = Path(shutil.copytree(ordeal.instance, folder / "instance"))
    (instance / "files").mkdir()
    (instance / "files" / "large.pdf").touch()
    os.truncate(instance / "files" / "large.pdf", LARGE_FILE)

    @contextmanager
    def attack(front: Front) -> Iterator[None]:
        with ExitStack() as stack:
            for number in range(readers):
                source = f"127.0.3.{number // 10 + 1}"
                connection = stack.enter_context(closing(_connect(front, source)))
                connection.request("GET", "/files/large.pdf", headers={"Host": "localhost"})
                assert connection.getresponse().status == 200, "a reader is refused"
            yield

    return f"{readers} slow readers: " + _beside(
        replace(ordeal, instance=instance), folder, attack, visits
    )


def half_requests(ordeal: Ordeal, folder: Path, connections: int, visits: int) -> str:
    """One address opens many connections to the port without TLS, and sends half a request each."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 2 * connections + 512), most))

    @contextmanager
    def attack(front: Front) -> Iterator[None]:
        with ExitStack() as stack:
            for _ in range(connections):
                half = socket.create_connection(("127.0.0.1", front.plain_port), timeout=30)
                stack.enter_context(half).sendall(HALF)
            yield

    return f"{connections} half requests: " + _beside(ordeal, folder, attack, visits)


def costly(ordeal: Ordeal, folder: Path, kind: str, addresses: int, visits: int) -> str:
    """Some addresses ask for what costs most, several at a time, again and again."""

    @contextmanager
    def attack(front: Front) -> Iterator[None]:
        context = multiprocessing.get_context("spawn")  # our own time is not for the attackers
        over, begun = context.Event(), context.Event()
        attackers = context.Process(target=_ask_on, args=(front, kind, addresses, begun, over))
        attackers.start()
        try:
            assert begun.wait(60), "the attackers have not begun"
            yield
        finally:
            over.set()
            attackers.join()

    return f"{kind} for {addresses} addresses: " + _beside(ordeal, folder, attack, visits)


def _beside(ordeal: Ordeal, folder: Path, attack: Attack, visits: int) -> str:
    """So many visits without and with an attack, in three turns."""
    words = [word for word in ordeal.file.read_text().split() if word.isalpha()]
    dice = random.Random(1)
    alone: list[float] = []
    beside: list[float] = []
    with (
        listening(folder / "octavo.sock") as listener,
        gunicorn(ordeal.instance, listener, BEHIND_NGINX),
        nginx(folder, folder / "octavo.sock") as front,
    ):
        _visit(front, OLD, 0)
        for _ in range(3):
            alone += [_visit(front, dice.choice(words), n) for n in range(visits // 3)]
            with attack(front):
                beside += [_visit(front, dice.choice(words), n) for n in range(visits // 3)]
    usual, attacked = statistics.median(alone), statistics.median(beside)
    said = f"visits take {1000 * attacked:.0f} ms beside them, {1000 * usual:.0f} without"
    assert attacked <= MOST * usual, said
    return said


def _visit(front: Front, word: str, number: int) -> float:
    """Seconds until a visitor who has just come has the answer to a search."""
    start = time.perf_counter()
    try:
        with closing(_connect(front, f"127.0.4.{number % 250 + 1}")) as connection:
            headers = {"Host": "localhost", "HX-Request": "true"}
            connection.request("GET", f"/?q={word}", headers=headers)
            answer = connection.getresponse()
            answer.read()
    except (OSError, HTTPException) as error:
        raise AssertionError(f"a visitor is not answered: {error!r}") from None
    assert answer.status == 200, f"a visitor gets {answer.status}"
    return time.perf_counter() - start


def _connect(front: Front, source: str) -> HTTPSConnection:
    return HTTPSConnection(
        "127.0.0.1",
        front.port,
        context=insecure_context(),
        source_address=(source, 0),
        timeout=30,
    )


def _ask_on(front: Front, kind: str, addresses: int, begun: Event, over: Event) -> None:
    """Attack in a process of its own, until it is over."""
    threads = [
        Thread(target=_ask_as, args=(front, f"127.0.5.{number + 1}", kind, begun, over))
        for number in range(addresses)
        for _ in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _ask_as(front: Front, source: str, kind: str, begun: Event, over: Event) -> None:
    """Ask again as soon as there is an answer; a little later when it is a refusal."""
    while not over.is_set():
        with suppress(OSError, HTTPException), closing(_connect(front, source)) as connection:
            while not over.is_set():
                address = random.choice(COSTLY[kind]).format(random.choice(string.ascii_lowercase))
                connection.request("GET", address, headers={"Host": "localhost"})
                answer = connection.getresponse()
                answer.read()
                begun.set()
                if answer.status != 200:
                    over.wait(0.05)
