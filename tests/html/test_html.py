"""The Nu HTML checker reports nothing on any page, fragment or style sheet."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import require_program, running
from tests.editors import SAME_ORIGIN, sign_in
from tests.views.edit.publication_states import adding_pages, publication_pages
from tests.views.edit.states import (
    action_pages,
    correction_pages,
    file_pages,
    history_pages,
    selection_pages,
)
from webapp.config import ROOT
from webapp.site import site

HERE = Path(__file__).resolve().parent
JAR = HERE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Source": "form#search"}
DOCUMENT = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Fragment</title></head>'
    "<body><main><h1>Fragment</h1>{}</main></body></html>"
)
# Every state of the list; {slug} is a publication's.
LISTS = (
    "/",
    "/?q=model",
    "/?q=kernle+agnet",
    "/?q=zzzzzzzz",
    "/?q=%22large+language%22+author:feng+-banana",
    "/?q=%3Cscript%3E%26%22%27",
    "/?year=2025&sort=newest",
    "/?open={slug}",
    "/?q=model&open={slug}",
    "/?page=99",
    "/?venue=ASPLOS&year=2019..2023&type=inproceedings",
    "/facets/author?venue=ASPLOS&find=feng",
    "/export?q=model",
)


@pytest.fixture(scope="module")
def java() -> str:
    return require_program("java", package="default-jre-headless")


@pytest.fixture(scope="module")
def checker() -> Path:
    """The checker's jar, installed from the lock file if missing."""
    if not JAR.exists():
        npm = require_program("npm", package="npm")
        subprocess.run([npm, "ci", "--ignore-scripts", "--silent"], cwd=HERE, check=True)
    return JAR


@dataclass(frozen=True)
class Saver:
    """Writes responses to a folder, each under a name made from its URL."""

    folder: Path

    def save(self, address: str, text: str, suffix: str = ".html") -> None:
        name = re.sub(r"[^\w.-]+", "_", address).strip("_") or "list"
        (self.folder / f"{name}{suffix}").write_text(text)

    def page(self, client: FlaskClient, address: str, state: str = "") -> None:
        response = client.get(address, headers=SAME_ORIGIN, follow_redirects=True)
        assert response.mimetype == "text/html", address
        self.save(f"{state}{address}", response.text)

    def fragment(self, client: FlaskClient, address: str) -> None:
        response = client.get(address, headers=HTMX)
        assert response.mimetype == "text/html", address
        # htmx takes a title out of the fragment and moves it to the page.
        content = re.sub(r"^<title>[^<]+</title>\n", "", response.text)
        # The form of the ticks is outside the list.
        if 'form="selection"' in content and 'id="selection"' not in content:
            content += '<form id="selection" action="/selection"></form>'
        self.save(f"fragment{address}", DOCUMENT.format(content))


def test_every_page_is_valid(
    app: Flask, tmp_path: Path, seed: Path, java: str, checker: Path
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    saver = Saver(folder)
    client = app.test_client()
    slugs = _slugs(client)
    for address in (address.format(slug=slugs[0]) for address in LISTS):
        saver.page(client, address)
        saver.fragment(client, address)
    for slug in slugs:
        saver.page(client, f"/publications/{slug}")
        for part in _fragments(app):
            saver.fragment(client, part.replace("<slug>", slug))
    saver.save("refused", client.get("/?venue=ASPLOS&year=2023&type=inproceedings").text)
    saver.page(client, "/print?q=model&sort=newest")
    saver.page(client, "/document?q=model&group=year&number=down&people=all")
    saver.page(client, "/document?as=html")
    saver.page(client, f"/selection?of={'.'.join(slugs)}.gone")
    saver.page(client, "/selection")
    for address in ("/people", "/people/siyuan-feng", "/people/siyuan-feng?q=tensor"):
        saver.page(client, address)
    saver.fragment(client, "/selection/bar")
    saver.page(client, "/publications/none-of-this-name")
    saver.page(client, "/no/such/page")
    _odd(saver, tmp_path)
    _other_states(saver, tmp_path, seed)
    _for_editors(saver, tmp_path, seed)
    for css in _stylesheets(client):
        saver.save(
            css, client.get(css, buffered=True).text, suffix="" if css.endswith(".css") else ".css"
        )
    saver.save("bad", DOCUMENT.format("<p hx-get='/'>"))
    saver.save("bad", "p { colr: red }", suffix=".css")
    complaints = _complaints(java, checker, folder)
    assert [line for line in complaints if not line.startswith("bad.")] == []
    assert {line.split(":")[0] for line in complaints} == {
        "bad.html",
        "bad.css",
    }  # the checker finds them


@pytest.mark.parametrize(
    "script", sorted((ROOT / "static").glob("*.js")), ids=lambda path: path.name
)
def test_every_script_parses(script: Path) -> None:
    node = require_program("node", package="nodejs")
    subprocess.run([node, "--check", str(script)], check=True)


def _slugs(client: FlaskClient) -> list[str]:
    slugs = re.findall(r'id="pub-([^"]+)"', client.get("/").text)
    assert len(slugs) == 7
    return slugs


def _fragments(app: Flask) -> Iterator[str]:
    """Return the routes of a publication that return HTML."""
    for rule in app.url_map.iter_rules():
        if re.fullmatch(r"/publications/<slug>/(?!linkset)\w+", rule.rule):
            yield rule.rule


def _odd(saver: Saver, tmp_path: Path) -> None:
    """Mathematics, other scripts, versions of a work, more pages than one."""
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "site.toml").write_text("page_size = 4\n")
    (folder / "publications.bib").write_text((ROOT / "tests/data/odd.bib").read_text())
    with running(folder) as app:
        app.test_cli_runner().invoke(args=["prepare"])
        client = app.test_client()
        for address in ("/?more=1", "/?q=sorting&open=math", "/?sort=newest&more=2"):
            saver.page(client, address, "odd")
            saver.fragment(client, address)
        for slug in ("math", "mathpreprint", "arabic", "markup"):
            saver.page(client, f"/publications/{slug}", "odd")


def _other_states(saver: Saver, tmp_path: Path, seed: Path) -> None:
    """A site without publications, a list by year with two on a page, and an error page."""
    empty = tmp_path / "empty"
    empty.mkdir()
    with running(empty) as app:
        app.test_cli_runner().invoke(args=["prepare"])
        saver.page(app.test_client(), "/", "empty")
    small = tmp_path / "small"
    small.mkdir()
    (small / "site.toml").write_text('order = "newest"\npage_size = 2\nembed = ["*"]\n')
    (small / "publications.bib").write_text((seed / "publications.bib").read_text())
    with running(small) as app:
        app.test_cli_runner().invoke(args=["prepare"])
        client = app.test_client()
        saver.page(client, "/?page=2", "small")
        saver.page(client, "/embed/how?q=model&style=apa", "small")
        saver.page(client, "/embed?group=year&abstracts=1&theme=dark", "small")
        listed = client.get("/embed.html?style=ieee&group=type").text
        saver.save("small/embed.html", DOCUMENT.format(listed))
        saver.save("embed", client.get("/embed/frame.css").text, ".css")
        site(app).catalog.find = None
        saver.page(client, "/", "failed")


def _stylesheets(client: FlaskClient) -> list[str]:
    page = BeautifulSoup(client.get("/").text, "html.parser")
    return [urlsplit(str(link["href"])).path for link in page.select('link[rel="stylesheet"]')]


def _complaints(java: str, checker: Path, folder: Path) -> list[str]:
    """Return all messages of the checker: errors, warnings and notes. One JVM checks all files."""
    command = [java, "-jar", str(checker), "--format", "json", "--stdout", "--also-check-css"]
    result = subprocess.run(
        [*command, str(folder)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    return [
        f"{Path(message['url']).name}:{message.get('lastLine')}: {message['message']}"
        f" [{message.get('extract', '').strip()}]"
        for message in json.loads(result.stdout)["messages"]
    ]


def _for_editors(saver: Saver, tmp_path: Path, seed: Path) -> None:
    """The pages below /edit/: signed out, a form that is sent again, and signed in."""
    folder = Path(shutil.copytree(seed, tmp_path / "editing"))
    with (folder / "site.toml").open("a") as file:
        file.write('editors = ["ada"]\nhosts = ["localhost"]\ncorrections = true\n')
    with running(folder) as app:
        client = app.test_client()
        for address in ("/edit/sign-in", "/edit/sign-in?link=x"):
            saver.page(client, address)
        lost = client.post("/edit/sign-out", data={"a b": "<c>"}, headers=SAME_ORIGIN)
        saver.save("/edit/repeat", lost.text)
        saver.save("/edit/refused", client.post("/edit/sign-out").text)
        sign_in(client)
        for address in ("/edit/", "/edit/?q=tensor&year=2023", "/edit/?q=zzzz", "/edit/sessions"):
            saver.page(client, address)
        for name, html in (*publication_pages(client, "ada", "grace"), *adding_pages(client)):
            saver.save(name, html)
        around = (history_pages, action_pages, selection_pages, file_pages, correction_pages)
        for name, html in (page for pages in around for page in pages(client)):
            if "<main" in html:  # no redirect
                saver.save(name, html)
