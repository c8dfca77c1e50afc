"""Files made to stop an import: each is read or refused, in time, and costs no other entry."""

import pytest

from webapp.formats import dates, registry
from webapp.formats.citations import LABELS, cite
from webapp.search import identifiers, query


@pytest.mark.parametrize("year", ["²", "½", "Ⅻ", "①", "", "9" * 5_000, "²⁰²⁰", "-", "١" * 5_000])
@pytest.mark.parametrize("month", ["", "²", "9" * 5_000, "Ⅲ"])
def test_what_only_looks_like_a_number_is_no_year(year: str, month: str) -> None:
    text = f"@misc{{k, title={{T}}, year={{{year}}}, month={{{month}}}, day={{{month}}}}}"
    (record,) = registry.read(text.encode()).records
    assert record.year is None
    assert record.source["title"] == "T"


@pytest.mark.parametrize("year", ["2020", "２０２０", "٢٠٢٠", "२०२०"])
def test_a_year_in_the_digits_of_any_script_is_a_year(year: str) -> None:
    assert dates.from_parts(year, "", "") == dates.Date("2020", 2020)
    assert dates.from_date(f"{year}-03") == dates.Date("2020-03", 2020)


@pytest.mark.parametrize("style", LABELS)
def test_a_citation_takes_any_number(style: str) -> None:
    numbers = ("9" * 5_000, "²", "9" * 5_000 + "-" + "8" * 5_000, "Ⅻ-²")
    for number in numbers:
        names = ("volume", "number", "pages", "edition", "chapter", "pagetotal", "series")
        fields = "".join(f"{name}={{{number}}}," for name in names)
        text = f"@inbook{{k, title={{T}}, booktitle={{B}}, year=2020, {fields}}}"
        (record,) = registry.read(text.encode()).records
        assert "T" in cite(record, style).text


def test_what_stands_around_an_identifier_is_not_searched_for() -> None:
    text = "see https://doi.org/10.1145/3575693.3576933, also arXiv:2207.04296 tensors"
    found, rest = identifiers.pasted(text)
    assert found == ("10.1145/3575693.3576933", "2207.04296")
    assert rest.split() == ["see", "also", "tensors"]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("@misc{k, title = {A {B} c}, year=2020}", "A B c"),
        ('title = "Words"', "Words"),
        ("title = {Words}\n", "Words"),
    ],
)
def test_the_title_of_pasted_bibtex_is_searched_for(typed: str, title: str) -> None:
    assert query.parse(typed).text == query.parse(title).text
