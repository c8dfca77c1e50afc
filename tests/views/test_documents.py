"""A list as a document: the page, its files, and what they have of the list."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from tests.reading import one, soup, text
from tests.sites import Site
from tests.sites import site as site_with
from webapp.formats.csl.citations import STYLES
from webapp.formats.documents.registry import DOCUMENT_FORMATS
from webapp.views import documents

__all__ = ["site_with"]  # the fixture

SEED = 7


@pytest.mark.parametrize("style", STYLES)
def test_the_page_has_every_citation_with_the_owner_in_bold(
    client: FlaskClient, style: str
) -> None:
    page = soup(client.get(f"/document?style={style}&group=none&people=all"))
    items = page.select("#document li")
    assert len(items) == SEED
    owners = [bold.text for item in items for bold in item.select("b")]
    assert len(owners) == SEED
    assert all("Feng" in name for name in owners)
    assert text(page, "h1") == "Publications"


def test_it_has_the_list_of_its_search(client: FlaskClient) -> None:
    address = "/document?q=tensor&year=2019..2025&group=year&number=down"
    page = soup(client.get(address))
    (first, *_) = page.select("#document ol")
    assert len(page.select("#document li")) == 2
    assert first["start"] == "2"
    assert first.has_attr("reversed")
    assert text(page, "#document > p") == "tensor, 2019–2025"
    links = [str(link["href"]) for link in page.select(".document-files a")]
    expected = "/document?q=tensor&year=2019..2025&group=year&number=down&as=docx"
    assert links[0] == expected
    assert len(links) == len(DOCUMENT_FORMATS)
    hidden = {field["name"]: field["value"] for field in page.select("input[type=hidden]")}
    assert hidden == {"q": "tensor", "year": "2019..2025"}


@pytest.mark.parametrize("name", DOCUMENT_FORMATS)
def test_each_format_is_a_file_named_after_the_list(client: FlaskClient, name: str) -> None:
    response = client.get(f"/document?q=tensor&as={name}")
    extension = DOCUMENT_FORMATS[name].extension
    assert response.headers["Content-Type"] == DOCUMENT_FORMATS[name].media_type
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="publications-tensor.{extension}"'
    )
    assert response.headers["X-Robots-Tag"] == "noindex"
    content = response.data
    if name == "docx":
        content = ZipFile(BytesIO(content)).read("word/document.xml")
    assert b"TensorIR" in content
    assert b"CityFlow" not in content


def test_wrong_parameters_give_the_usual_document(client: FlaskClient) -> None:
    usual = soup(client.get("/document"))
    wrong = soup(client.get("/document?style=x&group=y&number=z&as=exe&sort=upside"))
    assert one(wrong, "#document") == one(usual, "#document")


def test_export_leads_to_it(client: FlaskClient) -> None:
    page = soup(client.get("/export?q=tensor"))
    assert one(page, "a[href='/document?q=tensor']").text == "Document"


def test_a_search_without_results_is_an_empty_document(client: FlaskClient) -> None:
    page = soup(client.get("/document?q=zzzzzzzz"))
    assert text(page, "#document > p:last-child") == "0 results"
    for name in DOCUMENT_FORMATS:
        assert client.get(f"/document?q=zzzzzzzz&as={name}", buffered=True).status_code == 200


def test_a_long_list_is_cut_and_the_document_says_so(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "MAX_CITED", 2)
    page = soup(client.get("/document"))
    assert len(page.select("#document li")) == 2
    note = "This document has the first 2 of 7 publications."
    assert text(page, "#document > p:last-child") == note
    assert client.get("/document?as=txt").text.rstrip().endswith(note)


def test_a_site_without_an_owner_has_its_members_in_bold(site_with: Site) -> None:
    members = ({"name": "Ruihang Lai"}, {"name": "S. Feng", "variants": ["Siyuan Feng"]})
    client = site_with(owner="", members=members)
    page = soup(client.get("/document?style=acm&q=relax&people=all"))
    assert {bold.text for bold in page.select("#document b")} == {"Ruihang Lai", "Siyuan Feng"}


def test_private_fields_are_in_no_document(client: FlaskClient) -> None:
    for name in ("txt", "jsonresume", "rendercv"):
        assert "annote" not in client.get(f"/document?as={name}").text


def test_it_is_valid_until_the_catalog_changes(client: FlaskClient) -> None:
    response = client.get("/document?as=docx", buffered=True)
    tag = response.headers["ETag"]
    assert client.get("/document?as=docx", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/document?as=md", headers={"If-None-Match": tag}).status_code == 200
    assert not re.search("private|max-age", response.headers["Cache-Control"])


def test_a_named_list_and_a_selection_are_documents_too(site_with: Site) -> None:
    named = {
        "slug": "reading", "title": "To read", "also": ["zhang2019cityflow", "chen2025respec"],
    }  # fmt: skip
    client = site_with(lists=(named,))
    page = soup(client.get("/lists/reading/document?group=none"))
    assert text(page, "h1") == "To read"
    assert [("CityFlow" in item.text) for item in page.select("#document li")] == [True, False]
    assert one(page, "form")["action"] == "/lists/reading/document"
    assert one(page, ".ways-back a")["href"] == "/lists/reading"
    response = client.get("/lists/reading/document?as=txt", buffered=True)
    assert "reading.txt" in response.headers["Content-Disposition"]

    selection = "of=chen2025respec.zhang2019cityflow"
    page = soup(client.get(f"/selection/document?{selection}&group=none"))
    assert [("CityFlow" in item.text) for item in page.select("#document li")] == [False, True]
    assert str(page.select(".document-files a")[0]["href"]).startswith(
        f"/selection/document?{selection}"
    )
    assert one(page, "input[type=hidden]")["value"] == "chen2025respec.zhang2019cityflow"
    exports = soup(client.get(f"/selection/export?{selection}"))
    assert exports.select_one(f"a[href='/selection/document?{selection}']")


def test_the_document_of_a_person_has_that_name_in_bold(site_with: Site) -> None:
    client = site_with(owner="Siyuan Feng", members=({"name": "Ruihang Lai"},))
    client.application.test_cli_runner().invoke(args=["prepare"])  # indexes whose they are
    page = soup(client.get("/people/ruihang-lai/document?people=all&style=acm"))
    assert text(page, "h1") == "Ruihang Lai"
    assert {bold.text for bold in page.select("#document b")} == {"Ruihang Lai"}
    assert len(page.select("#document b")) == len(page.select("#document li"))
    resume = client.get("/people/ruihang-lai/document?as=jsonresume").json
    assert resume is not None
    assert resume["basics"] == {"name": "Ruihang Lai"}


def test_an_author_with_a_page_is_in_bold_there(site_with: Site) -> None:
    client = site_with(people="authors")
    page = soup(client.get("/people/ruihang-lai/document?people=all&style=acm"))
    assert {bold.text for bold in page.select("#document b")} == {"Ruihang Lai"}
