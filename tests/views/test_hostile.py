"""Hostile input from files and visitors is shown as text or rejected."""

import csv
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from io import StringIO
from urllib.parse import quote, urlencode

import pytest
import rispy
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import running
from webapp.catalog.indexing import synchronise
from webapp.curation.importing import carry_out, make_plan
from webapp.curation.library import read_files
from webapp.errors import UnreadableFileError
from webapp.site import site as site_of

MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</title></textarea></style></script><svg onload=alert(1)>",
    "<!--<script>--!>",
    "]]><x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "{{ 7 * 191 }}{% raw %}${7*191}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[x](javascript:alert(1)) ![x](data:text/html,x) <javascript:alert(1)>",
    '=HYPERLINK("http://evil.example","x")',
    "\u202egnp.exe\u2066\u200f zymurgy",
    "\x00\x0b\x1b[31m\ufffe\ufeff zymurgy",
    "zymurgy\r\nER  - \r\nTY  - JOUR\r\nTI  - zymurgy smuggled",
    "zymurgy}\n}\n@misc{smuggled, title = {zymurgy",
)
ADDRESSES = (
    "javascript:alert(1)",
    " JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "//evil.example/x",
    "/\\evil.example/x",
    "../../../../etc/passwd",
    "http://example.org/\"onclick='x'<b>",
)
HARMLESS_SCHEMES = re.compile(r"^(https?://|mailto:|ftp://|[/?#]|$)")
ACTIVE = ("iframe", "object", "embed", "base", "applet", "math", "img", "style", "textarea")


def hostile(number: int, text: str, address: str) -> dict[str, object]:
    """Return a CSL-JSON item with the same hostile text in every text field."""
    texts = ("abstract", "container-title", "publisher", "publisher-place", "note", "edition")
    others = ("collection-title", "version", "status", "volume", "page", "language", "DOI", "ISBN")
    return {
        "id": f"{text}-{number}",
        "type": "article-journal",
        "title": f"Zymurgy {text}",
        "author": [{"family": text, "given": "Zy"}, {"literal": text}],
        "editor": [{"literal": text}],
        "issued": {"date-parts": [[2020, 1]]},
        "keyword": f"{text}, zymurgy",
        "URL": address,
        **dict.fromkeys((*texts, *others), text),
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site with hostile text in every record and every setting."""
    folder = tmp_path_factory.mktemp("hostile")
    odd = json.dumps("".join(MARKUP[:9]))
    (folder / "site.toml").write_text(
        f"title = {odd}\nsubtitle = {odd}\nintro = {odd}\nowner = {odd}\ndescription = {odd}\n"
        f'page_size = 100\n[profiles]\n{odd} = "https://example.org/"\n'
    )
    with running(folder) as app:
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        catalog = site_of(app).catalog
        pairs = [(text, ADDRESSES[n % len(ADDRESSES)]) for n, text in enumerate(MARKUP)]
        items = [hostile(n, text, address) for n, (text, address) in enumerate(pairs)]
        library = read_files([("all.json", json.dumps(items).encode())], 1 << 20)
        carry_out(catalog, make_plan(catalog, library), "test")
        synchronise(catalog.database, catalog.search, choices=catalog.choices)
        yield app


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


def slugs(client: FlaskClient) -> list[str]:
    page = BeautifulSoup(client.get("/").text, "lxml")
    return [str(item["id"]).removeprefix("pub-") for item in page.select("article.publication")]


def assert_nothing_acts(html: str) -> None:
    page = BeautifulSoup(html, "lxml")
    for script in page.find_all("script"):
        if script.get("type") == "application/ld+json":
            json.loads(script.string)
        else:
            assert str(script["src"]).startswith("/static/")
            assert not script.string
    assert [element.name for element in page.find_all(ACTIVE)] == []
    for element in page.find_all(True):
        assert [name for name in element.attrs if name.startswith("on") or name == "style"] == []
        for name in ("href", "src", "action", "data-hx-get"):
            assert HARMLESS_SCHEMES.match(str(element.get(name, ""))), element
            assert not re.match(r"[/\\]{2}", str(element.get(name, ""))), element
    assert "\x00" not in html
    assert "1337" not in page.get_text()


def test_every_hostile_record_is_imported(client: FlaskClient) -> None:
    assert len(slugs(client)) == len(MARKUP)


@pytest.mark.parametrize(
    "path", ["/", "/?q=zymurgy", "/?q=alert", "/?q=zymurgy+alert&sort=newest", "/nowhere<script>"]
)
def test_lists_show_markup_as_text(client: FlaskClient, path: str) -> None:
    assert_nothing_acts(client.get(path).text)
    assert_nothing_acts(client.get(path, headers={"HX-Request": "true"}).text)


def test_the_markup_itself_is_visible(client: FlaskClient) -> None:
    titles = BeautifulSoup(client.get("/").text, "lxml").select("article .title")
    shown = {title.get_text() for title in titles}
    assert f"Zymurgy {MARKUP[0]}" in shown
    assert f"Zymurgy {MARKUP[1]}" in shown


def test_highlighted_markup_stays_text(client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/?q=script+alert").text, "lxml")
    assert "alert" in {mark.get_text().lower() for mark in page.find_all("mark")}
    assert_nothing_acts(str(page))


def test_publication_pages_and_fragments_show_markup_as_text(client: FlaskClient) -> None:
    all_slugs = slugs(client)
    assert_nothing_acts(client.get("/?" + urlencode({"open": all_slugs}, doseq=True)).text)
    for slug in all_slugs:
        answer = client.get(f"/publications/{slug}")
        assert answer.status_code == 200
        assert_nothing_acts(answer.text)
        for part in ("abstract", "cite"):
            fragment = client.get(f"/publications/{slug}/{part}", headers={"HX-Request": "true"})
            assert fragment.status_code == 200
            assert_nothing_acts(fragment.text)


def test_request_parameters_are_shown_as_text(client: FlaskClient) -> None:
    names = ("q", "venue", "author", "tag", "type", "year", "sort", "open", "page")
    for number, text in enumerate((*MARKUP, *ADDRESSES)):
        for name in ("q", names[number % len(names)]):
            answer = client.get(f"/?{urlencode({name: text})}", follow_redirects=True)
            assert answer.status_code == 200, (name, text)
            assert_nothing_acts(answer.text)
    assert client.get("/publications/" + quote("<script>")).status_code == 404


LONG_QUERIES = (
    " ".join("abcdefghijklmnopqrstuvwxyz" * 10),
    "-".join(["alert", "script"] * 50),
    " ".join(['"alert script"'] * 40),
    " ".join(["a-b-c-d-e-f-g-h"] * 40),
    " ".join(["title:zymurgy", "-alert", 'author:"a b"'] * 20),
    "alertscript" * 60,
    "神经网络机器翻译" * 80,
    '"' + "zymurgy alert " * 60,
    "(" * 600,
)


@pytest.mark.parametrize("text", LONG_QUERIES)
def test_a_long_hostile_query_is_answered(client: FlaskClient, text: str) -> None:
    answer = client.get(f"/?{urlencode({'q': text})}", follow_redirects=True)
    assert answer.status_code == 200
    assert_nothing_acts(answer.text)


def test_line_breaks_do_not_split_headers(client: FlaskClient) -> None:
    for path in ("/?q=a%0d%0aSet-Cookie:x=1&page=1", "/publications/a%0d%0aX:y/abstract"):
        answer = client.get(path, headers={"HX-Request": "true"})
        assert "Set-Cookie" not in answer.headers
        assert "X" not in answer.headers


def test_feeds_and_site_maps_stay_well_formed(client: FlaskClient) -> None:
    for path in ("/publications.atom", "/publications.atom?q=zymurgy", "/sitemap.xml"):
        answer = client.get(path)
        assert answer.status_code == 200
        tree = ET.fromstring(answer.text)  # noqa: S314  our own
        names = {element.tag.rpartition("}")[2] for element in tree.iter()}
        assert not names & {"script", "img", "svg", "x"}


def test_csv_cells_are_no_formulas(client: FlaskClient) -> None:
    rows = list(csv.reader(StringIO(client.get("/publications.csv").text)))
    assert len(rows) == len(MARKUP) + 1
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []


def test_json_exports_parse_and_hold_each_record_once(client: FlaskClient) -> None:
    answer = client.get("/publications.json")
    assert len(json.loads(answer.text)) == len(MARKUP)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_text_cannot_add_ris_tags(client: FlaskClient) -> None:
    answer = client.get("/publications.ris")
    entries = rispy.loads(answer.text)
    assert len(entries) == len(MARKUP)
    assert not any("smuggled" in entry.get("title", "").split("\n")[0][:9] for entry in entries)


def test_text_cannot_add_bibtex_fields(client: FlaskClient) -> None:
    text = client.get("/publications.bib").text
    library = read_files([("all.bib", text.encode())], 1 << 20)
    assert len(library.records) == len(MARKUP)
    assert [record.key for record in library.records if record.key == "smuggled"] == []


# -- files


@pytest.mark.parametrize("text", MARKUP)
def test_a_hostile_file_is_imported_as_text_or_rejected(app: Flask, text: str) -> None:
    catalog = site_of(app).catalog
    entry = f"@article{{odd{text}, title = {{{text}}}, author = {{{text}}}, url = {{{text}}}}}"
    try:
        library = read_files([("a.bib", entry.encode())], 1 << 20)
    except UnreadableFileError:
        assert "\x00" in text
        return
    carry_out(catalog, make_plan(catalog, library), "test")
    synchronise(catalog.database, catalog.search, choices=catalog.choices)
    client = app.test_client()
    assert_nothing_acts(client.get("/").text)
    for record in library.records:
        assert "\x00" not in record.title


# -- any request at all


ROUTES = (
    *("/", "/publications/{}", "/publications/{}/abstract", "/publications/{}/cite"),
    *("/publications.{}", "/publications/{}.bib", "/files/{}", "/static/{}", "/theme.css"),
    *("/sitemap-{}.xml", "/readyz", "/{}", "/publications/zymurgy.{}"),
)
PARAMETERS = ("q", "year", "venue", "author", "type", "tag", "sort", "page", "open", "v", "literal")
HEADERS = (
    *("HX-Request", "HX-Source", "HX-History-Restore-Request", "If-None-Match", "Accept", "Range"),
    *("Accept-Encoding", "If-Modified-Since", "X-Forwarded-For", "Content-Type", "Cookie", "Host"),
)
words = st.one_of(
    st.sampled_from([*MARKUP, *ADDRESSES, "true", "1", "-1", "9" * 30, "2019..2023", "bytes=0-1"]),
    st.text(max_size=40),
)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    route=st.sampled_from(ROUTES),
    word=words,
    parameters=st.lists(st.tuples(st.sampled_from(PARAMETERS), words), max_size=6),
    headers=st.dictionaries(st.sampled_from(HEADERS), words, max_size=4),
    method=st.sampled_from(["GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "BREW"]),
)
def test_no_request_causes_a_server_error(
    client: FlaskClient,
    route: str,
    word: str,
    parameters: list[tuple[str, str]],
    headers: dict[str, str],
    method: str,
) -> None:
    path = route.format(quote(word.encode("utf-8", "replace")))
    query = urlencode(parameters, errors="replace")
    sent = {name: re.sub(r"[^\x20-\x7e]", "", value) for name, value in headers.items()}
    answer = client.open(f"{path}?{query}", method=method, headers=sent, buffered=True)
    assert answer.status_code < 500 or answer.status_code == 501
    if answer.mimetype == "text/html" and method == "GET":
        assert_nothing_acts(answer.text)
