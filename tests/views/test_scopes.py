"""Lists within a scope: every address of a list exists there and stays there."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.reading import one, soup
from tests.sites import Site, site
from webapp.errors import ConfigurationError
from webapp.site_file import load_settings

__all__ = ["site"]

LISTS = [
    {
        "slug": "compilers",
        "title": "Compilers & tensors",
        "text": "Papers of the *TVM* project.",
        "search": "author:feng",
        "also": ["chen2025respec", "unknown"],
        "without": ["feng2025tapml", "zhang2019cityflow"],
        "order": "oldest",
    },
    {"slug": "reading", "title": "To read", "also": ["zhang2019cityflow", "chen2025respec"]},
]
SELECTION = "/selection?of=zhang2019cityflow.chen2025respec"


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return site(lists=LISTS)


def slugs(client: FlaskClient, url: str) -> list[str]:
    answer = client.get(url)
    assert answer.status_code == 200
    links = soup(answer).select(".results .title a")
    return [str(link["href"]).rpartition("/")[2] for link in links]


def test_a_named_list_has_its_search_and_its_keys(client: FlaskClient) -> None:
    listed = slugs(client, "/lists/compilers")
    assert {"feng2023tensorir", "chen2025respec"} <= set(listed)
    assert "feng2025tapml" not in listed
    assert "zhang2019cityflow" not in listed
    assert slugs(client, "/lists/reading") == ["zhang2019cityflow", "chen2025respec"]


def test_the_page_of_a_list_says_what_it_is(client: FlaskClient) -> None:
    page = soup(client.get("/lists/compilers"))
    assert one(page, "h1").text == "Compilers & tensors"
    assert str(one(page, ".intro em")) == "<em>TVM</em>"
    assert one(page, "head title").text.startswith("Compilers & tensors · ")
    assert one(page, "meta[name=description]")["content"] == "Papers of the TVM project."
    assert one(page, "link[rel=canonical]")["href"] == "http://localhost/lists/compilers"
    assert json.loads(one(page, "script[type='application/ld+json']").text)["name"] == (
        "Compilers & tensors"
    )
    assert one(page, ".back a")["href"] == "/"


@pytest.mark.parametrize("start", ["/lists/compilers", SELECTION])
def test_all_ways_from_a_list_stay_within_it(client: FlaskClient, start: str) -> None:
    path, _, query = start.partition("?")
    page = soup(client.get(start))
    assert one(page, "#search")["action"] == path
    for link in page.select(".sort a, .facet-values a, .export a, .facet-more a"):
        assert str(link["href"]).startswith((path, f"{path}/"))
        assert query in str(link["href"])
    assert one(page, "link[type='application/atom+xml']")["href"].startswith(f"{path}.atom")


def test_a_search_within_a_list_finds_nothing_else(client: FlaskClient) -> None:
    assert slugs(client, "/lists/reading?q=cityflow") == ["zhang2019cityflow"]
    page = soup(client.get("/lists/reading?q=tensorir"))
    assert "No results" in one(page, ".nothing").text
    hrefs = [link["href"] for link in page.select(".ways-back a")]
    assert hrefs == ["/?q=tensorir", "/"]


@pytest.mark.parametrize("path", ["/lists/reading", "/selection"])
def test_exports_feed_and_print_have_the_list(client: FlaskClient, path: str) -> None:
    query = SELECTION.partition("?")[2] if path == "/selection" else ""
    entries = client.get(f"{path}.json?{query}").get_json()
    assert [entry["id"] for entry in entries] == ["zhang2019cityflow", "chen2025respec"]
    assert client.get(f"{path}.atom?{query}").text.count("<entry>") == 2
    assert slugs(client, f"{path}/print?{query}") == ["zhang2019cityflow", "chen2025respec"]
    assert soup(client.get(f"{path}/export?{query}")).select(f"a[href^='{path}.bib']")
    assert soup(client.get(f"{path}/facets/venue?{query}")).select(f"a[href^='{path}?']")


def test_files_and_feeds_are_named_after_the_list(client: FlaskClient) -> None:
    headers = client.get("/lists/reading.bib?q=cityflow").headers
    assert 'filename="reading-cityflow.bib"' in headers["Content-Disposition"]
    first, second = (client.get(f"/lists/{name}.atom").text for name in ("reading", "compilers"))
    assert "<title>To read · " in first
    assert first.split("<id>")[1].split("<")[0] != second.split("<id>")[1].split("<")[0]


def test_a_selection_has_its_own_order_and_is_not_indexed(client: FlaskClient) -> None:
    assert slugs(client, SELECTION) == ["zhang2019cityflow", "chen2025respec"]
    page = soup(client.get(SELECTION))
    assert one(page, "meta[name=robots]")["content"] == "noindex, follow"
    assert one(page, "input[name=of][form=search]")["value"] == "zhang2019cityflow.chen2025respec"
    assert slugs(client, "/selection?of=nothing") == []


def test_a_selection_says_what_is_gone_and_drops_what_is_no_name(client: FlaskClient) -> None:
    url = "/selection?of=chen2025respec.gone.old"
    for path in (url, url.replace("?", "/print?")):
        assert one(soup(client.get(path)), ".notice").text.startswith("2 of these publications")
    assert client.get("/selection?of=chen2025respec..a%20b.").location.endswith("of=chen2025respec")


@pytest.mark.parametrize(
    "path", ["/lists/other", "/lists/", "/lists/Reading", "/people/other", "/lists/other.bib"]
)
def test_an_unknown_scope_is_no_page(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_fragment_keeps_its_address_within_the_list(client: FlaskClient) -> None:
    answer = client.get("/lists/reading?q=city", headers={"HX-Request": "true"})
    assert answer.headers["HX-Push-Url"] == "/lists/reading?q=city"


def test_a_list_is_served_without_an_index(client: FlaskClient, instance: Path) -> None:
    for file in (instance / "index").rglob("*"):
        if file.is_file():
            file.unlink()
    assert slugs(client, "/lists/reading") == ["zhang2019cityflow", "chen2025respec"]
    assert set(slugs(client, "/lists/compilers")) >= {"feng2023tensorir", "chen2025respec"}


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ('slug = "a b"\ntitle = "T"\nsearch = "x"', "a slug is the end of an address"),
        ('slug = "a"\ntitle = "T"', "is empty"),
        ('slug = "a"\ntitle = ""\nsearch = "x"', "has no title"),
        ('slug = "a"\ntitle = "T"\nsearch = "x"\nordre = "title"', "ordre"),
        ('slug = "a"\ntitle = "T"\nalso = ["k"]\nwithout = ["k"]', "in `also` and in `without`"),
        ('slug = "a"\ntitle = "T"\nsearch = "x"\n[[lists]]\n' * 2, "have one slug"),
    ],
)
def test_a_wrong_list_is_named_at_start(instance: Path, written: str, reason: str) -> None:
    tables = f"[[lists]]\n{written}\n".removesuffix("[[lists]]\n\n")
    (instance / "site.toml").write_text(tables)
    with pytest.raises(ConfigurationError, match=r"site\.toml.*lists") as error:
        load_settings(instance)
    assert reason in str(error.value)


def test_crawlers_find_lists_but_not_searches_in_them(client: FlaskClient) -> None:
    assert client.get("/sitemap.xml").text.count("http://localhost/lists") == 3
    lines = client.get("/robots.txt").text.splitlines()
    assert {"Disallow: /lists/*?q=", "Disallow: /lists/*.", "Disallow: /selection"} <= set(lines)
    assert "Disallow: /lists/*?page=" not in lines


def test_the_lists_are_linked_from_the_first_page(site: Site) -> None:
    page = soup(site(lists=LISTS).get("/"))
    links = page.select(".masthead nav a")
    assert [link["href"] for link in links] == ["/lists/compilers", "/lists/reading"]
    many = [{**LISTS[1], "slug": f"list-{number}"} for number in range(7)]
    assert one(soup(site(lists=many).get("/")), ".masthead nav a")["href"] == "/lists"


def test_the_page_of_lists_has_their_texts_and_counts(site: Site, client: FlaskClient) -> None:
    page = soup(client.get("/lists"))
    links = page.select("h2 a")
    assert [link["href"] for link in links] == ["/lists/compilers", "/lists/reading"]
    assert [count.text for count in page.select(".count")][1] == "2 publications"
    assert one(page, ".intro em").text == "TVM"
    assert site().get("/lists").status_code == 404
