"""A DOCX file has the parts that Word needs, and LibreOffice reads the citations back."""

import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from lxml import etree

from tests.conftest import require_program
from webapp.formats.documents.document import Document
from webapp.formats.documents.registry import write

from .works import ADA, ALL_STYLES, TITLES, document, work

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
PARTS = {
    *("[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/styles.xml"),
    *("word/numbering.xml", "word/document.xml", "word/_rels/document.xml.rels"),
}


def parts(made: Document) -> dict[str, etree._Element]:
    with ZipFile(BytesIO(b"".join(write(made, "docx")))) as archive:
        assert archive.testzip() is None
        return {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}


def citations(made: Document) -> Iterator[etree._Element]:
    for paragraph in parts(made)["word/document.xml"].iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if style is not None and style.get(f"{W}val") == "Citation":
            yield paragraph


def text(paragraph: etree._Element) -> str:
    return "".join(element.text or "" for element in paragraph.iter(f"{W}t"))


def in_style(paragraph: etree._Element, name: str) -> str:
    runs = (run for run in paragraph.iter(f"{W}r") if run.find(f"{W}rPr/{W}{name}") is not None)
    return "".join(run.findtext(f"{W}t", "") for run in runs)


def test_all_parts_are_xml() -> None:
    made = parts(document())
    assert set(made) == PARTS
    types = made["[Content_Types].xml"]
    named = {element.get("PartName", "").lstrip("/") for element in types}
    assert named - {""} == {name for name in PARTS if not name.endswith(("rels", "Types].xml"))}


@pytest.mark.parametrize("style", ALL_STYLES)
def test_paragraphs_are_the_citations(style: str) -> None:
    made = document(style=style)
    (section,) = made.sections
    expected = ["".join(run.text for run in entry.runs) for entry in made.entries(section)]
    assert [text(paragraph) for paragraph in citations(made)] == expected


def test_typography_and_links_are_kept() -> None:
    title = "On <i>E. coli</i>, <sc>mos</sc> and H<sub>2</sub>O"
    (paragraph,) = citations(document((work(title, 1),)))
    assert in_style(paragraph, "b") == "Lovelace, A. K."
    assert in_style(paragraph, "i").startswith("E. coli")
    assert in_style(paragraph, "vertAlign") == "2"
    assert in_style(paragraph, "smallCaps") == "mos"
    assert in_style(paragraph, "rStyle") == "https://doi.org/10.1000/a_b<c>&d;2-#"


def test_links_lead_to_the_works() -> None:
    made = parts(document((work("a", 1), work("b", 0), work("c", 1))))
    targets = {
        element.get("Id"): element.get("Target")
        for element in made["word/_rels/document.xml.rels"].iter(RELATIONSHIP)
    }
    links = [link.get(f"{R}id") for link in made["word/document.xml"].iter(f"{W}hyperlink")]
    doi = "https://doi.org/10.1000/a_b%3Cc%3E%26d;2-%23"
    assert [targets[link] for link in links] == [
        doi, "https://example.org/~a_b/?q=%C3%A9&x=1#y", doi,
    ]  # fmt: skip


def test_word_counts_upwards_and_other_numbers_are_text() -> None:
    works = (work("a"), work("b"))
    up, down, none = [
        next(citations(document(works, numbering=way))) for way in ("up", "down", "none")
    ]
    assert up.find(f"{W}pPr/{W}numPr/{W}numId") is not None
    assert text(down).startswith("2.")
    assert down.find(f".//{W}tab") is not None
    assert text(none).startswith("Babbage")
    assert none.find(f"{W}pPr/{W}numPr") is None


def test_right_to_left_paragraphs_and_runs_are_marked() -> None:
    (paragraph,) = citations(document((work("שלום", authors=()),), style="mla"))
    assert paragraph.find(f"{W}pPr/{W}bidi") is not None
    (latin,) = citations(document((work("Title", authors=(ADA,)),)))
    assert latin.find(f"{W}pPr/{W}bidi") is None


def test_the_language_and_the_properties_are_set() -> None:
    made = parts(document((), language="pt-BR"))
    language = made["word/styles.xml"].find(f".//{W}rPrDefault//{W}lang")
    assert language is not None
    assert language.get(f"{W}val") == "pt-BR"
    properties = {element.tag.split("}")[1]: element.text for element in made["docProps/core.xml"]}
    assert properties == {
        "title": "Works & <Days>", "creator": "Ada Lovelace", "language": "pt-BR",
    }  # fmt: skip


def test_equal_documents_are_equal_files() -> None:
    assert list(write(document(), "docx")) == list(write(document(), "docx"))


def test_libreoffice_reads_it_back(tmp_path: Path) -> None:
    office = require_program("soffice", "libreoffice", package="libreoffice-writer-nogui")
    made = document(numbering="down")
    (tmp_path / "works.docx").write_bytes(b"".join(write(made, "docx")))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "html:HTML", "works.docx"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    html = BeautifulSoup((tmp_path / "works.html").read_bytes(), "html.parser")
    read = [" ".join(paragraph.text.split()) for paragraph in html.select("body p")]
    assert sum(line.endswith("2.") or "Journal" in line for line in read) >= len(TITLES)
    assert "E. coli" in [" ".join(italic.text.split()) for italic in html.select("i")]
    assert {bold.text.strip() for bold in html.select("b")} >= {"Lovelace, A. K."}
    assert any("doi.org/10.1000/a_b%3Cc%3E" in str(link["href"]) for link in html.select("a[href]"))
    assert read[1].startswith(f"{len(TITLES)}. ")
