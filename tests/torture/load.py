"""People typing at nginx while the catalog is imported to, indexed, reloaded, and a worker dies."""

import os
import random
import re
import signal
import ssl
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from threading import Event, Thread

from bench.processes import children, pss
from bench.site import BEHIND_NGINX, Front, gunicorn, listening, nginx

from .site import NEW, OLD, Ordeal, octavo

PSS_CHANGE = 0.10
_TOTAL = re.compile(r'id="count">([\d,]+|No|One)')
_ITEM = re.compile(r'<article class="publication".*?</article>', re.DOTALL)


@dataclass
class Crowd:
    """Connections that type, and what they saw."""

    front: Front
    ordeal: Ordeal
    over: Event = field(default_factory=Event)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def type_as(self, number: int) -> None:
        """One person: words letter by letter, the marks among them; reads, and types again."""
        dice = random.Random(number)
        while not self.over.is_set():
            try:
                with closing(self._connect(number)) as connection:
                    for _ in range(5):
                        self._type(connection, dice)
            except (OSError, HTTPException) as error:
                self.faults.append(f"{type(error).__name__}: {error}")

    def _connect(self, number: int) -> HTTPSConnection:
        """From an address of its own, as nginx limits each visitor."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        source = (f"127.0.1.{number % 250 + 1}", 0)
        return HTTPSConnection(
            "127.0.0.1", self.front.port, context=context, source_address=source, timeout=30
        )

    def _type(self, connection: HTTPSConnection, dice: random.Random) -> None:
        word = dice.choice((OLD, NEW, "".join(dice.choices("abcdefimnorst", k=6))))
        for length in range(2, len(word) + 1, 2):
            if self.over.is_set():
                return
            self._ask(connection, word[:length])
            self.over.wait(dice.uniform(0.15, 0.4))
        self.over.wait(dice.uniform(0.5, 2))

    def _ask(self, connection: HTTPSConnection, query: str) -> None:
        start = time.monotonic()
        headers = {"Host": f"localhost:{self.front.port}", "HX-Request": "true"}
        connection.request("GET", f"/?q={query}", headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        self.slowest = max(self.slowest, time.monotonic() - start)
        self.statuses[answer.status] += 1
        if answer.status != 200:
            self.faults.append(f"{answer.status} for {query}")
        elif fault := self._fault(query, text):
            self.faults.append(fault)

    def _fault(self, query: str, text: str) -> str:
        """What is of two states at once in an answer; empty when nothing is."""
        for item in _ITEM.findall(text):
            if OLD in item and NEW in item:
                return f"an item of two rows: {item}"
        size, changed = self.ordeal.size, self.ordeal.changed
        allowed = {OLD: {size, size - changed}, NEW: {0, changed}}.get(query)
        found = _TOTAL.search(text)
        total = int(found[1].replace(",", "")) if found and found[1][0].isdigit() else 0
        rewritten = 'class="rewritten"' in text
        if allowed and total not in allowed and not (rewritten and 0 in allowed):
            return f"{total} found for {query}: neither the old nor the new state"
        return ""


@contextmanager
def typing(crowd: Crowd, people: int) -> Iterator[Crowd]:
    """So many of a crowd type, until the block ends."""
    threads = [Thread(target=crowd.type_as, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    try:
        yield crowd
    finally:
        crowd.over.set()
        for thread in threads:
            thread.join()


def run(ordeal: Ordeal, folder: Path, seconds: float, people: int) -> str:
    """The whole ordeal: at least so many seconds, and until all that is to happen has happened."""
    socket_path = folder / "octavo.sock"
    with (
        listening(socket_path) as listener,
        gunicorn(ordeal.instance, listener, BEHIND_NGINX) as master,
        nginx(folder, socket_path) as front,
        typing(Crowd(front, ordeal), people) as crowd,
    ):
        before, indexed, after = _disturb(ordeal, master.pid, seconds)
    asked = sum(crowd.statuses.values())
    assert asked > people, "nobody got through"
    assert not crowd.faults, f"{len(crowd.faults)} faults: {crowd.faults[:5]}"
    change = after / before - 1
    assert seconds < 60 or abs(change) <= PSS_CHANGE, f"memory changed by {change:+.0%}"
    memory = f"PSS {before / 1e6:.0f} MB before, {after / 1e6:.0f} after"
    memory += f", {indexed / 1e6:.0f} with the new index in the old workers"
    return f"{asked} answers, none wrong; the slowest {crowd.slowest:.1f} s; {memory}"


def _disturb(ordeal: Ordeal, master: int, seconds: float) -> list[int]:
    """Import, reindex, kill a worker, reload. Answers the memory before, before the kill, after.

    Before and after are of workers that have answered for a third of the time.
    """
    end = time.monotonic() + seconds
    time.sleep(seconds / 3)
    memory = [pss(master)]
    octavo(ordeal.instance, "import", "--yes", str(ordeal.file))
    octavo(ordeal.instance, "reindex", "--quiet")
    memory.append(pss(master))
    os.kill(children(master)[0], signal.SIGKILL)
    time.sleep(seconds / 12)
    os.kill(master, signal.SIGHUP)
    time.sleep(max(seconds / 3, end - time.monotonic()))
    return [*memory, pss(master)]
