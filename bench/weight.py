"""The bytes that a visit to the seven-item page transfers, in a real Chromium."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, sync_playwright

from .client import Connection
from .server import serving, temporary_instance

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    return path or exit("Chromium is not installed: apt-get install chromium")


def run() -> str:
    with temporary_instance() as instance:
        log = instance / "requests.log"
        options = ("--access-logfile", str(log), "--access-logformat", "%(s)s %(U)s")
        with serving(instance, options=options) as site, _browser() as context:
            first = _visit(context, site.port, log)
            second = _visit(context, site.port, log)
    lines = ["| visit | requests | statuses | kB transferred | goal |", "|---|---|---|---|---|"]
    goals = ("at most 32 kB, 6 requests", "only 304s and cached files")
    for name, visit, goal in zip(("first", "second"), (first, second), goals, strict=True):
        kinds = ", ".join(f"{count} × {status}" for status, count in visit.statuses.items())
        total = sum(visit.sizes.values()) / 1000
        lines.append(f"| {name} | {visit.statuses.total()} | {kinds} | {total:.1f} | {goal} |")
    parts = (f"{path} {size / 1000:.1f}" for path, size in first.sizes.items())
    return "\n".join((*lines, "", f"First visit, kB: {', '.join(parts)}"))


@dataclass(frozen=True, slots=True)
class Visit:
    statuses: Counter[str]  # of the requests that reached the server
    sizes: dict[str, int]  # path -> bytes transferred, headers included


@contextmanager
def _browser() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser.new_context()
        browser.close()


def _visit(context: BrowserContext, port: int, log: Path) -> Visit:
    """Open the page and close it again.

    The browser reports sizes, except for the icon that it requests. That request is in the
    server's log, and is repeated to measure it.
    """
    before = len(log.read_text().splitlines())
    page = context.new_page()
    paths: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def on_response(event: dict[str, Any]) -> None:
        paths[event["requestId"]] = urlsplit(event["response"]["url"]).path

    def on_finished(event: dict[str, Any]) -> None:
        sizes[paths[event["requestId"]]] = event["encodedDataLength"]

    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.responseReceived", on_response)
    session.on("Network.loadingFinished", on_finished)
    page.goto(f"http://127.0.0.1:{port}/", wait_until="networkidle")
    page.close()
    arrived = [line.split(maxsplit=1) for line in log.read_text().splitlines()[before:]]
    for _, path in arrived:
        if path not in sizes:
            sizes[path] = _weigh(port, path)
    return Visit(Counter(status for status, _ in arrived), sizes)


def _weigh(port: int, path: str) -> int:
    with Connection(port) as connection:
        answer = connection.ask(connection.request(path))
    return len(answer.head) + 4 + answer.size
