"""Kinds of entries that files in other formats than BibTeX have, read, cited and exported."""

import json
from collections.abc import Callable
from typing import Final

import pytest

from tests.entries import ARTICLE, cited, record_of
from webapp.formats import registry
from webapp.formats.bibliography import bibliography


def test_a_report_of_crossref() -> None:
    work = {
        "type": "report", "title": ["T"], "institution": [{"name": "Inst"}],
        "report-number": "TR-1", "event": {"name": "The Event", "location": "Rome"},
    }  # fmt: skip
    (record,) = registry.read(json.dumps([work]).encode()).records
    expected = {"institution": "Inst", "number": "TR-1", "eventtitle": "The Event", "venue": "Rome"}
    assert record.fields == expected


def test_a_number_beside_pages_is_no_article_number_in_cff() -> None:
    cff = (
        "cff-version: 1.2.0\nauthors: []\ntitle: T\npreferred-citation:\n  type: article\n"
        "  title: T\n  authors: []\n  issue: 138\n  number: 3\n  start: 1\n  end: 7\n"
    )
    (record,) = registry.read(cff.encode()).records
    assert (record.fields["number"], record.fields.get("eid")) == ("138", None)


def test_a_work_of_crossref() -> None:
    work = {
        "type": "journal-article",
        "DOI": "10.5555/x",
        "title": ["On Tests"],
        "subtitle": ["A Start"],
        "container-title": ["J. Tests", "Journal of Tests"],
        "short-container-title": ["J. Tests"],
        "author": [{"given": "Ada", "family": "King"}, {"name": "The Group"}],
        "issued": {"date-parts": [[None]]},
        "published-online": {"date-parts": [["2010", "5"]]},
        "abstract": "<jats:p>We show <jats:italic>p</jats:italic> &lt; 0.05.</jats:p>",
    }
    for file in ([work], {"message": work}, {"message": {"items": [work]}}):
        (record,) = registry.read(json.dumps(file).encode()).records
        assert (record.type, record.title) == ("article", "On Tests: A Start")
        assert record.date == "2010-05"
        assert (record.container, record.venue) == ("Journal of Tests", "J. Tests")
        assert [author.name for author in record.authors] == ["Ada King", "The Group"]
        assert record.abstract == "We show <i>p</i> < 0.05."


def test_the_conference_of_a_citation_file_is_the_container() -> None:
    software = "cff-version: 1.2.0\ntitle: T\nauthors: []\npreferred-citation:\n"
    paper = "  type: conference-paper\n  title: P\n  conference:\n    name: Supertesting 2015\n"
    assert registry.read((software + paper).encode()).records[-1].container == "Supertesting 2015"


@pytest.mark.parametrize(
    ("ris", "date", "year", "month"),
    [
        ("Y1  - 2016/10/19", "2016-10-19", "2016", "oct"),
        ("PY  - 2016", "2016", "2016", None),
        ("DA  - 2016/10/19/Printed", "2016-10-19", "2016", "oct"),
        ("DA  - 2019 Jan-Feb", None, "2019", "Jan-Feb"),
        ("DA  - 2018 Winter", None, "2018", "Winter"),
        ("PY  - in press", None, "in press", None),
    ],
)
def test_bibtex_of_other_formats_has_the_year(
    ris: str, date: str | None, year: str, month: str | None
) -> None:
    source = registry.read(f"TY  - JOUR\nTI  - T\n{ris}\nER  - \n".encode()).records[0].source
    assert (source.get("date"), source.get("year"), source.get("month")) == (date, year, month)


def test_exported_bibtex_has_the_year_of_biblatex_s_date() -> None:
    exported = bibliography(record_of("title = {T}, date = {2024-05/2024-06}")).source
    assert exported == {"title": "T", "date": "2024-05/2024-06", "year": "2024", "month": "may"}


ARTICLE_NUMBERS: Final = (
    *("articleno = {Paper 640}", "eid = 640", "pages = {Article 640}"),
    *("Article-Number = {Art. No. 640}", "articleno = {640}, pages = {1--9}"),
)


@pytest.mark.parametrize("fields", ARTICLE_NUMBERS)
@pytest.mark.parametrize("name", ["ris", "zotero", "endnote", "pubmed", "cff", "csl-json"])
@pytest.mark.parametrize("kind", ["article", "inproceedings"])
def test_other_formats_carry_the_article_number(fields: str, name: str, kind: str) -> None:
    record = record_of(f"author = {{Roe, Jan}}, {ARTICLE}, year = 2018, {fields}", kind)
    back = registry.READERS[name]("".join(registry.write([record], name)), None).records[-1]
    assert back.fields["eid"] == record.fields["eid"] == "640"
    assert back.fields.get("pages") == record.fields.get("pages")


@pytest.mark.parametrize(
    "file",
    [
        "TY  - JOUR\nTI  - T\nIS  - 3\nC7  - Article 109\nER  - \n",
        "%0 Journal Article\n%T T\n%N 3\n%] 109\n",
        "PMID- 1\nTI  - T\nIP  - 3\nLID - 109 [pii]\nLID - 10.5555/x [doi]\n\n",
        "PMID- 1\nTI  - T\nIP  - 3\nPG  - 109\nLID - 109 [pii]\n\n",
        '[{"type": "article-journal", "title": "T", "issue": "3", "number": "109"}]',
        '[{"type": "journal-article", "title": ["T"], "issue": "3", "article-number": "109"}]',
        '[{"itemType": "report", "title": "T", "issue": "3", "extra": "Article Number: 109"}]',
        "PT J\nTI T\nSO J\nIS 3\nAR 109\nER\n",
    ],
)
def test_article_numbers_of_other_programs(file: str) -> None:
    fields = registry.read(file.encode()).records[0].fields
    assert (fields["eid"], fields["number"], fields.get("pages")) == ("109", "3", None)


@pytest.mark.parametrize(
    ("custom", "number"), [("640", "640"), ("Article e12-3", "e12-3"), ("to be checked", None)]
)
def test_a_private_note_in_ris_is_no_article_number(custom: str, number: str | None) -> None:
    file = f"TY  - JOUR\nTI  - T\nPY  - 2020\nC7  - {custom}\nER  - \n"
    (record,) = registry.read(file.encode()).records
    assert record.fields.get("eid") == number


def test_a_short_container_is_no_publisher() -> None:
    for kind, fields in (("book", "publisher = {ACM}"), ("phdthesis", "school = {Univ. X}"),
                         ("misc", "eprint = {2101.00001}, eprinttype = {arXiv}")):  # fmt: skip
        record = record_of(f"title = {{T}}, year = 2001, {fields}", kind)
        assert "J2  - " not in "".join(registry.write([record], "ris"))
        assert "%O " not in "".join(registry.write([record], "endnote"))
        assert "journalAbbreviation" not in "".join(registry.write([record], "zotero"))
    ris = "TY  - JOUR\nTI  - T\nJF  - J. of Tests\nJ2  - Wiley\nPB  - Wiley\nER  - \n"
    assert registry.read(ris.encode()).records[0].venue == "J. of Tests"


@pytest.mark.parametrize(
    ("tags", "title", "container"),
    [
        ("T1  - Ruts.\nT2  - A show\nJF  - Weekly\nJO  - Weekly", "Ruts. A show", "Weekly"),
        ("T1  - Ruts\nT2  - A show\nJF  - Weekly", "Ruts: A show", "Weekly"),
        ("TI  - Ruts\nT2  - Nature Tests\nJA  - Nat. Tests", "Ruts", "Nature Tests"),
        ("TI  - Ruts\nT2  - The Lancet\nJF  - Lancet (London)", "Ruts", "Lancet (London)"),
        ("TI  - Ruts\nT2  - Weekly", "Ruts", "Weekly"),
    ],
)
def test_the_second_title_of_ebsco(tags: str, title: str, container: str) -> None:
    (record,) = registry.read(f"TY  - JOUR\n{tags}\nER  - \n".encode()).records
    assert (record.title, record.container) == (title, container)


EXTRA: Final = """event-title: Big Conf
Original Date: 1886
event-place: Bonn
container-title: The Journal
PMID: 12345
PMCID: PMC77
Status: in press
genre: Letter
Number: 640
Translator: Doe || Jane
Translator: Roe || Jan
Type: of paper
a note: for me"""


@pytest.mark.parametrize("label", [str.upper, str.lower, str.title])
@pytest.mark.parametrize("in_csl", [True, False])
def test_variables_of_csl_in_extra(label: Callable[[str], str], in_csl: bool) -> None:
    lines = (line.partition(":") for line in EXTRA.split("\n"))
    extra = "\n".join(f"{label(name)}: {value}" for name, _, value in lines)
    csl = {"type": "article-journal", "title": "T", "note": extra, "issued": {"raw": "2001"}}
    zotero = {"itemType": "journalArticle", "title": "T", "extra": extra, "date": "2001"}
    (record,) = registry.read(json.dumps([csl if in_csl else zotero]).encode()).records
    assert record.container == "The Journal"
    assert record.fields == {
        "eventtitle": "Big Conf",
        "origdate": "1886",
        "venue": "Bonn",
        "pmid": "12345",
        "pmcid": "PMC77",
        "pubstate": "in press",
        "type": "Letter",
        "eid": "640",
        "translator": "Doe, Jane and Roe, Jan",
    }
    assert record.source["annote"].lower() == "type: of paper a note: for me"


@pytest.mark.parametrize(("written", "kind"), [("dataset", "dataset"), ("paper-conference",
                         "inproceedings"), ("Report", "techreport")])  # fmt: skip
def test_the_type_of_csl_in_extra(written: str, kind: str) -> None:
    item = {"itemType": "document", "title": "T", "extra": f"Type: {written}"}
    assert registry.read(json.dumps([item]).encode()).records[0].type == kind


@pytest.mark.parametrize(
    ("author", "collaboration", "names"),
    [
        ("Aad, Georges and others", "ATLAX", ["Georges Aad", "ATLAX Collaboration", "et al."]),
        ("Roe, Jan", "{The Muon Team}", ["Jan Roe", "The Muon Team"]),
        ("Roe, Jan", "CMX, LHCX", ["Jan Roe", "CMX Collaboration", "LHCX Collaboration"]),
        ("Roe, Jan and {CMX Collaboration}", "CMX", ["Jan Roe", "CMX Collaboration"]),
        ("", "Dark Energy Test", ["Dark Energy Test Collaboration"]),
    ],
)
def test_a_collaboration_is_after_the_authors(
    author: str, collaboration: str, names: list[str]
) -> None:
    fields = f"author = {{{author}}}, collaboration = {{{collaboration}}}, year = 2012, {ARTICLE}"
    record = record_of(fields)
    assert [person.name for person in record.authors] == names
    assert names[-1].removesuffix("et al.") in cited(fields, "apa")
    ris = "".join(registry.write([record], "ris"))
    assert registry.read(ris.encode()).records[0].authors == record.authors
    assert bibliography(record).source["collaboration"] == f"{collaboration}"


@pytest.mark.parametrize("style", ["apa", "ieee", "acm", "chicago", "mla", "nlm"])
@pytest.mark.parametrize("kind", ["article", "inproceedings"])
@pytest.mark.parametrize("fields", ["articleno = {Paper 640}", "eid = 640, pages = 640"])
def test_every_style_has_the_article_number_once(style: str, kind: str, fields: str) -> None:
    source = f"author = {{Roe, Jan}}, {ARTICLE}, booktitle = {{B}}, year = 2018, {fields}"
    assert cited(source, style, kind).count("640") == 1
    assert "Paper" not in cited(source, style, kind)
