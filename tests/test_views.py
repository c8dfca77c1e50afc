"""What the pages say, read as HTML."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import running
from webapp.config import ROOT

TYPING = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Source": "form#search"}
LINK = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Source": "a"}
RESTORE = {"HX-History-Restore-Request": "true", "HX-Request-Type": "full"}

DATA = "application/ld+json"  # a block of data, which no browser runs

ODD_SETTINGS = """
title = "Publications of the Lab"
owner = "Siyuan Feng"
intro = "We *sort*. <script>alert(1)</script> [x](javascript:alert(1))"
order = "newest"
page_size = 4
language = "de"

[profiles]
ORCID = "https://orcid.org/0000-0000-0000-0000"

[[members]]
name = "Zoe Osterreich"
url = "https://example.org/zoe"
variants = ["S. Feng"]
"""


def soup(response: TestResponse) -> BeautifulSoup:
    assert response.mimetype == "text/html", response
    return BeautifulSoup(response.text, "html.parser")


def one(parent: Tag, selector: str) -> Tag:
    found = parent.select(selector)
    assert len(found) == 1, f"{selector}: {len(found)}"
    return found[0]


def text(parent: Tag, selector: str) -> str:
    return " ".join(one(parent, selector).text.split())


@pytest.fixture(scope="module")
def read_only(seed: Path) -> Iterator[FlaskClient]:
    """The owner's seven, for tests that change nothing."""
    with running(seed) as app:
        yield app.test_client()


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Ten odd publications by year, four on a page, and two files."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "publications.bib").write_text((ROOT / "tests" / "data" / "odd.bib").read_text())
    (folder / "site.toml").write_text(ODD_SETTINGS)
    (folder / "files").mkdir()
    (folder / "files" / "sorting.pdf").write_bytes(b"%PDF-1.4")
    (folder / "files" / "page.html").write_text("<script>alert(1)</script>")
    with running(folder) as app:
        result = app.test_cli_runner().invoke(args=["prepare"])
        assert result.exit_code == 0, result.output
        yield app.test_client()


# ---- The owner's page, word for word


def test_the_list_says_what_the_owner_wrote(read_only: FlaskClient) -> None:
    page = soup(read_only.get("/"))

    assert text(page, "h1") == "Publications"
    assert text(page, ".subtitle") == "Research papers and academic contributions"
    assert text(page, ".intro").startswith("My research has been published in leading venues")
    assert [text(item, ".issued") for item in page.select(".publication")] == [
        *["Preprint, 2025"] * 3,
        *["ASPLOS, 2023", "ISSTA, 2025", "ASPLOS, 2025", "WWW, 2019"],
    ]
    assert text(page, "#count") == "7 publications"


def test_the_page_names_itself(read_only: FlaskClient) -> None:
    page = soup(read_only.get("/"))

    assert one(page, "html")["lang"] == "en"
    assert text(page, "title") == "Publications · Siyuan Feng"
    description = str(one(page, "meta[name=description]")["content"])
    assert description.startswith("My research has been published")
    assert len(description) <= 160
    assert one(page, "link[rel=canonical]")["href"] == "http://localhost/"
    assert one(page, "h1 a")["href"] == "/"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(one(page, "footer time")["datetime"]))


def test_an_items_parts(read_only: FlaskClient) -> None:
    item = one(soup(read_only.get("/")), "article#pub-feng2023tensorir")

    assert one(item, "h2 a")["href"] == "/publications/feng2023tensorir"
    assert [b.text for b in item.select(".authors b")] == ["Siyuan Feng"]
    assert [(a.text, a["href"]) for a in item.select(".links a")] == [
        ("arXiv", "https://arxiv.org/abs/2207.04296"),
        ("DOI", "https://doi.org/10.1145/3575693.3576933"),
        ("Code", "https://github.com/tlc-pack/tvm-tensorir"),
    ]
    link = one(item, ".abstract a")
    assert link["href"] == "/publications/feng2023tensorir#abstract"
    assert link["data-hx-get"] == "/publications/feng2023tensorir/abstract"


def test_sixty_five_authors(read_only: FlaskClient) -> None:
    authors = one(soup(read_only.get("/")), "#pub-nexagi2025nexn1 .authors")

    shown = text(authors, ".authors-short").split(", ")
    assert shown[0] == "Nex-AGI Team"
    assert shown[9:] == ["Pinxue Guo", "…", "Siyuan Feng"]
    assert text(authors, ".when-closed") == "and 54 more"
    assert len(text(authors, ".authors-whole").split(", ")) == 65


# ---- Addresses


def test_a_fragment_is_what_the_page_includes(read_only: FlaskClient) -> None:
    whole = one(soup(read_only.get("/?q=tensor")), "#results")
    fragment = soup(read_only.get("/?q=tensor", headers=TYPING))

    assert [tag["id"] for tag in fragment.find_all(recursive=False)] == ["results"]
    assert str(one(fragment, "#results")) == str(whole)


def test_typing_replaces_the_address_and_a_link_pushes_it(read_only: FlaskClient) -> None:
    typing = read_only.get("/?junk=1&q=a+b&page=1", headers=TYPING)
    link = read_only.get("/?venue=ASPLOS&q=", headers=LINK)

    assert typing.headers["HX-Replace-Url"] == "/?q=a+b"
    assert "HX-Push-Url" not in typing.headers
    assert link.headers["HX-Push-Url"] == "/?venue=ASPLOS"
    assert "HX-Replace-Url" not in link.headers


def test_back_gets_a_whole_page(read_only: FlaskClient) -> None:
    response = read_only.get("/?q=tensor", headers=RESTORE)

    assert text(soup(response), "h1") == "Publications"
    assert not [name for name, _ in response.headers if name.startswith("HX-")]


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/?q=", "/"),
        ("/?page=1&junk=1&q=city", "/?q=city"),
        ("/?q=city&q=town", "/?q=city"),
        ("/?page=99", "/"),
        ("/?page=-1", "/"),
        ("/?year=abc&sort=nonsense", "/"),
        ("/?open=nobody", "/"),
        ("/?q=tensor&open=zhang2019cityflow", "/?q=tensor"),
        ("/?literal=1", "/"),
    ],
)
def test_other_spellings_lead_to_the_canonical_address(
    read_only: FlaskClient, asked: str, canonical: str
) -> None:
    response = read_only.get(asked)

    assert (response.status_code, response.location) == (302, canonical)
    assert read_only.get(canonical).status_code == 200


def test_every_answer_says_what_it_depends_on(read_only: FlaskClient) -> None:
    for headers in ({}, TYPING, LINK):
        response = read_only.get("/?q=tensor", headers=headers)
        assert "HX-Request" in response.vary
        assert response.cache_control.no_cache


def test_searches_are_kept_out_of_search_engines(read_only: FlaskClient) -> None:
    for address in ("/?q=tensor", "/?venue=ASPLOS", "/?sort=title"):
        page = soup(read_only.get(address))
        assert one(page, "meta[name=robots]")["content"] == "noindex, follow"
        assert page.select("link[rel=canonical]") == []


def test_an_opened_abstract_is_in_the_page(read_only: FlaskClient) -> None:
    page = soup(read_only.get("/?open=zhang2019cityflow"))
    opened = one(page, "details.abstract[open]")

    assert text(opened, ".abstract-text").startswith("Traffic signal control is an emerging")
    assert one(page, "link[rel=canonical]")["href"] == "http://localhost/"


def test_the_abstracts_fragment(read_only: FlaskClient) -> None:
    fragment = soup(read_only.get("/publications/feng2023tensorir/abstract", headers=TYPING))
    plain = read_only.get("/publications/feng2023tensorir/abstract")

    assert text(fragment, ".abstract-text p").startswith("Deploying deep learning models")
    assert (plain.status_code, plain.location) == (303, "/publications/feng2023tensorir#abstract")


# ---- A publication's own page


def test_a_publication_says_all_that_is_known(read_only: FlaskClient) -> None:
    page = soup(read_only.get("/publications/feng2023tensorir"))

    title = "TensorIR: An Abstraction for Automatic Tensorized Program Optimization"
    assert text(page, "h1") == title
    assert text(page, "title") == f"{title} · Publications · Siyuan Feng"
    known = {text(row, "dt"): text(row, "dd") for row in page.select(".details > div")}
    assert known["Type"] == "Conference paper"
    assert known["Pages"] == "804–817"
    assert known["Publisher"] == "Association for Computing Machinery"
    assert known["DOI"] == "10.1145/3575693.3576933"
    assert len(page.select(".authors a")) == 11
    address = urlsplit(str(page.select(".authors a")[1]["href"]))
    assert dict(parse_qsl(address.query)) == {"author": "Bohan Hou"}
    assert text(page, "#abstract .abstract-text").startswith("Deploying deep learning")


def test_the_names_of_authors_lead_to_their_publications(read_only: FlaskClient) -> None:
    page = soup(read_only.get("/publications/feng2023tensorir"))
    found = soup(read_only.get(str(page.select(".authors a")[1]["href"])))

    assert [item["id"] for item in found.select(".publication")] == [
        "pub-feng2023tensorir",
        "pub-lai2025relax",
    ]


def test_an_unknown_publication(read_only: FlaskClient) -> None:
    response = read_only.get("/publications/nobody")

    assert response.status_code == 404
    page = soup(response)
    assert text(page, "h1") == "There is no such page"
    assert one(page, ".ways-back a")["href"] == "/"


# ---- Odd records


def test_markup_in_any_field_is_text(odd: FlaskClient) -> None:
    for address in ("/", "/?open=markup", "/publications/markup", "/?q=script"):
        page = soup(odd.get(address))
        assert page.select("main script:not([src]), main img, main em, main u, main marquee") == []
        assert [tag.text for tag in page.select("main i") if not tag.find_parent(id="cite")] == []
        hrefs = [str(a["href"]) for a in page.select("a[href]")]
        assert not [href for href in hrefs if href.lower().startswith("javascript")]
    assert "<script>alert(1)</script> & <b>bold</b>" in text(page, "#pub-markup .title")


def test_the_intro_keeps_its_emphasis_and_nothing_that_acts(odd: FlaskClient) -> None:
    intro = one(soup(odd.get("/")), ".intro")

    assert text(intro, "em") == "sort"
    assert intro.select("script, a[href^=javascript]") == []


def test_years_are_headings(odd: FlaskClient) -> None:
    headings = []
    for number in ("/", "/?page=2", "/?page=3"):
        headings += [h.text for h in soup(odd.get(number)).select("h2.year")]

    assert headings[:3] == ["2024", "2023", "2022"]
    assert {"forthcoming", "Undated"} <= {h if h == "Undated" else h.lower() for h in headings}


def test_searched_by_relevance_there_are_no_years(odd: FlaskClient) -> None:
    page = soup(odd.get("/?q=sorting"))

    assert page.select("h2.year") == []
    assert page.select("h2.title") != []


def test_pages_have_real_links(odd: FlaskClient) -> None:
    page = soup(odd.get("/?page=2"))

    nav = one(page, "nav.pagination")
    assert one(nav, "a[rel=prev]")["href"] == "/"
    assert one(nav, "a[rel=next]")["href"] == "/?page=3"
    assert one(nav, "[aria-current=page]").text == "2"
    assert one(page, "head link[rel=prev]")["href"] == "/"
    assert one(page, "head link[rel=next]")["href"] == "/?page=3"
    assert one(page, "link[rel=canonical]")["href"] == "http://localhost/?page=2"
    assert "page 2" in text(page, "title")


def test_members_are_marked_however_their_names_are_written(odd: FlaskClient) -> None:
    item = one(soup(odd.get("/?q=undated")), "#pub-noyear")

    assert [b.text for b in item.select(".authors b")] == ["Zoë Österreich", "S. Feng"]
    names = soup(odd.get("/publications/noyear")).select(".authors a")
    assert names[0]["href"] == "https://example.org/zoe"


def test_equal_contributors_are_marked_and_explained(odd: FlaskClient) -> None:
    item = one(soup(odd.get("/?q=sorting+matters")), "#pub-math")

    assert len(item.select(".authors sup")) == 3
    assert text(item, ".equal") == "* equal contribution"


def test_editors_stand_in_for_authors(odd: FlaskClient) -> None:
    item = one(soup(odd.get("/?q=edith")), "#pub-edited")
    assert text(item, ".authors") == "Edith Editor, Edgar Editor (editors)"


def test_nobody_signed(odd: FlaskClient) -> None:
    item = one(soup(odd.get("/?q=nobody+signed")), "#pub-noauthors")

    assert item.select(".authors, .abstract") == []


def test_a_right_to_left_record(odd: FlaskClient) -> None:
    title = one(soup(odd.get("/publications/arabic")), "h1")

    assert (title["dir"], title["lang"]) == ("auto", "ar")


def test_the_owners_words_are_in_the_owners_language(odd: FlaskClient) -> None:
    page = soup(odd.get("/"))

    assert one(page, "html")["lang"] == "en"
    assert one(page, ".owner-words")["lang"] == "de"


# ---- Files


def test_files_of_the_owner(odd: FlaskClient) -> None:
    with odd.get("/files/sorting.pdf") as pdf, odd.get("/files/page.html") as page:
        assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
        assert not pdf.headers.get("Content-Disposition", "").startswith("attachment")
        assert page.headers["Content-Disposition"].startswith("attachment")
    for outside in ("/files/../site.toml", "/files/%2e%2e/site.toml", "/files/nothing.pdf"):
        assert odd.get(outside).status_code == 404


def test_files_with_their_hash_are_kept_for_long(read_only: FlaskClient) -> None:
    page = soup(read_only.get("/"))
    addresses = [str(tag["src"]) for tag in page.select("script[src]")]
    addresses += [str(tag["href"]) for tag in page.select("link[rel=stylesheet], link[rel=icon]")]
    assert len(addresses) == 5
    for address in addresses:
        with read_only.get(address) as right, read_only.get(f"{address}x") as wrong:
            assert right.status_code == 200
            assert right.cache_control.immutable
            assert not wrong.cache_control.immutable


def test_htmx_comes_with_its_licence() -> None:
    script = next((ROOT / "static").glob("htmx-*.min.js"))

    assert script.name.removeprefix("htmx-").removesuffix(".min.js") in script.read_text()
    assert "Permission to use" in (ROOT / "static" / "htmx-LICENSE.txt").read_text()


def test_no_page_needs_what_the_policy_forbids(read_only: FlaskClient) -> None:
    for address in ("/", "/?q=tensor", "/publications/feng2023tensorir", "/nobody"):
        page = soup(read_only.get(address))
        inline = [tag for tag in page.find_all(True) for name in tag.attrs if name[:2] == "on"]
        assert inline == []
        assert page.select("[style], style") == []
        assert {str(tag["type"]) for tag in page.select("script:not([src])")} <= {DATA}
        assert [
            name for tag in page.find_all(True) for name in tag.attrs if name[:3] == "hx-"
        ] == []
