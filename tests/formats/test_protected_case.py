"""Parts of titles whose case braces protect, in styles with title case and in exports."""

import json

import pytest

from tests.entries import record_of
from webapp.formats import registry
from webapp.formats.csl.citations import cite
from webapp.formats.titles import with_protected_case
from webapp.records import Record


@pytest.mark.parametrize(
    ("written", "title_case"),
    [
        ("a guide to {scikit-learn}", "A Guide to scikit-learn"),
        ("on {k}-means clustering", "On k-means Clustering"),
        ("growth {in vitro} again", "Growth in vitro Again"),
        ("all about {iPhone} apps", "All about iPhone Apps"),
        ("micro{RNA}s in mice", "microRNAs in Mice"),
        ("a {UK}-based study", "A UK-Based Study"),
        ("on {{{npm}}} and {a {b} c}", "On npm and a b c"),
        (r"life of {\textit{in situ}} cells", "Life of in situ Cells"),
        (r"life of \textit{{in situ}} cells", "Life of in situ Cells"),
        (r"{\"u}ber {\em alle} {\'E}coles", "Über Alle Écoles"),
        ("the {$k$}-set of {$p$} values", "The k-set of p Values"),
        ("{a title in braces}", "A Title in Braces"),
        ("{{a title in {npm} braces}}", "A Title in npm Braces"),
        ("{npm} first, and last {npm}", "npm First, and Last npm"),
        ('on <span class="nocase">npm</span> packages', "On npm Packages"),
        ("about {} and {--} and {}", "About and – And"),
    ],
)
@pytest.mark.parametrize("style", ["mla", "chicago"])
def test_title_case_leaves_protected_parts(written: str, title_case: str, style: str) -> None:
    record = record_of(
        f"title = {{{written}}}, author = {{Roe, Jan}}, year = 2001, journal = {{J}}"
    )
    assert "<nc>" not in record.title
    assert title_case in cite(record, style).text


@pytest.mark.parametrize("style", ["apa", "nlm", "acm", "ieee"])
def test_styles_without_title_case_cite_titles_as_written(style: str) -> None:
    record = record_of("title = {On {k}-means {DNA}}, author = {Roe, Jan}, year = 2001")
    assert "On k-means DNA" in cite(record, style).text


def test_containers_and_subtitles_are_protected_too() -> None:
    record = record_of(
        "title = {the one}, subtitle = {a {npm} story}, author = {Roe, Jan}, year = 2001,"
        "booktitle = {proceedings of {scikit-learn} days}",
        "inproceedings",
    )
    text = cite(record, "mla").text
    assert "The One: A npm Story" in text
    assert "Proceedings of scikit-learn Days" in text


@pytest.mark.parametrize("format_", ["csl-json", "zotero"])
def test_json_exports_carry_the_protection(format_: str) -> None:
    record = record_of("title = {On {k}-means & <i>{in vitro}</i>}, author = {Roe, Jan}")
    text = "".join(registry.write([record], format_))
    items = json.loads(text)
    item = items[0] if isinstance(items, list) else items["items"][0]
    nocase = '<span class="nocase">'
    assert item["title"] == f"On {nocase}k-means</span> & <i>{nocase}in vitro</span></i>"
    (again,) = registry.read(text.encode()).records
    assert again.title == record.title
    assert again.source["title"] == r"On {k-means} \& \emph{{in vitro}}"
    assert with_protected_case(again) == with_protected_case(record)


@pytest.mark.parametrize(
    ("title", "source"),
    [
        ('A <span class="nocase">k</span>-x', "A {k}-x"),
        ("A <span class='nocase'><i>Homo</i></span> x", r"A {{}\emph{Homo}} x"),
        ('A <SPAN class="nocase">R&amp;D</SPAN> x', r"A {R\&D} x"),
    ],
)
def test_protection_of_other_formats_becomes_braces(title: str, source: str) -> None:
    file = json.dumps([{"type": "book", "title": title, "issued": {"date-parts": [[2001]]}}])
    (record,) = registry.read(file.encode()).records
    assert record.source["title"] == source
    assert "<nc>" in with_protected_case(record).title


def test_a_title_that_the_source_does_not_have_stays() -> None:
    record = Record("k", "book", title="Other", source={"title": "{One} two"})
    assert with_protected_case(record).title == "Other"


@pytest.mark.parametrize("part", ["{a", "a}", "{a} ", "{{a}-", "{-}", r"\em{", "{$x$}"])
def test_hostile_titles_take_linear_time(part: str) -> None:
    """Quadratic time would be minutes here."""
    braces = part * 20_000
    record = Record("k", "book", title="T", source={"title": braces})
    assert with_protected_case(record).title == "T"


@pytest.mark.parametrize(
    ("written", "title_case"),
    [
        ("Proc. of the tests", "Proc. of the Tests"),
        ("State v. church vs. the people", "State v. Church vs. the People"),
        ("α-synuclein at 5 µm and 3 μm", "α-Synuclein at 5 µm and 3 μm"),
    ],
)
def test_title_case_of_abbreviations_and_symbols(written: str, title_case: str) -> None:
    record = Record("k", "book", title=written, year=2001, date="2001")
    assert title_case in cite(record, "mla").text


def test_a_date_without_a_year_beside_a_year() -> None:
    (record,) = registry.read(b"%0 Conference Paper\n%T T\n%D 2011\n%8 June 5-7\n").records
    assert record.date == "2011-06-05"
