"""Documents as HTML and plain text, and files for programs that make CVs."""

import json
import re
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup

from webapp.formats.csl.citations import cite
from webapp.records import OTHERS, Link, Person

from .works import ADA, ALL_STYLES, NASTY, TITLES, document, texts, work, written

# As https://github.com/jsonresume/resume-schema (1.0.0) has it.
ISO_8601 = r"([1-2]\d{3}-[0-1]\d-[0-3]\d|[1-2]\d{3}-[0-1]\d|[1-2]\d{3})"


@pytest.mark.parametrize("style", ALL_STYLES)
def test_html_and_text_have_the_citations_of_the_site(style: str) -> None:
    made = document(style=style)
    html = BeautifulSoup(written(made, "html"), "html.parser")
    assert {tag.name for tag in html.select("li *")} <= {"i", "b", "a", "sub", "sup", "span"}
    assert html.select_one("span.small-caps")
    numbered = [f"{number}. {text}" for number, text in enumerate(texts(made), 1)]
    assert [line for line in written(made, "txt").splitlines()[3:] if line] == numbered
    for record, text in zip(NASTY, texts(made), strict=True):
        cited = cite(record, style).text
        visible = re.sub("[\x00-\x1f\x7f-\x9f\ufffe]", "", cited)
        assert text == visible


def test_html_is_numbered_and_has_a_language() -> None:
    works = (work("a"), work("b", type="book"))
    made = document(works, grouping="type", numbering="down", language="el", note="Not all.")
    html = BeautifulSoup(written(made, "html"), "html.parser")
    assert html.html
    assert html.html["lang"] == "el"
    assert [heading.text for heading in html.select("h1, h2")] == [
        "Works & <Days>", "Journal articles", "Books",
    ]  # fmt: skip
    assert [(item["start"], item.has_attr("reversed")) for item in html.select("ol")] == [
        ("2", True), ("1", True),
    ]  # fmt: skip
    assert html.select("p")[-1].text == "Not all."


def publications(**fields: Any) -> dict[str, Any]:
    resume = json.loads(
        written(document((work("On <i>x</i> & $n^2$", 1, **fields),)), "jsonresume")
    )
    (publication,) = resume["publications"]
    assert set(publication) <= {"name", "publisher", "releaseDate", "url", "summary"}
    return dict(publication)


def test_json_resume_has_the_fields_of_its_schema() -> None:
    assert publications(container="Journal") == {
        "name": "On x & n²",
        "publisher": "Journal",
        "releaseDate": "2020",
        "url": "https://doi.org/10.1000/a_b%3Cc%3E%26d;2-%23",
        "summary": "Charles Babbage, Ada King Lovelace",
    }
    resume = json.loads(written(document(), "jsonresume"))
    assert set(resume) == {"$schema", "basics", "publications"}
    assert resume["basics"] == {"name": "Ada Lovelace"}
    assert len(resume["publications"]) == len(TITLES)


@pytest.mark.parametrize(
    ("date", "year", "expected"),
    [
        ("2024-05-17", 2024, "2024-05-17"), ("2024-05", 2024, "2024-05"), ("forthcoming", None, ""),
        ("2024-13", 2024, "2024"), ("0044", 44, ""), ("-0043", -43, ""), ("199X", 1990, "1990"),
    ],
)  # fmt: skip
def test_a_date_is_one_of_iso_8601_or_left_out(date: str, year: int | None, expected: str) -> None:
    written_date = publications(date=date, year=year).get("releaseDate", "")
    assert written_date == expected
    assert not written_date or re.fullmatch(ISO_8601, written_date)


def test_rendercv_has_a_section_for_each_type() -> None:
    works = (
        work("Title *x* [y]_z", 1, date="2024-05"),
        work("b", type="book", authors=(ADA, OTHERS), links=(Link("pdf", "a.pdf"),), container=""),
        work("c", date="forthcoming", year=None),
        work("d", authors=(), editors=()),
    )
    cv = yaml.safe_load(written(document(works, grouping="type,year"), "rendercv"))["cv"]
    assert cv["name"] == "Ada Lovelace"
    assert list(cv["sections"]) == ["Journal articles", "Books"]
    forthcoming, first, other = cv["sections"]["Journal articles"]
    assert first == {
        "title": r"Title \*x\* \[y\]\_z",
        "authors": ["Charles Babbage", "***Ada King Lovelace***"],
        "doi": "10.1000/a_b<c>&d;2-#",
        "journal": r"Journal & Title \*x\* \[y\]\_z",
        "date": "2024-05",
    }
    assert forthcoming["date"] == "forthcoming"
    assert forthcoming["url"] == "https://example.org/~a_b/?q=%C3%A9&x=1#y"
    assert other["authors"] == []
    (book,) = cv["sections"]["Books"]
    assert book == {"title": "b", "authors": ["***Ada King Lovelace***", "et al."], "date": "2020"}


def test_rendercv_of_a_document_without_types_has_one_section() -> None:
    cv = yaml.safe_load(written(document(author="", grouping="none"), "rendercv"))["cv"]
    assert list(cv) == ["sections"]
    assert [len(entries) for entries in cv["sections"].values()] == [len(TITLES)]


def test_long_bylines_are_cut_in_files_for_cvs() -> None:
    people = tuple(Person(family=f"P{number}") for number in range(60))
    assert publications(authors=people)["summary"].endswith("P49, et al.")
