"""Kinds of entries that files of other programs have, after public reports about other tools."""

import json
from typing import Final

import pytest

from tests.entries import ARTICLE, cited, record_of
from webapp.formats import registry
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
        ("note = {In press.}, year = 2025", "in press", "(2025). On Tests. J. Tests. In press."),
        ("note = {{Under Review}}", None, "(under review). On Tests. J. Tests."),
        ("note = {to appear}, year = {in press}", "to appear", "(in press). On Tests. J. Tests."),
        ("note = {In press at Brume}, year = 2025", None, "(2025). On Tests. J. Tests."),
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
