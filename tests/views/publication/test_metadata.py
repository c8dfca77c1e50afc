"""Metadata for machines in heads, headers and link sets."""

from pathlib import Path
from urllib.parse import parse_qs

import extruct
import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header

from tests.conftest import running

TENSORIR = "/publications/feng2023tensorir"
HTMX = {"HX-Request": "true"}


def page_at(client: FlaskClient, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).data, "html.parser")


def links_of(header: str) -> dict[str, list[str]]:
    """Return the URLs by relation."""
    urls: dict[str, list[str]] = {}
    for part in header.split(", "):
        address, options = parse_options_header(part)
        urls.setdefault(options["rel"], []).append(address.strip("<>"))
    return urls


def test_the_head_has_highwire_tags(client: FlaskClient) -> None:
    page = page_at(client, TENSORIR)
    tags = [
        (str(tag["name"]), str(tag["content"])) for tag in page.select("head meta[name^=citation_]")
    ]
    assert tags[0][0] == "citation_title"
    assert [name for name, _ in tags].count("citation_author") == 11
    assert ("citation_abstract_html_url", f"http://localhost{TENSORIR}") in tags
    assert all(content for _, content in tags)


def test_the_head_has_linked_data_and_open_graph(client: FlaskClient) -> None:
    data = extruct.extract(client.get(TENSORIR).text, syntaxes=["json-ld", "opengraph"])
    assert data["json-ld"][0]["@type"] == "ScholarlyArticle"
    assert data["json-ld"][0]["@id"] == f"http://localhost{TENSORIR}"
    graph = dict(data["opengraph"][0]["properties"])
    assert graph["og:url"] == f"http://localhost{TENSORIR}"
    assert graph["og:title"].startswith("TensorIR")


def test_every_item_of_a_list_has_coins(client: FlaskClient) -> None:
    spans = page_at(client, "/").select("article.publication > span.Z3988")
    titles = [parse_qs(str(span["title"]))["rft.atitle"][0] for span in spans]
    assert len(titles) == 7
    assert titles[3].startswith("TensorIR")
    tensorir = parse_qs(str(spans[3]["title"]))
    assert (tensorir["rft.spage"], tensorir["rft.epage"]) == (["804"], ["817"])


def test_a_list_is_linked_data_of_a_collection(client: FlaskClient) -> None:
    data = extruct.extract(client.get("/?q=tensorir").text, syntaxes=["json-ld"])["json-ld"]
    assert data[0]["@type"] == "CollectionPage"
    items = data[0]["mainEntity"]["itemListElement"]
    assert [item["url"] for item in items] == [f"http://localhost{TENSORIR}"]


@pytest.mark.parametrize("address", ["/", "/?q=agent", TENSORIR, "/nowhere"])
def test_every_page_links_to_the_feed(client: FlaskClient, address: str) -> None:
    links = page_at(client, address).select('head link[type="application/atom+xml"]')
    assert [link["href"] for link in links] == ["/publications.atom"]


def test_a_publication_page_has_signposting_links(client: FlaskClient) -> None:
    answer = client.get(TENSORIR)
    links = links_of(answer.headers["Link"])
    assert links["cite-as"] == ["https://doi.org/10.1145/3575693.3576933"]
    assert links["item"] == ["https://arxiv.org/pdf/2207.04296"]
    assert "https://schema.org/ScholarlyArticle" in links["type"]
    for address in (*links["describedby"], *links["linkset"]):
        assert client.get(address).status_code == 200
    linkset = client.get(links["linkset"][0])
    assert linkset.mimetype == "application/linkset+json"
    context = linkset.get_json(force=True)["linkset"][0]
    assert context["anchor"] == f"http://localhost{TENSORIR}"
    assert context["cite-as"] == [{"href": links["cite-as"][0]}]
    assert client.get("/publications/nobody/linkset").status_code == 404


def test_authors_are_identified_by_their_urls(instance: Path) -> None:
    settings = instance / "site.toml"
    orcid = "https://orcid.org/0000-0002-1825-0097"
    members = '[profiles]\nORCID = "{}"\n[[members]]\nname = "Junru Shao"\nurl = "{}"\n'
    settings.write_text(
        settings.read_text() + members.format(orcid, "https://example.org/é?a=1&b"), "utf-8"
    )
    with running(instance) as app:
        answer = app.test_client().get(TENSORIR)
    authors = links_of(answer.headers["Link"])["author"]
    assert authors == [orcid, "http://localhost/people/junru-shao"]
    data = extruct.extract(answer.text, syntaxes=["json-ld"])["json-ld"][0]
    assert data["author"][0]["@id"] == orcid


def test_citations_are_a_fragment_and_a_section_of_the_page(client: FlaskClient) -> None:
    fragment = client.get(f"{TENSORIR}/cite", headers=HTMX)
    soup = BeautifulSoup(fragment.data, "html.parser")
    assert [label.get_text() for label in soup.select("label")] == [
        *("BibTeX", "APA", "IEEE", "ACM", "Chicago", "MLA", "NLM"),
        *("RIS", "CSL-JSON"),
    ]
    assert len(soup.select("button.copy")) == 9
    alone = client.get(f"{TENSORIR}/cite")
    assert (alone.status_code, alone.location) == (303, f"{TENSORIR}#cite")
    assert len(page_at(client, TENSORIR).select("#cite .citation")) == 9
    assert client.get("/publications/nobody/cite", headers=HTMX).status_code == 404
