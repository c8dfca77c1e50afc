"""Titles, abstracts and notes with inline elements, on pages and for programs."""

from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from flask.testing import FlaskClient

from tests.conftest import running
from tests.entries import record_of
from tests.reading import one, soup, text
from webapp.views.results.highlighting import MAX_SEARCHED, highlight

LIBRARY = r"""
@article{water, title = {The <i>Role</i> of H<sub>2</sub>O at $\varepsilon > 0$}, year = 2020,
 author = {Lovelace, Ada}, journal = {J. <em>Water</em> Sci.}, note = {With <b>code</b>.},
 abstract = {<jats:p>We <jats:italic>boil</jats:italic> it.</jats:p><jats:p>Twice, a < b.</jats:p>}}
@article{steam, title = {Steam, a sequel}, year = 2021, author = {Lovelace, Ada}}
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder: Path = tmp_path_factory.mktemp("elements")
    (folder / "publications.bib").write_text(LIBRARY, encoding="utf-8")
    with running(folder) as app:
        result = app.test_cli_runner().invoke(args=["prepare"])
        assert result.exit_code == 0, result.output
        yield app.test_client()


def test_titles_and_abstracts_have_elements_in_lists(client: FlaskClient) -> None:
    item = one(soup(client.get("/?open=water")), "#pub-water")
    assert [tag.name for tag in item.select(".title a > *")] == ["i", "sub", "math"]
    assert [p.decode_contents() for p in item.select(".abstract-text p")] == [
        "We <i>boil</i> it.",
        "Twice, a &lt; b.",
    ]
    assert text(item, ".issued") == "J. Water Sci., 2020 With code."
    assert one(item, ".labels b").text == "code"


def test_a_search_finds_and_highlights_words_with_elements(client: FlaskClient) -> None:
    for query in ("H2O", "h₂o", "role boil"):
        assert soup(client.get(f"/?q={query}")).select("#pub-water mark"), query
    marks = soup(client.get("/?q=h2o")).select("#pub-water .title mark")
    assert [str(mark) for mark in marks] == [
        "<mark>H</mark>",
        "<mark>2</mark>",
        "<mark>O</mark>",
    ]
    snippet = one(soup(client.get("/?q=boil")), "#pub-water .snippet")
    assert str(one(snippet, "i")) == "<i><mark>boil</mark></i>"
    for word in ("sub", "jats"):
        assert not soup(client.get(f"/?q={word}&literal=1")).select(".publication"), word


def test_the_page_shows_elements_in_notes(client: FlaskClient) -> None:
    page = soup(client.get("/publications/water"))
    assert "With <b>code</b>." in [dd.decode_contents().strip() for dd in page.select("dd")]
    assert one(page, "h1")["aria-label"] == "The Role of H₂O at ε > 0"


def test_a_title_with_mathematics_has_its_plain_text_as_accessible_name(
    client: FlaskClient,
) -> None:
    page = soup(client.get("/"))
    assert one(page, "#pub-water .title a")["aria-label"] == "The Role of H₂O at ε > 0"
    assert "aria-label" not in one(page, "#pub-steam .title a").attrs


@pytest.mark.parametrize("extension", ["ris", "csv", "json"])
def test_exports_have_no_elements_but_those_of_their_format(
    client: FlaskClient, extension: str
) -> None:
    answer = client.get(f"/publications.{extension}").text
    title, abstract = "The Role of H₂O at ε > 0", "We boil it."
    if extension == "json":  # CSL-JSON has elements
        title, abstract = "The <i>Role</i> of H<sub>2</sub>O at ε > 0", "We <i>boil</i> it."
    assert title in answer
    assert f"{abstract} Twice, a < b." in " ".join(answer.replace("\\n", "\n").split())


def test_the_feed_has_elements(client: FlaskClient) -> None:
    entry = feedparser.parse(client.get("/publications.atom").text).entries[1]
    assert entry.title == "The <i>Role</i> of H<sub>2</sub>O at ε &gt; 0"
    assert entry.content[0].value == "<p>We <i>boil</i> it.</p><p>Twice, a &lt; b.</p>"


def test_metadata_and_citations_are_plain_text(client: FlaskClient) -> None:
    page = soup(client.get("/publications/water"))
    plain = "The Role of H₂O at ε > 0"
    assert text(page, "head title").startswith(plain)
    assert one(page, "meta[name=citation_title]")["content"] == plain
    assert one(page, 'meta[property="og:title"]')["content"] == plain
    assert plain in one(page, "script[type='application/ld+json']").text.replace("\\u003e", ">")
    assert one(page, "meta[name=description]")["content"] == "We boil it. Twice, a < b."
    assert r"The \emph{Role} of H\textsubscript{2}O" in client.get("/publications/water.bib").text
    cite = client.get("/publications/water/cite", headers={"HX-Request": "true"}).text
    assert "<i>Role</i> of H<sub>2</sub>O at ε &gt; 0" in cite


def test_highlights_end_with_each_element() -> None:
    html = highlight("a <i>bc</i> <b>d", [(1, 3), (4, 6)])
    assert html == "a<mark> </mark><i><mark>b</mark>c</i><mark> &lt;</mark>b&gt;d"


def test_deep_and_many_elements_are_highlighted_in_linear_time() -> None:
    for source in ("<i>" * 10_000 + "x" * 9 + "</i>" * 10_000, "<i>x</i> " * 20_000):
        spans = [(place, place + 1) for place in range(0, min(len(source), MAX_SEARCHED) // 9, 2)]
        assert "<mark>" in highlight(source, spans)


@pytest.mark.parametrize("spans", [[], [(6, 9)]])
def test_text_that_looks_like_a_tag_has_no_invisible_signs(spans: list[tuple[int, int]]) -> None:
    html = highlight(record_of("title = {Write &lt;i&gt; x &lt;/i&gt; $a$}").title, spans)
    assert "\u2060" not in html
    assert html.startswith("Write ")
    assert "&lt;/i&gt;" in html
