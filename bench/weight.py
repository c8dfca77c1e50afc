"""What a visit of the seven-item page transfers, in a real Chromium: everything, as it is sent."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright

from .client import Connection
from .server import serving, temporary_instance

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    return found or exit("Chromium is not installed: apt-get install chromium")


def run() -> str:
    with temporary_instance() as instance:
        log = instance / "requests.log"
        options = ("--access-logfile", str(log), "--access-logformat", "%(s)s %(U)s")
        with serving(instance, options=options) as port, _browser() as context:
            first = _visit(context, port, log)
            second = _visit(context, port, log)
    lines = ["| visit | requests | statuses | kB transferred | goal |", "|---|---|---|---|---|"]
    goals = ("at most 32 kB, 6 requests", "only 304s and cached files")
    for name, visit, goal in zip(("first", "second"), (first, second), goals, strict=True):
        statuses, size = visit
        kinds = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
        lines.append(f"| {name} | {statuses.total()} | {kinds} | {size / 1000:.1f} | {goal} |")
    return "\n".join(lines)


@contextmanager
def _browser() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser.new_context()
        browser.close()


def _visit(context: BrowserContext, port: int, log: Path) -> tuple[Counter[str], int]:
    """The statuses of the requests that reached the server, and all bytes that the visit cost.

    The browser tells the bytes (headers included), but hides its request for an icon: the
    server's log has that one, and it is asked for again to be weighed.
    """
    before = len(log.read_text().splitlines())
    page = context.new_page()
    seen: list[str] = []
    size = 0

    def on_response(event: dict[str, Any]) -> None:
        seen.append(event["response"]["url"])

    def on_finished(event: dict[str, Any]) -> None:
        nonlocal size
        size += event["encodedDataLength"]

    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.responseReceived", on_response)
    session.on("Network.loadingFinished", on_finished)
    page.goto(f"http://127.0.0.1:{port}/", wait_until="networkidle")
    page.close()
    arrived = [line.split(maxsplit=1) for line in log.read_text().splitlines()[before:]]
    for _, path in arrived:
        if not any(path in url for url in seen):
            size += _weigh(port, path)
    return Counter(status for status, _ in arrived), size


def _weigh(port: int, path: str) -> int:
    with Connection(port) as connection:
        answer = connection.ask(connection.request(path))
    return len(answer.head) + 4 + answer.size
