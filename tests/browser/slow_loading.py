"""A network so slow that the browser paints between any two tags of a page."""

import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread

from playwright.sync_api import Page

PAINTED = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"


@contextmanager
def _relay(site: str, page: str, pieces: Queue[bytes]) -> Iterator[str]:
    """Serve a site, its `page` piece by piece from a queue up to an empty piece; yield the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with urllib.request.urlopen(site + self.path) as answer:
                self.send_response(200)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.end_headers()
                for piece in iter(pieces.get, b"") if self.path == page else [answer.read()]:
                    self.wfile.write(piece)
                    self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def load_by_tags(page: Page, site: str, path: str) -> None:
    """Load a page of a site tag by tag, with a paint after each."""
    with urllib.request.urlopen(site + path) as answer:
        text: bytes = answer.read()
    head, body = text.split(b"<body>")
    pieces: Queue[bytes] = Queue()
    pieces.put(head + b"<body>")
    with _relay(site, path, pieces) as relay:
        page.goto(relay + path, wait_until="commit")
        for piece in re.findall(rb"[^>]*>\s*", body):
            pieces.put(piece)
            page.evaluate(PAINTED)
        pieces.put(b"")
        page.wait_for_load_state("networkidle")
