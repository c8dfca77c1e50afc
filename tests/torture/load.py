"""Search through nginx while an import, a reindex and a reload run, and a worker is killed."""

import os
import random
import re
import signal
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
from tests.fronts import connect

from .site import NEW, OLD, PreparedSite, octavo

MAX_PSS_CHANGE = 0.10
_TOTAL = re.compile(r'id="count">([\d,]+|No|One)')
_ITEM = re.compile(r'<article class="publication".*?</article>', re.DOTALL)


@dataclass
class Crowd:
    """People who type searches, and what they got."""

    front: Front
    prepared: PreparedSite
    stop: Event = field(default_factory=Event)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def type_as(self, number: int) -> None:
        """Type words letter by letter, OLD and NEW among them, with pauses, until `stop` is set."""
        rng = random.Random(number)
        while not self.stop.is_set():
            try:
                # Each from another address, because nginx limits the requests of one.
                with closing(connect(self.front, f"127.0.1.{number % 250 + 1}")) as connection:
                    for _ in range(5):
                        self._type(connection, rng)
            except (OSError, HTTPException) as error:
                self.faults.append(f"{type(error).__name__}: {error}")

    def _type(self, connection: HTTPSConnection, rng: random.Random) -> None:
        word = rng.choice((OLD, NEW, "".join(rng.choices("abcdefimnorst", k=6))))
        for length in range(2, len(word) + 1, 2):
            if self.stop.is_set():
                return
            self._ask(connection, word[:length])
            self.stop.wait(rng.uniform(0.15, 0.4))
        self.stop.wait(rng.uniform(0.5, 2))

    def _ask(self, connection: HTTPSConnection, query: str) -> None:
        start = time.monotonic()
        headers = {"Host": f"localhost:{self.front.port}", "HX-Request": "true"}
        connection.request("GET", f"/?q={query}", headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        self.slowest = max(self.slowest, time.monotonic() - start)
        self.statuses[answer.status] += 1
        if not self.accepts(answer.status):
            self.faults.append(f"{answer.status} for {query}")
        elif answer.status == 200 and (fault := self._fault(query, text)):
            self.faults.append(fault)

    def accepts(self, status: int) -> bool:
        """Return whether an answer with this status is right."""
        return status == 200

    def _fault(self, query: str, text: str) -> str:
        """Return where an answer mixes the two states; "" if it does not."""
        for item in _ITEM.findall(text):
            if OLD in item and NEW in item:
                return f"an item of two rows: {item}"
        size, changed = self.prepared.size, self.prepared.changed
        allowed = {OLD: {size, size - changed}, NEW: {0, changed}}.get(query)
        match = _TOTAL.search(text)
        total = int(match[1].replace(",", "")) if match and match[1][0].isdigit() else 0
        rewritten = 'class="rewritten"' in text
        if allowed and total not in allowed and not (rewritten and 0 in allowed):
            return f"{total} results for {query}: neither the old nor the new state"
        return ""


@contextmanager
def typing(crowd: Crowd, people: int) -> Iterator[Crowd]:
    """Let some people of a crowd type until the block ends."""
    threads = [Thread(target=crowd.type_as, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    try:
        yield crowd
    finally:
        crowd.stop.set()
        for thread in threads:
            thread.join()


def run(prepared: PreparedSite, folder: Path, seconds: float, people: int) -> str:
    """Let people type for at least `seconds`, and until import, reindex and reload are done."""
    socket_path = folder / "octavo.sock"
    with (
        listening(socket_path) as listener,
        gunicorn(prepared.instance, listener, BEHIND_NGINX) as master,
        nginx(folder, socket_path) as front,
        typing(Crowd(front, prepared), people) as crowd,
    ):
        before, indexed, after = _disturb(prepared, master.pid, seconds)
    answers = sum(crowd.statuses.values())
    assert answers > people, "too few requests were answered"
    assert not crowd.faults, f"{len(crowd.faults)} faults: {crowd.faults[:5]}"
    change = after / before - 1
    assert seconds < 60 or abs(change) <= MAX_PSS_CHANGE, f"memory changed by {change:+.0%}"
    memory = f"PSS {before / 1e6:.0f} MB before, {after / 1e6:.0f} after"
    memory += f", {indexed / 1e6:.0f} with the new index in the old workers"
    return f"{answers} answers, none wrong; the slowest {crowd.slowest:.1f} s; {memory}"


def _disturb(prepared: PreparedSite, master: int, seconds: float) -> list[int]:
    """Import, reindex, kill a worker, reload.

    Return the PSS in bytes before all this, before the kill, and at the end. The first and the
    last are of workers that have served for a third of the time.
    """
    end = time.monotonic() + seconds
    time.sleep(seconds / 3)
    memory = [pss(master)]
    octavo(prepared.instance, "import", "--yes", str(prepared.file))
    octavo(prepared.instance, "reindex", "--quiet")
    memory.append(pss(master))
    os.kill(children(master)[0], signal.SIGKILL)
    time.sleep(seconds / 12)
    os.kill(master, signal.SIGHUP)
    time.sleep(max(seconds / 3, end - time.monotonic()))
    return [*memory, pss(master)]
