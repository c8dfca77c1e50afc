"""Markdown is read back by a parser of CommonMark as the text that was written."""

import re

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from webapp.formats.csl.styling.runs import Run
from webapp.formats.documents.markdown import _line

from .works import ALL_STYLES, document, texts, work, written

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def rendered(source: str) -> BeautifulSoup:
    return BeautifulSoup(MARKDOWN.render(source), "html.parser")


def paragraphs(source: str) -> list[str]:
    html = rendered(source)
    for element in html.select("sub, sup"):
        element.unwrap()
    return [" ".join(paragraph.text.split()) for paragraph in html.select("p")]


@pytest.mark.parametrize("style", ALL_STYLES)
@pytest.mark.parametrize("numbering", ["up", "none"])
def test_a_reader_gets_the_citations(style: str, numbering: str) -> None:
    made = document(style=style, numbering=numbering)
    expected = [" ".join(text.split()) for text in texts(made)]
    if numbering == "up":
        expected = [f"{number}. {text}" for number, text in enumerate(expected, 1)]
    source = written(made, "md")
    assert paragraphs(source) == expected
    html = rendered(source)
    assert {tag.name for tag in html.find_all()} <= {"h1", "p", "em", "strong", "a", "sub", "sup"}


def test_the_own_name_is_bold_and_the_doi_is_a_link() -> None:
    html = rendered(written(document((work("Title", 1),)), "md"))
    assert [strong.text for strong in html.select("strong")] == ["Lovelace, A. K."]
    assert [link["href"] for link in html.select("a")] == [
        "https://doi.org/10.1000/a_b%3Cc%3E%26d;2-%23"
    ]


@pytest.mark.parametrize(
    "runs",
    [
        (Run("J.", italic=True), Run("x")),
        (Run("x"), Run("(a)", italic=True)),
        (Run("中文。", italic=True), Run("中")),
        (Run("a", italic=True), Run("b", bold=True), Run("c", italic=True, bold=True)),
        (Run("a "), Run(" b ", italic=True), Run(" c")),
        (Run("a", italic=True), Run("b", italic=True, url="https://example.org/(x)")),
    ],
)
def test_emphasis_holds_anywhere(runs: tuple[Run, ...]) -> None:
    html = rendered(_line(runs))
    assert re.sub(r"\s+", "", html.text) == re.sub(r"\s+", "", "".join(run.text for run in runs))
    italic = "".join(run.text for run in runs if run.italic)
    assert "".join(em.text for em in html.select("em")).strip() == italic.strip()
    bold = "".join(run.text for run in runs if run.bold)
    assert "".join(strong.text for strong in html.select("strong")) == bold
