"""Odd and hostile visitors: any query, any request, slow clients, idle and oversized ones."""

import gc
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
from pathlib import Path
from urllib.parse import quote, urlencode

from bench.site import BEHIND_NGINX, Front, gunicorn, listening, nginx
from tests.fronts import connect, insecure_context
from webapp.catalog.criteria import Criteria
from webapp.site import site

from .site import PreparedSite, octavo, opened

# For any answer. Answers of this process are measured in processor time, so that other work on the
# machine does not count.
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


def queries(prepared: PreparedSite, _folder: Path, times: int, seed: int = 1) -> str:
    """Run generated queries: none fails, and none takes longer than MAX_SECONDS."""
    words = prepared.file.read_text().split()[:5000]
    slowest, slowest_query = 0.0, ""
    with opened(prepared.instance) as app:
        catalog = site(app).catalog
        gc.freeze()  # what other tests left would be searched for garbage within a query
        for query in odd_queries(words, times, random.Random(seed)):
            start = time.thread_time()
            catalog.find(Criteria(q=query))
            took = time.thread_time() - start
            if took > slowest:
                slowest, slowest_query = took, query
    assert slowest < MAX_SECONDS, f"{slowest:.2f} s for {slowest_query!r}"
    return f"{times} queries, none failed; the slowest {1000 * slowest:.0f} ms"


def odd_queries(words: Sequence[str], times: int, rng: random.Random) -> Iterator[str]:
    """Yield mixtures of words, parts of words, syntax, and characters that no text contains."""
    for _ in range(times):
        parts = [
            rng.choice(words)[: rng.randint(1, 12)] if rng.random() < 0.6 else rng.choice(_PIECES)
            for _ in range(rng.choice((1, 2, 3, 5, 8, 40)))
        ]
        yield rng.choice(("", " ", " ")).join(parts)


def requests(prepared: PreparedSite, _folder: Path, times: int, seed: int = 1) -> str:
    """Send random requests to any route, with any method: none fails or is slow."""
    rng = random.Random(seed)
    statuses: Counter[int] = Counter()
    with opened(prepared.instance) as app:
        client = app.test_client()
        rules = [rule.rule for rule in app.url_map.iter_rules()]
        for _ in range(times):
            path = re.sub(
                "<[^>]+>", lambda _: quote(_odd(rng), errors="replace"), rng.choice(rules)
            )
            query = {rng.choice(_PARAMETERS): _odd(rng) for _ in range(rng.randint(0, 4))}
            headers = {
                rng.choice(_HEADERS): re.sub(r"[^ -~]", "", _odd(rng))
                for _ in range(rng.randint(0, 3))
            }
            address = f"{path}?{urlencode(query, errors='replace')}"
            method = rng.choice(("GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "BREW"))
            start = time.thread_time()
            with client.open(address, method=method, headers=headers) as answer:
                statuses[answer.status_code] += 1
                took = time.thread_time() - start
                assert answer.status_code < 500, (method, address, headers)
            assert took < MAX_SECONDS, f"{took:.2f} s for {method} {address} {headers}"
    return f"{times} requests: " + ", ".join(
        f"{n} x {code}" for code, n in sorted(statuses.items())
    )


def _odd(rng: random.Random) -> str:
    return "".join(rng.choices(_ODD, k=rng.choice((1, 1, 2, 3))))


def slow_clients(prepared: PreparedSite, folder: Path, idle: int, slow: int, visits: int) -> str:
    """Open idle and slow connections and send oversized requests; visitors are still answered."""
    with (
        listening(folder / "octavo.sock") as listener,
        gunicorn(prepared.instance, listener, BEHIND_NGINX),
        nginx(folder, folder / "octavo.sock") as front,
        ExitStack() as open_connections,
    ):
        for number in range(idle):
            open_connections.enter_context(_open_socket(front, number))
        slow_connections = [open_connections.enter_context(_tls(front, n)) for n in range(slow)]
        durations = []
        for visit in range(visits):
            for connection in slow_connections:
                with suppress(OSError):  # nginx has closed it
                    connection.sendall(b"GET / HTTP/1.1\r\nX: "[visit % 19 :][:1])
            durations.append(_visit(front))
            _oversized(front)
    usual = statistics.median(durations)
    assert usual < MAX_SECONDS, f"{usual:.2f} s beside slow clients"
    return (
        f"{visits} visits beside {idle} idle and {slow} slow: {1000 * usual:.0f} ms, "
        f"{1000 * max(durations):.0f} at most"
    )


def _open_socket(front: Front, number: int) -> socket.socket:
    source = (f"127.0.2.{number % 250 + 1}", 0)
    return socket.create_connection(("127.0.0.1", front.port), timeout=30, source_address=source)


def _tls(front: Front, number: int) -> ssl.SSLSocket:
    return insecure_context().wrap_socket(_open_socket(front, number))


def _visit(front: Front) -> float:
    start = time.perf_counter()
    with closing(connect(front)) as connection:
        connection.request("GET", "/?q=test", headers={"Host": "localhost"})
        assert connection.getresponse().status == 200
    return time.perf_counter() - start


def _oversized(front: Front) -> None:
    with closing(connect(front)) as connection:
        headers = {"Host": "localhost", "Content-Length": str(1 << 30)}
        connection.request("POST", "/", headers=headers)
        assert connection.getresponse().status == 413


ENVIRONMENTS = (
    {"TZ": "Pacific/Kiritimati"},
    {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"},
    {"TZ": "America/St_Johns"},
    {"PYTHONHASHSEED": "1", "PYTHONUTF8": "1"},
)


def surroundings(prepared: PreparedSite, folder: Path, times: int = len(ENVIRONMENTS)) -> str:
    """Import and export in other time zones and locales, with another umask: the same text."""
    exports = set()
    before = os.umask(0o077)
    try:
        for number, environment in enumerate(ENVIRONMENTS[:times]):
            instance, target = folder / f"instance {number}", folder / f"export {number}.bib"
            shutil.copytree(prepared.instance, instance)
            octavo(instance, "import", "--yes", str(prepared.file), **environment)
            octavo(instance, "export", "-o", str(target), **environment)
            exports.add(target.read_bytes())
    finally:
        os.umask(before)
    assert len(exports) == 1, "the export depends on the environment"
    return f"{times} time zones and locales, umask 077, a path with spaces: nothing changed"
