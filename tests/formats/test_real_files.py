"""Kinds of entries that files of other programs have, after public reports about other tools."""

import json
from collections.abc import Callable
from typing import Final

import pytest

from tests.entries import ARTICLE, cited, record_of
from webapp.formats import registry
from webapp.formats.bibliography import bibliography
from webapp.formats.bibtex import bibtex
from webapp.formats.csl.citations import cite
from webapp.formats.csl.items import item


@pytest.mark.parametrize(
    "fields",
    [
        "journal = {CoRR}, volume = {abs/1706.03762}",
        "journal = {CoRR}, volume = {abs/1706.03762}, eprint = {1706.03762}, eprinttype = {arXiv}",
        "journal = {arXiv e-prints}, pages = {arXiv:1706.03762}, eprint = {1706.03762}",
        "journal = {arXiv preprint arXiv:1706.03762}",
        "journal = {arXiv e-prints}, eid = {arXiv:1706.03762}, pages = {arXiv:1706.03762}",
        "journal = {ArXiv}, volume = {1706.03762}",
        "journal = {CoRR}, volume = {arXiv:1706.03762}",
    ],
)
@pytest.mark.parametrize("style", ["apa", "nlm", "acm", "chicago"])
def test_a_preprint_has_neither_volume_nor_pages(fields: str, style: str) -> None:
    record = record_of(f"title = {{On Tests}}, author = {{Roe, Jan}}, year = 2017, {fields}")
    assert record.arxiv == "1706.03762"
    assert not {"volume", "pages", "eid"} & record.fields.keys()
    text = cite(record, style).text.replace("arxiv.org/abs/", "").lower()
    assert not {"abs/1706.03762", "article arxiv", "p. arxiv"} & {
        text[i : i + n] for n in (8, 13, 14) for i in range(len(text))
    }


@pytest.mark.parametrize("identifier", ["cs.CL/0102003", "quant-ph/0001001"])
def test_an_old_number_of_arxiv_is_no_volume(identifier: str) -> None:
    record = record_of(f"title = {{On Tests}}, journal = {{CoRR}}, volume = {{{identifier}}}")
    assert (record.arxiv, "volume" in record.fields) == (identifier, False)


def test_proceedings_are_not_in_the_book_that_their_papers_inherit() -> None:
    fields = "title = {Proc. of Tests}, booktitle = {Proceedings of the 5th Tests}, year = 2001"
    assert record_of(fields, "proceedings").container == ""


@pytest.mark.parametrize("style", ["apa", "acm", "mla"])
def test_citations_have_no_invisible_signs(style: str) -> None:
    title = r"Write \&amp; and &lt;i&gt; x &lt;/i&gt; <inf>2</inf>"
    citation = cite(record_of(f"title = {{{title}}}, year = 2001", "book"), style)
    assert "&amp;" in citation.text
    assert "<i>" in citation.text.lower()
    assert "\u2060" not in citation.text + citation.html
    assert "<sub>2</sub>" in citation.html


@pytest.mark.parametrize("kind", ["book", "collection", "proceedings", "manual"])
@pytest.mark.parametrize("booktitle", ["On Tests", "{On} {Tests}", "on tests."])
def test_a_book_is_not_in_itself(kind: str, booktitle: str) -> None:
    record = record_of(f"title = {{On Tests}}, booktitle = {{{booktitle}}}, year = 2001", kind)
    assert (record.title, record.container) == ("On Tests", "")
    assert cite(record, "mla").text.lower().count("on tests") == 1


@pytest.mark.parametrize("style", ["apa", "ieee", "acm", "chicago", "mla", "nlm"])
@pytest.mark.parametrize("title", ["On Tests", "On the full stop."])
def test_no_punctuation_is_doubled(style: str, title: str) -> None:
    source = f"title = {{{title}}}, booktitle = {{Conf}}, year = 2011"
    text = cited(source, style, "inproceedings")
    assert not {". .", ".,", "..", ".”,", ".,”"} & {
        text[i : i + n] for n in (2, 3) for i in range(99)
    }


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("297--297", "297"),
        ("pp. 12--15", "12–15"),
        ("p. 12", "12"),
        ("Pages 5-5", "5"),
        ("S. 12--15", "12–15"),
        ("12--", "12"),
        ("P12", "P12"),
        ("S12-S12", "S12"),
        ("e1001 – e1001", "e1001"),
        ("297--298", "297–298"),
        ("7,41,73--97", "7,41,73–97"),
        ("12-112", "12-112"),
    ],
)
def test_a_range_of_one_page_is_that_page(written: str, shown: str) -> None:
    assert record_of(f"title = {{T}}, pages = {{{written}}}").fields["pages"] == shown


@pytest.mark.parametrize("name", ["numpages", "pagetotal"])
def test_a_number_of_pages_is_not_0(name: str) -> None:
    assert name not in record_of(f"title = {{T}}, {name} = {{0}}").fields
    assert record_of(f"title = {{T}}, {name} = {{10}}").fields[name] == "10"


@pytest.mark.parametrize(
    "fields",
    [
        "articleno = {Paper 640}",
        "articleno = {640}",
        "eid = {Article 640}",
        "eid = {Art. 640}",
        "articleno = {No. 640}",
    ],
)
def test_an_article_number_stands_alone(fields: str) -> None:
    text = cited(f"author = {{Roe, Jan}}, year = 2018, {ARTICLE}, {fields}", "apa")
    assert text.endswith("J. Tests, Article 640.")


@pytest.mark.parametrize(
    ("fields", "state", "apa"),
    [
        ("year = 2025, pubstate = {inpress}", "in press", "(2025). On Tests. J. Tests. In press."),
        ("year = {2024, in press}", "in press", "(2024). On Tests. J. Tests. In press."),
        ("pubstate = {Forthcoming}", None, "(forthcoming). On Tests. J. Tests."),
        ("year = {inpress}", None, "(in press). On Tests. J. Tests."),
        ("volume = {in press}, year = 2025", "in press", "(2025). On Tests. J. Tests. In press."),
        ("pages = {To Appear}, year = 2025", "to appear", "(2025). On Tests. J. Tests. To appear."),
        ("year = {Forthcoming}, pubstate = {forthcoming}", "forthcoming", "(forthcoming). On"),
        ("pubstate = {inpreparation}", None, "(in preparation). On Tests. J. Tests."),
        ("year = {To Appear}", None, "(to appear). On Tests. J. Tests."),
    ],
)
def test_a_publication_state_is_cited_once(fields: str, state: str | None, apa: str) -> None:
    source = f"author = {{Roe, Jan}}, {ARTICLE}, {fields}"
    assert record_of(source).fields.get("pubstate") == state
    assert cited(source, "apa").startswith(f"Roe, J. {apa}")
    assert "inpress" not in "".join(cited(source, style) for style in ("nlm", "ieee", "chicago"))


@pytest.mark.parametrize(
    ("year", "apa"),
    [
        ("-0049", "(50 B.C.E.)"),
        ("-0299", "(300 B.C.E.)"),
        ("0079", "(79 C.E.)"),
        ("199X", "(1990s)"),
        ("1990s", "(1990s)"),
        ("199?", "(1990s)"),
        ("19XX", "(1900s)"),
        ("44 BC", "(44 B.C.E.)"),
        ("c. 380 B.C.E.", "(ca. 380 B.C.E.)"),
        ("1650~", "(ca. 1650)"),
        ("AD 79", "(79 C.E.)"),
    ],
)
def test_years_before_1_and_unknown_digits(year: str, apa: str) -> None:
    """EDTF counts astronomically: 0000 is 1 BCE, so -0049 is 50 BCE."""
    assert apa in cited(
        f"author = {{Cato}}, date = {{{year}}}, title = {{On Farming}}", "apa", "book"
    )


def test_an_uncertain_year_of_csl_json() -> None:
    written = {"date-parts": [[-380]], "circa": True}
    csl = [{"type": "book", "title": "T", "author": [{"family": "Cato"}], "issued": written}]
    (record,) = registry.read(json.dumps(csl).encode()).records
    assert item(record)["issued"] == written
    assert cite(record, "chicago").text.startswith("Cato. [380 BC?]. T.")


def test_csl_json_has_the_year_as_its_processors_count_it() -> None:
    assert item(record_of("title = {T}, date = {-0049-03}"))["issued"] == {"date-parts": [[-50, 3]]}


@pytest.mark.parametrize(
    ("journal", "short", "full"),
    [
        (r"{\apj}", "ApJ", "The Astrophysical Journal"),
        (r"\mnras", "MNRAS", "Monthly Notices of the Royal Astronomical Society"),
        (r"{{\aap}}", "A&A", "Astronomy & Astrophysics"),
        (r"{\prd{}}", "Phys. Rev. D", "Physical Review D"),
        ('"\\nat "', "Nature", "Nature"),
        (r"{\apj{} Letters}", "ApJ Letters", "ApJ Letters"),
    ],
)
def test_journal_macros_of_astronomers(journal: str, short: str, full: str) -> None:
    reading = bibtex.read(f"@article{{k, title = {{T}}, year = 2001, journal = {journal}}}")
    assert not reading.problems
    assert (reading.records[0].venue, reading.records[0].container) == (short, full)


@pytest.mark.parametrize(
    ("written", "shown", "doubted"),
    [
        (r"The \pkg{beamer} class", "The beamer class", False),
        (r"\pgm{a2ac}\emdash{}an aid", "a2ac—an aid", False),
        (r"The \house{beamer} class", "The beamer class", True),
        (r"The \house {beamer} class", "The beamer class", True),
        (r"\house{\emph{so} it is}", "<i>so</i> it is", True),
        (r"\house{}bar", r"\house{}bar", True),
        (r"\house bar", r"\house bar", True),
        (r"{\house}bar", r"\housebar", True),
    ],
)
def test_unknown_macros_show_their_argument(written: str, shown: str, doubted: bool) -> None:
    reading = bibtex.read(f"@misc{{k, year = 2001, title = {{{written}}}}}")
    assert reading.records[0].title == shown
    assert [problem.reason for problem in reading.problems] == ["undecoded-latex"] * doubted


@pytest.mark.parametrize(
    ("child", "parent", "year"),
    [
        ("year = {1989}", "date = {1988/2009}", 1989),
        ("date = {1992}", "date = {1988/2009}", 1992),
        ("date = {1992}", "year = {1988}, month = may", 1992),
        ("volume = {3}", "date = {1988/2009}", 1988),
    ],
)
def test_a_date_of_its_own_counts_more_than_that_of_the_whole(
    child: str, parent: str, year: int
) -> None:
    part = f"@inbook{{part, title = {{P}}, {child}, crossref = {{whole}}}}"
    records = bibtex.read(f"{part} @mvbook{{whole, title = {{W}}, {parent}}}").records
    assert records[0].year == year
    assert len(records[0].date) == 4


@pytest.mark.parametrize(
    ("child", "parent", "inherited"),
    [
        ("location = {Bonn}", "address = {Berlin}", "address"),
        ("address = {Bonn}", "location = {Berlin}", "location"),
        ("institution = {A}", "school = {B}", "school"),
        ("keyword = {A}", "keywords = {B}", "keywords"),
    ],
)
def test_fields_that_mean_the_same_are_inherited_once(
    child: str, parent: str, inherited: str
) -> None:
    part = f"@inbook{{part, title = {{P}}, {child}, crossref = {{whole}}}}"
    records = bibtex.read(f"{part} @mvbook{{whole, title = {{W}}, {parent}}}").records
    assert inherited not in records[0].source


SICI: Final = "10.1002/(SICI)1097-4571(199806)49:8{}693::AID-ASI4{}3.0.CO;2-O"


@pytest.mark.parametrize(
    ("written", "identifier"),
    [
        (SICI.format("%3C", "%3E"), SICI.format("<", ">")),
        (SICI.format("&lt;", "&gt;"), SICI.format("<", ">")),
        (SICI.format("$<$", "$>$"), SICI.format("<", ">")),
        (SICI.format(r"{\textless}", r"{\textgreater}"), SICI.format("<", ">")),
        (SICI.format(r"\textless{}", r"\textgreater{}"), SICI.format("<", ">")),
        (SICI.format(r"$\backslash$textless", r"$\backslash$textgreater"), SICI.format("<", ">")),
        ("https://doi.org/10.1021%2Facs.test.1c0", "10.1021/acs.test.1c0"),
        ("https://doi.org/10.1021/acs.test.1c0?via=ihub", "10.1021/acs.test.1c0"),
        ("doi:10.1021/acs.test.1c0?utm_source=x&amp;utm_medium=y", "10.1021/acs.test.1c0"),
        ("10.5555/a_b&c", "10.5555/a_b&c"),
        (SICI.format(r"\&lt;", r"\&gt;"), SICI.format("<", ">")),
        (SICI.format(r"$\less$", r"$\greater$"), SICI.format("<", ">")),
        (SICI.format("%253C", "%253E"), SICI.format("<", ">")),
        ("10.5555/50%", "10.5555/50%"),
    ],
)
def test_dois_in_disguise(written: str, identifier: str) -> None:
    for field in ("doi", "url"):
        if field == "doi" or written.startswith("https:"):
            record = record_of(f"title = {{T}}, {field} = {{{written}}}")
            assert record.doi == identifier
            assert [link.kind for link in record.links] == ["doi"]
            assert "%25" not in record.links[0].url.replace("50%25", "")


@pytest.mark.parametrize(
    "written",
    [
        "https://onlinelibrary.wiley.com/doi/full/10.1021/acs.test.1c0",
        "https://doi-org.library.example.edu/10.1021/acs.test.1c0#page=3",
        "https://www.example.org/articles/10.1021/acs.test.1c0/full",
    ],
)
def test_a_doi_in_the_address_of_a_publisher(written: str) -> None:
    assert record_of(f"title = {{T}}, doi = {{{written}}}").doi == "10.1021/acs.test.1c0"


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
