"""Visitors who mean harm or only type oddly: any query, slow clients, idle and oversized ones."""

import os
import random
import re
import shutil
import socket
import ssl
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import quote, urlencode

from bench.site import BEHIND_NGINX, Front, gunicorn, listening, nginx
from webapp.catalog.criteria import Criteria
from webapp.site import site

from .site import Ordeal, octavo, opened

# Of any answer. What is answered in this process is measured by its own processor time, so that
# other work on the machine does not count.
MAX_SECONDS = 1.0

_PIECES = (
    *('"', "'", "*", "?", "~9", "[a TO z]", "(", ")", "AND", "OR", "NOT", "-", "^2", "\\", ":"),
    *("author:", "venue:", "title:", "year:", "type:", "tag:", "year:2019..2023", "..", "\x00"),
    *("é", "ß", "Æ", "\u202e", "漢字", "🧪", "<script>", "%00", "a" * 300, "1" * 40, "\ud800", " "),
)


_PARAMETERS = ("q", "year", "venue", "author", "type", "tag", "sort", "page", "open", "v", "ascii")
_HEADERS = (
    *("HX-Request", "HX-Source", "HX-History-Restore-Request", "If-None-Match", "Accept", "Range"),
    *("Accept-Encoding", "If-Modified-Since", "X-Forwarded-For", "Content-Type", "Cookie", "Host"),
)
_ODD = (*_PIECES, "true", "1", "-1", "bib", "json", "atom", "made-1", "*/*", "bytes=0-9", 'W/"x"')


def queries(ordeal: Ordeal, _folder: Path, times: int, seed: int = 1) -> str:
    """So many generated queries: each is answered, and none takes long."""
    words = ordeal.file.read_text().split()[:5000]
    slowest, worst = 0.0, ""
    with opened(ordeal.instance) as app:
        catalog = site(app).catalog
        for query in odd_queries(words, times, random.Random(seed)):
            start = time.thread_time()
            catalog.find(Criteria(q=query))
            took = time.thread_time() - start
            if took > slowest:
                slowest, worst = took, query
    assert slowest < MAX_SECONDS, f"{slowest:.2f} s for {worst!r}"
    return f"{times} queries, none a fault; the slowest {1000 * slowest:.0f} ms"


def odd_queries(words: Sequence[str], times: int, dice: random.Random) -> Iterator[str]:
    """Words begun, what looks like syntax, and what no text holds, in any mixture."""
    for _ in range(times):
        parts = [
            dice.choice(words)[: dice.randint(1, 12)]
            if dice.random() < 0.6
            else dice.choice(_PIECES)
            for _ in range(dice.choice((1, 2, 3, 5, 8, 40)))
        ]
        yield dice.choice(("", " ", " ")).join(parts)


def requests(ordeal: Ordeal, _folder: Path, times: int, seed: int = 1) -> str:
    """So many requests of any route, parameters, headers and method: none is a fault, or slow."""
    dice = random.Random(seed)
    statuses: Counter[int] = Counter()
    with opened(ordeal.instance) as app:
        client = app.test_client()
        rules = [rule.rule for rule in app.url_map.iter_rules()]
        for _ in range(times):
            path = re.sub(
                "<[^>]+>", lambda _: quote(_odd(dice), errors="replace"), dice.choice(rules)
            )
            query = {dice.choice(_PARAMETERS): _odd(dice) for _ in range(dice.randint(0, 4))}
            headers = {
                dice.choice(_HEADERS): re.sub(r"[^ -~]", "", _odd(dice))
                for _ in range(dice.randint(0, 3))
            }
            asked = f"{path}?{urlencode(query, errors='replace')}"
            method = dice.choice(("GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "BREW"))
            start = time.thread_time()
            with client.open(asked, method=method, headers=headers) as answer:
                statuses[answer.status_code] += 1
                took = time.thread_time() - start
                assert answer.status_code < 500, (method, asked, headers)
            assert took < MAX_SECONDS, f"{took:.2f} s for {method} {asked} {headers}"
    return f"{times} requests: " + ", ".join(
        f"{n} x {code}" for code, n in sorted(statuses.items())
    )


def _odd(dice: random.Random) -> str:
    return "".join(dice.choices(_ODD, k=dice.choice((1, 1, 2, 3))))


def slow_clients(ordeal: Ordeal, folder: Path, idle: int, slow: int, visits: int) -> str:
    """Idle and slow connections, oversized requests; other visitors are not affected."""
    with (
        listening(folder / "octavo.sock") as listener,
        gunicorn(ordeal.instance, listener, BEHIND_NGINX),
        nginx(folder, folder / "octavo.sock") as front,
        ExitStack() as open_connections,
    ):
        for number in range(idle):
            open_connections.enter_context(_connect(front, number))
        dribbling = [open_connections.enter_context(_tls(front, n)) for n in range(slow)]
        visited = []
        for visit in range(visits):
            for connection in dribbling:
                with suppress(OSError):  # nginx has had enough of it
                    connection.sendall(b"GET / HTTP/1.1\r\nX: "[visit % 19 :][:1])
            visited.append(_visit(front))
            _oversized(front)
    usual = statistics.median(visited)
    assert usual < MAX_SECONDS, f"{usual:.2f} s beside slow clients"
    return (
        f"{visits} visits beside {idle} idle and {slow} slow: {1000 * usual:.0f} ms, "
        f"{1000 * max(visited):.0f} at most"
    )


def _connect(front: Front, number: int) -> socket.socket:
    source = (f"127.0.2.{number % 250 + 1}", 0)
    return socket.create_connection(("127.0.0.1", front.port), timeout=30, source_address=source)


def insecure_context() -> ssl.SSLContext:
    """One that takes any certificate, also one of our own making."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _tls(front: Front, number: int) -> ssl.SSLSocket:
    return insecure_context().wrap_socket(_connect(front, number))


def _visit(front: Front) -> float:
    start = time.perf_counter()
    with closing(
        HTTPSConnection("127.0.0.1", front.port, context=insecure_context())
    ) as connection:
        connection.request("GET", "/?q=test", headers={"Host": "localhost"})
        assert connection.getresponse().status == 200
    return time.perf_counter() - start


def _oversized(front: Front) -> None:
    with closing(
        HTTPSConnection("127.0.0.1", front.port, context=insecure_context())
    ) as connection:
        headers = {"Host": "localhost", "Content-Length": str(1 << 30)}
        connection.request("POST", "/", headers=headers)
        assert connection.getresponse().status == 413


SURROUNDINGS = (
    {"TZ": "Pacific/Kiritimati"},
    {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"},
    {"TZ": "America/St_Johns"},
    {"PYTHONHASHSEED": "1", "PYTHONUTF8": "1"},
)


def surroundings(ordeal: Ordeal, folder: Path, times: int = len(SURROUNDINGS)) -> str:
    """Time zones, locales, umask, a path with spaces: what is imported comes out the same."""
    exports = set()
    before = os.umask(0o077)
    try:
        for number, environment in enumerate(SURROUNDINGS[:times]):
            instance, target = folder / f"instance {number}", folder / f"export {number}.bib"
            shutil.copytree(ordeal.instance, instance)
            octavo(instance, "import", "--yes", str(ordeal.file), **environment)
            octavo(instance, "export", "-o", str(target), **environment)
            exports.add(target.read_bytes())
    finally:
        os.umask(before)
    assert len(exports) == 1, "what is imported depends on the surroundings"
    return f"{times} time zones and locales, umask 077, a path with spaces: nothing changed"
