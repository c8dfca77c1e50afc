"""Selected works, labels of awards and notes, and previews."""

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import Tag
from flask.testing import FlaskClient

from tests.conftest import running
from tests.reading import one, soup, text

LONG = "Presented as a talk at the annual meeting of the society of all sciences"
LIBRARY = rf"""
@article{{one, title = {{First engines}}, year = 2019, selected = {{true}}, journal = {{J. A.}},
 note = {{{LONG}}}, preview = {{one.png}}}}
@article{{two, title = {{Second engines}}, year = 2020, selected = {{2}}, award = {{Best paper}},
 preview = {{missing.png}}}}
@article{{three, title = {{Third engines}}, year = 2021, selected = {{1}}, award = {{true}},
 award_name = {{Gold <i>medal</i>}}, note = {{* Equal contribution}}, preview = {{../site.toml}}}}
@article{{four, title = {{Fourth engines}}, year = 2022, selected = {{false}},
 award_name = {{Prize}}, award = {{For **all** of it}}}}
"""
NEWEST = 'order = "newest"\n'
SETTINGS = f"{NEWEST}previews = true\n"
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBBI", 13, b"IHDR", 288, 100, 8, 2, 0, 0, 0, 0)
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Source": "a"}


def serve(folder: Path, settings: str, library: str = LIBRARY) -> Iterator[FlaskClient]:
    (folder / "files").mkdir()
    (folder / "files" / "one.png").write_bytes(PNG)
    (folder / "publications.bib").write_text(library, encoding="utf-8")
    (folder / "site.toml").write_text(settings, encoding="utf-8")
    with running(folder) as app:
        result = app.test_cli_runner().invoke(args=["prepare"])
        assert result.exit_code == 0, result.output
        yield app.test_client()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a site of four publications, three of them selected, newest first."""
    yield from serve(tmp_path_factory.mktemp("selected"), SETTINGS)


def block(client: FlaskClient, address: str = "/") -> list[str]:
    return [title.text for title in soup(client.get(address)).select(".selected h3")]


def listed(client: FlaskClient, address: str) -> list[str]:
    return [
        str(item["id"])[4:]
        for item in soup(client.get(address, follow_redirects=True)).select(".publication[id]")
    ]


def label(client: FlaskClient, slug: str, address: str = "/") -> list[Tag]:
    return soup(client.get(address)).select(f"#pub-{slug} .labels li")


def test_selected_works_are_above_the_list_by_rank(client: FlaskClient) -> None:
    assert block(client) == ["Third engines", "Second engines", "First engines"]
    assert listed(client, "/") == ["four", "three", "two", "one"]
    assert block(client, "/?sort=newest") == block(client)


@pytest.mark.parametrize("query", ["q=engines", "year=2020", "sort=title", "sort=oldest"])
def test_they_are_not_above_searches_and_other_orders(client: FlaskClient, query: str) -> None:
    assert block(client, f"/?{query}") == []


def test_the_fragment_has_the_same_list_as_the_page(client: FlaskClient) -> None:
    page = soup(client.get("/"))
    fragment = soup(client.get("/", headers=FRAGMENT))
    assert str(one(page, ".selected")) == str(one(fragment, ".selected"))


def test_selected_is_a_filter_with_chip_exports_and_feed(client: FlaskClient) -> None:
    page = soup(client.get("/?selected=1"))
    assert listed(client, "/?selected=1") == ["three", "two", "one"]
    assert text(page, ".chips li") == "Selected: Yes"
    assert one(page, ".chips a")["href"] == "/"
    assert client.get("/publications.bib?selected=1").text.count("@article{") == 3
    assert client.get("/publications.atom?selected=1").text.count("<entry>") == 3
    assert client.get("/?selected=1&q=", follow_redirects=False).location == "/?selected=1"
    assert not soup(client.get("/")).select("#facet-selected")


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("is:selected", ["three", "two", "one"]),
        ("is:sel", ["three", "two", "one"]),
        ("-is:selected", ["four"]),
        ("is:selected second", ["two"]),
        ("is:other", []),
    ],
)
def test_the_search_word_finds_selected_works(
    client: FlaskClient, query: str, slugs: list[str]
) -> None:
    assert listed(client, f"/?q={query}&sort=newest&literal=1") == slugs


def test_the_chip_of_the_search_word_removes_it(client: FlaskClient) -> None:
    page = soup(client.get("/?q=engines+is:selected"))
    assert text(page, ".chips li") == "Selected: Yes"
    assert one(page, ".chips a")["href"] == "/?q=engines"


def test_awards_and_notes_are_labels(client: FlaskClient) -> None:
    assert [li.text for li in label(client, "two")] == ["Best paper"]
    assert [li.decode_contents() for li in label(client, "three")] == ["Gold <i>medal</i>"]
    (prize,) = label(client, "four")
    assert (one(prize, "summary").text, one(prize, "details").text) == (
        "Prize",
        "PrizeFor all of it",
    )


def test_a_long_note_is_folded_unless_the_search_matches_in_it(client: FlaskClient) -> None:
    (note,) = label(client, "one")
    assert one(note, "summary").text == "Presented as a talk at the annual…"
    assert LONG in one(note, "details").text
    assert "open" not in one(note, "details").attrs
    (note,) = label(client, "one", "/?q=society")
    assert "open" in one(note, "details").attrs
    assert one(note, "mark").text == "society"


def test_awards_and_notes_are_searched(client: FlaskClient) -> None:
    assert listed(client, '/?q="best paper"') == ["two"]
    assert listed(client, "/?q=medal") == ["three"]
    assert [mark.text for mark in label(client, "two", "/?q=best+paper")[0].select("mark")] == [
        "Best",
        "paper",
    ]


def test_previews_have_the_size_of_their_files(client: FlaskClient) -> None:
    page = soup(client.get("/"))
    images = page.select("article[id] img")
    assert [dict(image.attrs) for image in images] == [
        {
            "class": ["preview"],
            "src": "/files/one.png",
            "width": "144",
            "height": "50",
            "alt": "Preview of “First engines”",
            "loading": "lazy",
        }
    ]
    with client.get("/files/one.png") as image:
        assert image.mimetype == "image/png"


def test_the_owner_can_feature_other_works(tmp_path: Path) -> None:
    """Without the setting `previews` there are no images; unknown keys are reported."""
    for client in serve(tmp_path, f'{NEWEST}featured = ["four", "none", "one"]\n'):
        assert block(client) == ["Fourth engines", "First engines"]
        assert listed(client, "/?selected=1") == ["four", "one"]
        assert soup(client.get("/")).select("img") == []
        runner = client.application.test_cli_runner()
        checked = runner.invoke(args=["check"])
        assert "none" in checked.output
        assert "featured in site.toml" in checked.output
        (tmp_path / "site.toml").write_text(NEWEST)
    with running(tmp_path) as app:
        app.test_cli_runner().invoke(args=["prepare"])
        assert block(app.test_client()) == ["Third engines", "Second engines", "First engines"]


def test_at_most_twelve_works_are_above_the_list(tmp_path: Path) -> None:
    library = "".join(
        f"@misc{{k{n}, title = {{T{n}}}, year = 2000, selected = {{{20 - n}}}}}\n"
        for n in range(20)
    )
    for client in serve(tmp_path, "", library):
        assert block(client) == [f"T{n}" for n in range(19, 7, -1)]
        assert "20 results" in client.get("/?selected=1").text


def test_the_list_without_an_index_filters_selected_works(tmp_path: Path) -> None:
    for client in serve(tmp_path, 'featured = ["one"]'):
        (tmp_path / "index").rename(tmp_path / "no-index")
        assert listed(client, "/?selected=1") == ["one"]


def test_the_page_to_print_has_each_work_once(client: FlaskClient) -> None:
    assert block(client, "/print") == []
    assert [title.text for title in soup(client.get("/print")).select("h3")] == [
        "Fourth engines",
        "Third engines",
        "Second engines",
        "First engines",
    ]
