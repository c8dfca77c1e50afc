"""Metadata of a publication's page, read with independent readers."""

import json
from typing import Any
from urllib.parse import parse_qs

import extruct
import pytest
from markupsafe import Markup

from webapp.formats.bibtex import bibtex
from webapp.formats.web import jsonld
from webapp.formats.web.scholar import Addresses, coins, highwire
from webapp.records import Record

PLACE = Addresses("https://example.org/publications/k", "https://example.org/files/")

SOURCES = {
    "article": """@article{k, title={On pages}, author={van Beethoven, Ludwig and {The Group} and
        others}, journal={Journal of Pages}, year=2025, month=mar, day=30, volume=8, number=2,
        pages={1--15}, issn={1234-5678}, doi={10.1000/182}, publisher={Example Press},
        keywords={lists, pages}, abstract={An
        abstract.}, pdf={pages.pdf}, langid={en}}""",
    "inproceedings": """@inproceedings{k, title={On pages}, author={Lee, Ann},
        booktitle={Proceedings of Pages}, year=2024, pages={3--4}, eprint={2401.00001},
        archiveprefix={arXiv}}""",
    "incollection": """@incollection{k, title={On pages}, author={Lee, Ann}, editor={Ed, It},
        booktitle={A book}, series={Series}, isbn={9780000000002}, year=2024}""",
    "phdthesis": "@phdthesis{k, title={On pages}, author={Lee, Ann}, school={ETH}, year=2024}",
    "techreport": """@techreport{k, title={On pages}, author={Lee, Ann}, institution={ETH},
        number={TR-1}, year=2024}""",
    "book": "@book{k, title={On pages}, author={Lee, Ann}, isbn={9780000000002}}",
    "misc": """@misc{k, title={On pages}, author={Lee, Ann}, year=2024, eprint={2401.00001},
        archiveprefix={arXiv}}""",
}


def record_of(kind: str) -> Record:
    return bibtex.read(SOURCES[kind]).records[0]


def test_highwire_tags_of_an_article_in_order() -> None:
    assert highwire(record_of("article"), PLACE) == [
        ("citation_title", "On pages"),
        ("citation_author", "van Beethoven, Ludwig"),
        ("citation_author", "The Group"),
        ("citation_publication_date", "2025/03/30"),
        ("citation_journal_title", "Journal of Pages"),
        ("citation_volume", "8"),
        ("citation_issue", "2"),
        ("citation_firstpage", "1"),
        ("citation_lastpage", "15"),
        ("citation_issn", "1234-5678"),
        ("citation_doi", "10.1000/182"),
        ("citation_publisher", "Example Press"),
        ("citation_language", "en"),
        ("citation_keywords", "lists; pages"),
        ("citation_abstract", "An abstract."),
        ("citation_pdf_url", "https://example.org/files/pages.pdf"),
        ("citation_abstract_html_url", PLACE.page),
        ("citation_public_url", PLACE.page),
    ]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("inproceedings", {"citation_conference_title": "Proceedings of Pages"}),
        ("incollection", {"citation_inbook_title": "A book", "citation_series_title": "Series"}),
        ("incollection", {"citation_editor": "Ed, It", "citation_isbn": "9780000000002"}),
        ("phdthesis", {"citation_dissertation_institution": "ETH"}),
        ("techreport", {"citation_technical_report_institution": "ETH"}),
        ("techreport", {"citation_technical_report_number": "TR-1"}),
        ("misc", {"citation_arxiv_id": "2401.00001", "citation_online_date": "2024"}),
        ("misc", {"citation_pdf_url": "https://arxiv.org/pdf/2401.00001"}),
    ],
)
def test_highwire_tags_by_type(kind: str, expected: dict[str, str]) -> None:
    assert expected.items() <= dict(highwire(record_of(kind), PLACE)).items()


def test_an_empty_record_has_no_empty_tags() -> None:
    empty = Record(key="k", type="misc")
    assert all(content for _, content in highwire(empty, PLACE))
    data = jsonld.publication(empty, PLACE, {})
    assert set(data) == {"@context", "@type", "@id", "url"}
    assert "rft.au" not in coins(empty)


def extracted(data: dict[str, Any]) -> dict[str, Any]:
    page = Markup('<script type="application/ld+json">{}</script>').format(
        Markup(jsonld.to_script(data))  # noqa: S704  it escapes what matters
    )
    data = extruct.extract(f"<html><head>{page}</head></html>", syntaxes=["json-ld"])["json-ld"]
    assert len(data) == 1
    return dict(data[0])


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        ("article", "ScholarlyArticle"),
        ("inproceedings", "ScholarlyArticle"),
        ("misc", "ScholarlyArticle"),
        ("incollection", "Chapter"),
        ("phdthesis", "Thesis"),
        ("techreport", "Report"),
        ("book", "Book"),
    ],
)
def test_linked_data_by_type(kind: str, type_: str) -> None:
    data = extracted(jsonld.publication(record_of(kind), PLACE, {}))
    assert data["@type"] == type_
    assert data["name"] == "On pages"
    assert data["author"][0]["@type"] == "Person"


def test_linked_data_of_an_article() -> None:
    record = record_of("article")
    orcid = jsonld.PersonAddress("0000-0002-1825-0097", "https://example.org/people/ann")
    page = jsonld.PersonAddress(page="https://group.org/")
    addressed = {(person, ""): orcid if person.family else page for person in record.authors}
    data = extracted(jsonld.publication(record, PLACE, addressed))
    person, group = data["author"]
    assert person["@id"] == "https://orcid.org/0000-0002-1825-0097"
    assert (group["@type"], group["url"]) == ("Organization", "https://group.org/")
    issue = data["isPartOf"]
    assert (issue["@type"], issue["issueNumber"]) == ("PublicationIssue", "2")
    assert issue["isPartOf"]["volumeNumber"] == "8"
    assert issue["isPartOf"]["isPartOf"]["issn"] == "1234-5678"
    assert (data["pageStart"], data["pageEnd"]) == ("1", "15")
    assert data["sameAs"] == ["https://doi.org/10.1000/182"]
    assert data["encoding"]["contentUrl"] == "https://example.org/files/pages.pdf"
    assert data["datePublished"] == "2025-03-30"


def test_a_hostile_title_stays_inside_its_script() -> None:
    title = "</script><!--<script>alert(1)&amp;\u2028"
    data = jsonld.publication(Record(key="k", type="misc", title=title), PLACE, {})
    assert not set("<>&\u2028") & set(jsonld.to_script(data))
    assert extracted(data)["name"] == title
    assert json.loads(jsonld.to_script(data)) == data


def test_a_list_is_a_collection() -> None:
    data = extracted(jsonld.collection("Pages", "https://example.org/", 9, [("A", "https://a/")]))
    assert data["mainEntity"]["numberOfItems"] == 9
    assert data["mainEntity"]["itemListElement"][0]["url"] == "https://a/"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("article", {"rft.genre": ["article"], "rft.jtitle": ["Journal of Pages"]}),
        ("article", {"rft.au": ["Ludwig van Beethoven", "The Group"]}),
        ("article", {"rft_id": ["info:doi/10.1000/182"], "rft.aulast": ["van Beethoven"]}),
        ("article", {"rft.volume": ["8"], "rft.issue": ["2"], "rft.issn": ["1234-5678"]}),
        ("article", {"rft.spage": ["1"], "rft.epage": ["15"]}),
        ("inproceedings", {"rft.spage": ["3"], "rft.epage": ["4"]}),
        ("incollection", {"rft.isbn": ["9780000000002"]}),
        ("inproceedings", {"rft.genre": ["proceeding"], "rft.btitle": ["Proceedings of Pages"]}),
        ("incollection", {"rft.genre": ["bookitem"], "rft.atitle": ["On pages"]}),
        ("book", {"rft.btitle": ["On pages"], "rft.au": ["Ann Lee"]}),
        ("phdthesis", {"rft_val_fmt": ["info:ofi/fmt:kev:mtx:dissertation"]}),
        ("misc", {"rft_id": ["https://arxiv.org/abs/2401.00001"], "rft.date": ["2024"]}),
    ],
)
def test_coins(kind: str, expected: dict[str, list[str]]) -> None:
    assert expected.items() <= parse_qs(coins(record_of(kind))).items()
