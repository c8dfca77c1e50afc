"""Real browsers on real sites: gunicorn over temporary folders, Chromium driven by Playwright.
The tests of Firefox are in test_firefox.py.

Every page that a test opens must stay silent: a console message, an uncaught error or a violation
of the content security policy fails the test, unless the test says that it expects it.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from bench.server import SEED
from tests.conftest import require_program
from webapp.config import ROOT

DATA = ROOT / "tests" / "data"

# Timeouts for the slowest machine.
PATIENCE = 30_000  # milliseconds
START = 120  # seconds
expect.set_options(timeout=PATIENCE)

# A lab of three, newest first, four publications on a page.
ODD_SETTINGS = """
title = "Publications of the Lab"
owner = "Siyuan Feng"
intro = "We *sort*."
order = "newest"
page_size = 4
home = "https://example.org/home"

[profiles]
ORCID = "https://orcid.org/0000-0000-0000-0000"

[[members]]
name = "Zoe Osterreich"
url = "https://example.org/zoe"

[[members]]
name = "Carl Other"
"""


LARGE_ENTRY = """@inproceedings{{entry{0},
  title = {{Tensor Programs that Answer Question {0}: A Study of Structured Representations}},
  author = {{Ada Lovelace and Charles Babbage and Mary Somerville}},
  booktitle = {{Proceedings of the Conference on Empirical Methods in Language (EMNLP)}},
  year = {{{1}}}, abstract = {{Documents have answers.}}, url = {{https://example.org/{0}}}
}}
"""


@dataclass(frozen=True)
class Site:
    """A running site."""

    url: str
    folder: Path


@contextmanager
def serving(folder: Path) -> Iterator[Site]:
    """gunicorn over an instance folder, prepared by the command that `make serve` uses."""
    environment = {**os.environ, "OCTAVO_INSTANCE": str(folder)}
    run = [sys.executable, "-m"]
    subprocess.run([*run, "webapp", "prepare"], cwd=ROOT, env=environment, check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment["PORT"] = str(port)
    with subprocess.Popen([*run, "gunicorn"], cwd=ROOT, env=environment) as server:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, server)
            yield Site(url, folder)
        finally:
            server.terminate()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            with suppress(subprocess.TimeoutExpired):
                server.wait(0.05)  # it ends at once if it cannot start
    pytest.fail(f"The site at {url} did not start", pytrace=False)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The seven publications of the seed."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(SEED, folder, dirs_exist_ok=True)
    with serving(folder) as site:
        yield site


@pytest.fixture(scope="session")
def odd_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Ten odd publications, by year, on three pages."""
    folder = tmp_path_factory.mktemp("odd")
    shutil.copy(DATA / "odd.bib", folder / "publications.bib")
    (folder / "site.toml").write_text(ODD_SETTINGS)
    (folder / "files").mkdir()
    for name in ("sorting.pdf", "slides.pptx"):  # pages have no links to files that are absent
        (folder / "files" / name).write_bytes(b"%PDF-1.4\n")
    with serving(folder) as site:
        yield site


@pytest.fixture(scope="session")
def large_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Publications of thirty years, four in each, with long titles."""
    folder = tmp_path_factory.mktemp("large")
    entries = (LARGE_ENTRY.format(number, 1995 + number // 4) for number in range(120))
    (folder / "publications.bib").write_text("".join(entries))
    with serving(folder) as site:
        yield site


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site without publications."""
    with serving(tmp_path_factory.mktemp("empty")) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = require_program("chromium", "chromium-browser", "google-chrome", package="chromium")
    _require_a_font()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


def _require_a_font() -> None:
    """Check for a font: without one, Chromium exits at the first text."""
    if (fc_list := shutil.which("fc-list")) and not subprocess.check_output([fc_list]):
        require_program("a font", package="fonts-dejavu-core")


@dataclass
class Visitor:
    """Opens pages, each in its own browser profile, and collects their console messages."""

    browser: Browser
    expected: list[str] = field(default_factory=list)  # patterns of expected messages
    complaints: list[str] = field(default_factory=list)
    close: list[Callable[[], None]] = field(default_factory=list)

    def open(self, url: str, **options: Any) -> Page:
        """Open a page in a new profile; `options` are those of Browser.new_context."""
        context = self.browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        self.close.append(context.close)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        context.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page = context.new_page()
        page.goto(url)
        return page

    def expect(self, *patterns: str) -> None:
        """Accept messages that match these regular expressions."""
        self.expected += patterns

    def _hear(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"{message.type}: {message.text}")

    def unexpected(self) -> list[str]:
        return [c for c in self.complaints if not any(re.search(p, c) for p in self.expected)]


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    visitor = Visitor(browser)
    yield visitor
    for close in visitor.close:
        close()
    assert visitor.unexpected() == []


@pytest.fixture
def page(visitor: Visitor, site: Site) -> Page:
    """The list of the seven example publications."""
    return visitor.open(site.url)
