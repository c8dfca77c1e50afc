"""Lists in other sites: what their addresses return, to whom, and for how long."""

import json
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.editors import index
from tests.reading import one, soup
from tests.sites import site
from webapp.site import site as parts_of
from webapp.views.embed.lists import MAX_SIZE
from webapp.views.http.responses import SECURITY_HEADERS

__all__ = ["site"]

Make = Callable[..., FlaskClient]
SLUG = "feng2023tensorir"
POLICY = "Content-Security-Policy"
LISTS = [{"slug": "compilers", "title": "Compilers", "search": "tensor"}]


@pytest.fixture
def client(site: Make) -> FlaskClient:
    client = site(embed=("*",), lists=LISTS)
    index(parts_of(client.application).catalog)
    return client


def parsed(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def fragment(client: FlaskClient, query: str = "") -> str:
    answer = client.get(f"/embed.html{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_without_the_setting_nothing_of_it_exists(site: Make) -> None:
    client = site()
    for path in ("/embed", "/embed.html", "/embed.js", "/embed.json", "/embed/how"):
        assert client.get(path).status_code == 404
    assert "/embed" not in client.get("/export").text
    assert "embed" not in client.get("/").text


def test_only_lists_for_other_sites_may_be_framed(client: FlaskClient) -> None:
    for path in ("/embed", "/embed.html", "/embed?n=0", "/embed?list=none", "/embed/frame.css"):
        answer = client.get(path)
        assert answer.headers[POLICY].endswith("frame-ancestors *"), path
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in answer.headers
    for path in ("/", "/embed/how", f"/publications/{SLUG}", "/lists/compilers", "/embedded"):
        answer = client.get(path)
        assert "frame-ancestors 'none'" in answer.headers[POLICY], path
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://www.uni.example", True),
        ("https://www.uni.example.evil.example", False),
        ("http://www.uni.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_named_sites_alone_may_embed(site: Make, origin: str, allowed: bool) -> None:
    client = site(embed=["https://www.uni.example", "http://localhost:4000"])
    answer = client.get("/embed.html", headers={"Origin": origin})
    assert answer.headers[POLICY].endswith(
        "frame-ancestors 'self' https://www.uni.example http://localhost:4000"
    )
    assert answer.headers.get("Access-Control-Allow-Origin", "") == (origin if allowed else "")
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("value", ["uni.example", "https://uni.example/", "*.example", "'self'"])
def test_a_wrong_setting_is_refused(site: Make, value: str) -> None:
    with pytest.raises(ValueError, match=r"https://www\.uni\.example"):
        site(embed=[value])


@pytest.mark.parametrize(
    "query", ["", "?style=apa", "?group=year&heading=2&abstracts=1", "?q=zzzz"]
)
def test_the_fragment_is_well_formed_with_absolute_addresses(
    client: FlaskClient, query: str
) -> None:
    html = fragment(client, query)
    root = ElementTree.fromstring(html)  # noqa: S314  our own
    assert (root.tag, root.get("class"), root.get("dir")) == ("section", "octavo", "ltr")
    page = parsed(html)
    assert not page.select("script, style, link, img, form, [style], [id]")
    for link in page.select("a"):
        assert str(link["href"]).startswith(("http://localhost/", "https://", "http://")), link
    if "zzzz" in query:
        assert one(page, ".octavo-empty").text == "No publications match"
    else:
        assert len(page.select(".octavo-item .Z3988")) == 7


def test_a_list_takes_searches_filters_scopes_and_a_number(client: FlaskClient) -> None:
    def titles(query: str) -> list[str]:
        return [title.text for title in parsed(fragment(client, query)).select(".octavo-title")]

    everything = titles("")
    assert titles("?n=2") == everything[:2]
    assert titles("?q=tensorir") == titles(f"?of={SLUG}") != everything
    assert 0 < len(titles("?list=compilers")) < 7
    assert titles("?list=compilers&q=tensorir") == titles("?q=tensorir")
    assert titles("?of=liu2025eaas.feng2023tensorir") == titles("?of=liu2025eaas") + titles(
        f"?of={SLUG}"
    )
    assert titles("?year=2023&page=5&more=3&open=x") == titles("?year=2023")


def test_a_list_can_be_of_a_person(client: FlaskClient) -> None:
    page = parsed(fragment(client, "?person=siyuan-feng&n=1"))
    assert one(page, ".octavo-more a")["href"] == "http://localhost/people/siyuan-feng"
    assert one(page, "section")["aria-label"] == "Siyuan Feng"
    link = one(soup(client.get("/people/siyuan-feng/export")), 'a[href*="/embed/how"]')
    assert link["href"] == "/embed/how?person=siyuan-feng"
    assert "Embed “Siyuan Feng”" in one(soup(client.get(str(link["href"]))), "h1").text


def test_the_rest_is_named_with_a_link_to_the_list(client: FlaskClient) -> None:
    more = one(parsed(fragment(client, "?n=1&list=compilers&q=tensor")), ".octavo-more a")
    assert more["href"] == "http://localhost/lists/compilers?q=tensor"
    assert "more" in more.text
    assert one(parsed(fragment(client)), ".octavo-more a")["href"] == "http://localhost/"
    assert not parsed(fragment(client, "?rest=0")).select(".octavo-more")


def test_options_change_what_a_list_has(client: FlaskClient) -> None:
    page = parsed(fragment(client, "?group=year&heading=3"))
    years = [heading.text for heading in page.select("h3.octavo-group")]
    assert years == sorted(years, reverse=True)
    assert len(page.select("h4.octavo-title")) == 7
    page = parsed(fragment(client, "?group=type"))
    headings = [heading.text for heading in page.select("div.octavo-group")]
    assert headings == ["Journal articles", "Conference papers", "Preprints"]
    page = parsed(fragment(client, "?group=type,year&heading=5"))
    assert [heading.text for heading in page.select("h5.octavo-group")] == headings
    assert {heading.text for heading in page.select("h6.octavo-group")} > {"2023", "2025"}
    assert len(page.select("h6.octavo-title")) == 7
    page = parsed(fragment(client, f"?of={SLUG}&abstracts=1&links=0"))
    assert one(page, "details.octavo-abstract p").text
    assert not page.select(".octavo-links")
    page = parsed(fragment(client, f"?of={SLUG}&style=ieee"))
    assert "TensorIR" in one(page, ".octavo-citation").text
    assert page.select(f'.octavo-links a[href="http://localhost/publications/{SLUG}"]')


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("n=0", "from 1 to 100"),
        ("n=101", "from 1 to 100"),
        ("n=٣", "from 1 to 100"),
        ("n=x", "n is"),
        ("style=<b>", "style is"),
        ("group=month", "none, year, type, type,year"),
        ("heading=1", "heading is"),
        ("person=a&list=b", "not two"),
    ],
)
def test_a_wrong_option_is_named_in_one_line(client: FlaskClient, query: str, words: str) -> None:
    for path in ("/embed", "/embed.html", "/embed/how"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 400
        assert words in one(soup(answer), "p").text
        assert answer.headers["Cache-Control"] == "no-store"


def test_an_unknown_list_is_not_found(client: FlaskClient) -> None:
    for query in ("list=none", "person=none", "list="):
        assert client.get(f"/embed?{query}").status_code == 404


def test_a_list_has_at_most_a_hundred_items_and_200_kilobytes(
    site: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_SIZE == 200_000
    client = site(embed=("*",))
    whole = fragment(client, "?abstracts=1")
    monkeypatch.setattr("webapp.views.embed.lists.MAX_SIZE", len(whole) - 1)
    page = parsed(fragment(client, "?abstracts=1&links=1"))
    assert len(page.select(".octavo-item")) == 3
    assert one(page, ".octavo-more").text == "and 4 more"


def test_a_list_is_stored_for_minutes_and_then_validated(client: FlaskClient) -> None:
    first = client.get("/embed?n=3")
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = client.get("/embed?n=3", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    for name in (POLICY, "Access-Control-Allow-Origin", "Cross-Origin-Resource-Policy"):
        assert again.headers[name] == first.headers[name]
    other = client.get("/embed?n=4", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_a_frame_opens_its_links_outside(client: FlaskClient) -> None:
    page = soup(client.get(f"/embed?of={SLUG}&theme=dark"))
    assert one(page, "base")["target"] == "_top"
    assert one(page, "html")["data-theme"] == "dark"
    assert one(page, "link[rel=canonical]")["href"] == f"http://localhost/selection?of={SLUG}"
    css = client.get(str(one(page, "link[rel=stylesheet]")["href"])).text
    assert css.count("--accent:#") == 2
    assert "--accent:#0b57a4" not in css
    script = client.get(str(one(page, "script")["src"]))
    assert script.mimetype == "text/javascript"


def test_the_script_is_small(client: FlaskClient) -> None:
    assert len(client.get("/embed.js").data) < 3_000


def test_the_page_beside_the_exports_shows_what_to_paste(client: FlaskClient) -> None:
    link = one(soup(client.get("/lists/compilers/export?q=tensorir")), 'a[href*="/embed/how"]')
    assert link["href"] == "/embed/how?list=compilers&q=tensorir"
    page = soup(client.get(f"{link['href']}&style=apa&n=7"))
    address = "http://localhost/embed{}?list=compilers&q=tensorir&n=7&style=apa"
    script, frame, html = (area.text for area in page.select("textarea"))
    pasted = parsed(script)
    assert one(pasted, "script")["src"] == "http://localhost/embed.js"
    assert one(pasted, "octavo-list")["query"] == address.partition("?")[2]
    assert one(pasted, "octavo-list a")["href"] == "http://localhost/lists/compilers?q=tensorir"
    assert one(parsed(frame), "iframe")["src"] == address.format("")
    assert one(parsed(frame), "iframe")["title"] == "Compilers"
    assert html == address.format(".html")
    assert one(page, "iframe.embed-preview")["src"] == address.format("")[len("http://localhost") :]
    assert one(page, "select[name=style] [selected]")["value"] == "apa"
    assert one(page, "select[name=n] [selected]").text == "7"
    assert {str(field["name"]) for field in page.select("form.embed-options [type=hidden]")} == {
        "list",
        "q",
    }
    answer = client.get(str(link["href"]))
    assert answer.headers[POLICY].endswith("; frame-src 'self'")


@pytest.mark.parametrize("odd", ['"><script>alert(1)</script>', "a&b=c", "שלום", "%00"])
def test_odd_words_are_escaped_in_lines_to_paste(client: FlaskClient, odd: str) -> None:
    page = soup(client.get("/embed/how", query_string={"q": odd, "author": odd}))
    script, frame, _ = (area.text for area in page.select("textarea"))
    assert len(parsed(script).select("script")) == 1
    query = str(one(parsed(script), "octavo-list")["query"])
    assert client.get(f"/embed.html?{query}").status_code == 200
    assert str(one(parsed(frame), "iframe")["src"]).endswith(f"/embed?{query}")


@pytest.mark.parametrize(
    ("address", "source", "title"),
    [
        ("http://localhost/", "/embed", "Publications"),
        ("http://localhost", "/embed", "Publications"),
        ("http://localhost/?q=a%20b&page=2", "/embed?q=a+b", "Publications"),
        ("http://localhost/lists/compilers", "/embed?list=compilers", "Compilers"),
        ("http://localhost/people/siyuan-feng", "/embed?person=siyuan-feng", "Siyuan Feng"),
        (f"http://localhost/publications/{SLUG}", f"/embed?of={SLUG}", "TensorIR"),
        ("http://localhost/selection?of=liu2025eaas", "/embed?of=liu2025eaas", "Expert"),
    ],
)
def test_oembed_answers_for_addresses_of_the_site(
    client: FlaskClient, address: str, source: str, title: str
) -> None:
    answer = client.get(
        "/embed.json", query_string={"url": address, "maxwidth": "300", "format": "json"}
    )
    assert answer.mimetype == "application/json"
    data = json.loads(answer.text)
    assert (data["version"], data["type"], data["width"]) == ("1.0", "rich", 300)
    assert data["title"].startswith(title)
    frame = one(parsed(data["html"]), "iframe")
    assert frame["src"] == f"http://localhost{source}"
    assert frame["width"] == "300"


@pytest.mark.parametrize(
    "address",
    [
        *("", "x", "http://localhost/nowhere", "https://evil.example/", "http://localhost.evil/"),
        *("http://localhost/publications/none", "http://localhost/lists/none", "http://[", "/"),
        *(
            "http://localhost@evil.example/",
            "http://localhost/people/none",
            "http://localhost/lists",
        ),
    ],
)
def test_oembed_knows_no_other_address(client: FlaskClient, address: str) -> None:
    answer = client.get("/embed.json", query_string={"url": address})
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_oembed_is_in_json_only(client: FlaskClient) -> None:
    assert client.get("/embed.json?format=xml&url=http://localhost/").status_code == 501


def test_lists_and_publications_name_their_oembed_address(client: FlaskClient) -> None:
    for path in ("/", "/?q=tensor", "/lists/compilers", f"/publications/{SLUG}"):
        link = one(soup(client.get(path)), 'link[type="application/json+oembed"]')
        assert client.get(str(link["href"])).status_code == 200


def test_the_policy_of_other_pages_is_unchanged() -> None:
    assert SECURITY_HEADERS[POLICY].endswith("frame-ancestors 'none'")
