"""nginx's limits and retries, in front of a site that the test controls."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from threading import Event, Thread
from typing import Any

import pytest

from bench.site import Front, nginx
from tests.fronts import begin, connect, get, require_nginx


class Upstream(ThreadingMixIn, UnixStreamServer):
    """A replacement for the site. Responses wait for `go`; if `broken`, connections just close."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), _Handler)
        self.asked: list[str] = []
        self.arrived, self.go, self.broken = Event(), Event(), False


class _Handler(BaseHTTPRequestHandler):
    server: Upstream

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.arrived.set()
        if self.server.broken:
            self.close_connection = True
            return
        self.server.go.wait(60)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def address_string(self) -> str:
        return "nginx"

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def upstream(tmp_path: Path) -> Iterator[Upstream]:
    with Upstream(tmp_path / "octavo.sock") as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.go.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def limited(upstream: Upstream, tmp_path: Path) -> Iterator[Front]:
    require_nginx()
    with nginx(tmp_path, tmp_path / "octavo.sock") as front:
        assert upstream.asked == []
        yield front


@contextmanager
def waiting(front: Front, upstream: Upstream, path: str, source: str) -> Iterator[HTTPSConnection]:
    """Send a request and wait until it has arrived at the site."""
    upstream.arrived.clear()
    with closing(begin(front, path, source)) as connection:
        assert upstream.arrived.wait(30)
        yield connection


def test_one_visitor_exports_one_list_at_a_time_and_blocks_no_other(
    limited: Front, upstream: Upstream
) -> None:
    with waiting(limited, upstream, "/publications.bib?q=a", "127.0.7.1") as export:
        for again in ("/publications.bib", "/publications.ris?q=b", "/publications.csv"):
            refused = get(limited, again, source="127.0.7.1")
            assert (refused.status, refused.headers["Retry-After"]) == (429, "5")
        other = begin(limited, "/publications.json", "127.0.7.2")
        upstream.go.set()
        for connection in (export, other):
            assert connection.getresponse().status == 200
            connection.close()
    allowed = ("/", "/publications.atom", "/publications/made-1.bib", "/publications.ris")
    for path in allowed:
        answer = get(limited, path, source="127.0.7.1")
        assert (answer.status, answer.headers["Retry-After"]) == (200, None)


def test_the_feed_and_single_publications_do_not_count_as_complete_lists(
    limited: Front, upstream: Upstream
) -> None:
    with waiting(limited, upstream, "/publications.bib", "127.0.7.3"):
        for path in ("/publications.atom", "/publications/a.bib", "/publications/b.ris", "/"):
            with waiting(limited, upstream, path, "127.0.7.3"):
                pass
    assert "429" not in limited.log.read_text()


def test_a_fast_typist_is_never_refused(limited: Front, upstream: Upstream) -> None:
    """Ten seconds of keystrokes at once, in the search field and in a facet's field."""
    upstream.go.set()
    with closing(connect(limited, "127.0.7.4")) as connection:
        for path in ["/?q=a"] * 70 + ["/facets/author?find=a"] * 12 + ["/static/site.css"] * 30:
            connection.request("GET", path, headers={"Host": "localhost"})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, path


def test_one_visitor_requests_few_facet_lists_at_a_time(limited: Front, upstream: Upstream) -> None:
    with ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(waiting(limited, upstream, "/facets/author?find=a", "127.0.7.5"))
        assert get(limited, "/facets/author", source="127.0.7.5").status == 429
        upstream.go.set()
        assert get(limited, "/", source="127.0.7.5").status == 200
        assert get(limited, "/facets/author", source="127.0.7.6").status == 200


def test_a_request_that_fails_is_sent_again_once(limited: Front, upstream: Upstream) -> None:
    upstream.broken = True
    assert get(limited, "/?q=once").status == 502
    assert upstream.asked == ["/?q=once"] * 2


def test_a_slow_request_is_not_sent_again(upstream: Upstream, tmp_path: Path) -> None:
    """Use a shorter timeout than the guide's, which would make the test slow."""
    hasty = {"proxy_read_timeout 60s": "proxy_read_timeout 1s"}
    with nginx(tmp_path, tmp_path / "octavo.sock", changes=hasty) as front:
        assert get(front, "/?q=slow").status == 504
    assert upstream.asked == ["/?q=slow"]


def test_ipv6_addresses_count_by_network_and_ipv4_addresses_singly(tmp_path: Path) -> None:
    require_nginx()
    with socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        port = probe.getsockname()[1]
    changes = {
        "listen 80;": f"listen 80; listen [::1]:{port};",
        "return 301 https://$host$request_uri;": "return 200 $octavo_visitor;",
    }
    with nginx(tmp_path, tmp_path / "octavo.sock", changes=changes) as front:
        for address, at, visitor in (
            ("127.0.0.1", front.plain_port, bytes([127, 0, 0, 1])),
            ("::1", port, bytes(8)),
        ):
            with closing(HTTPConnection(address, at)) as connection:
                connection.request("GET", "/", headers={"Host": "localhost"})
                assert connection.getresponse().read() == visitor


def test_a_harvester_is_refused_with_503_as_its_clients_wait_after_nothing_else(
    limited: Front, upstream: Upstream
) -> None:
    with ExitStack() as stack:
        for _ in range(2):
            path = "/oai?verb=Identify"
            stack.enter_context(waiting(limited, upstream, path, "127.0.7.7"))
        refused = get(limited, "/oai?verb=Identify", source="127.0.7.7")
        assert (refused.status, refused.headers.get_all("Retry-After")) == (503, ["5"])
        assert refused.headers["X-Content-Type-Options"] == "nosniff"
        upstream.go.set()
        assert get(limited, "/", source="127.0.7.7").status == 200
        assert get(limited, "/oai?verb=Identify", source="127.0.7.8").status == 200
