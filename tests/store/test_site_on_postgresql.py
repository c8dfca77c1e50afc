"""A whole site on PostgreSQL behind gunicorn: import, search, edit, undo and history."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bench.server import serving
from tests.editors import SAME_ORIGIN, TOKEN, form_of
from tests.octavo import octavo
from tests.store.test_revision_watcher import until

ENTRY = "@article{lovelace, title = {Notes on the engine}, author = {Lovelace, Ada}, year = 1843}"


@dataclass(frozen=True, slots=True)
class Answer:
    status_code: int
    headers: Message
    text: str

    @property
    def mimetype(self) -> str:
        return self.headers.get_content_type()


@dataclass(slots=True)
class Browser:
    """A browser that keeps the cookie of an editor."""

    port: int
    headers: dict[str, str] = field(default_factory=lambda: {"Host": "localhost", **SAME_ORIGIN})

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, "")

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(fields))

    def token(self) -> str:
        match = TOKEN.search(self.get("/edit/").text)
        assert match
        return match[1]

    def _ask(self, method: str, path: str, body: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body or None, {**self.headers, **form})
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        if cookie := response.headers.get("Set-Cookie"):
            self.headers["Cookie"] = cookie.partition(";")[0]
        return Answer(response.status, response.headers, text)


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@pytest.fixture
def browser(instance: Path) -> Iterator[Browser]:
    toml = instance / "site.toml"
    toml.write_text(f'editors = ["ada"]\nhosts = ["localhost"]\n{toml.read_text()}')
    with serving(instance) as server:
        yield Browser(server.port)


def test_a_publication_is_imported_found_edited_and_undone(
    browser: Browser, instance: Path, tmp_path: Path
) -> None:
    (tmp_path / "new.bib").write_text(ENTRY)
    done = octavo(instance, "import", "--yes", tmp_path / "new.bib")
    assert done.returncode == 0, done.stderr
    until(lambda: "Notes on the engine" in browser.get("/?q=lovelace").text)

    link = re.search(r"link=([\w-]+)", octavo(instance, "sign-in", "ada").stdout.decode())
    assert link
    assert browser.post("/edit/sign-in", {"link": link[1]}).status_code == 303
    form = form_of(browser.get("/edit/lovelace"))  # type: ignore[arg-type]
    form["field:title"] = "Sketch of the engine"
    assert browser.post("/edit/lovelace", dict(form)).status_code == 303
    assert "Sketch of the engine" in browser.get("/publications/lovelace").text
    until(lambda: "Sketch of the engine" in browser.get("/?q=lovelace").text)

    undone = browser.post("/edit/history/3/undo", {"csrf_token": browser.token()})
    assert undone.status_code == 303
    until(lambda: "Notes on the engine" in browser.get("/publications/lovelace").text)
    history = octavo(instance, "history").stdout.decode()
    assert re.findall(r"^ +(\d)  ", history, re.MULTILINE) == ["4", "3", "2", "1"]
