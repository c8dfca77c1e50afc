"""Formulas become MathML, highlighted as a whole and harmless."""

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st

from tests.reading import one
from webapp.formats.latex.mathematics import MATH, MAX_SIGNS
from webapp.records import Record
from webapp.views.results.highlighting import around_formulas, highlight
from webapp.views.results.links import version_links
from webapp.views.results.mathml import (
    ATTRIBUTES,
    MAX_LENGTH,
    TAGS,
    mathml,
)
from webapp.views.urls import Urls

TEXT = r"Sorting in $O(n \log n)$ and $\varepsilon > 0$"


def html(text: str, *spans: tuple[int, int]) -> Tag:
    return BeautifulSoup(highlight(text, spans), "html.parser")


def test_tex_between_dollars_becomes_mathml() -> None:
    shown = html(TEXT)
    assert [math.text for math in shown.select("math")] == ["O(nlogn)", "ε>0"]
    assert shown.text == "Sorting in O(nlogn) and ε>0"


@pytest.mark.parametrize("text", ["It costs $5 and $6", "$ x $", "US$", "$x"])
def test_other_dollars_are_text(text: str) -> None:
    assert html(text).select("math") == []
    assert html(text).text == text


@pytest.mark.parametrize("tex", [r"\undefined{x}", r"x^2^3", r"\frac", "x" * (MAX_LENGTH + 1)])
def test_unsupported_tex_is_shown_as_written(tex: str) -> None:
    assert mathml(tex) is None
    assert html(f"a ${tex}$ b").text == f"a ${tex}$ b"


@pytest.mark.parametrize(
    "tex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\style{color:red}{x}",
        r"\class{y}{x}",
        r"\color{red} x",
        r"\text{<script>alert(1)</script>}",
        r"\text{&lt;script&gt;}",
    ],
)
def test_mathml_has_no_scripts_and_no_styles(tex: str) -> None:
    for tag in html(f"${tex}$").find_all():
        assert tag.name in TAGS
        assert set(tag.attrs) <= ATTRIBUTES


def test_highlights_are_within_words_and_around_formulas() -> None:
    formula = MATH.search(TEXT)
    assert formula
    inside = formula.start() + 3
    shown = html(TEXT, (0, 7), (inside, inside + 2), (25, 28))

    assert [mark.text for mark in shown.select("mark")] == ["Sorting", "O(nlogn)", "and"]
    assert one(shown, "mark > math").text == "O(nlogn)"
    assert shown.select("math mark") == []
    assert shown.text == html(TEXT).text


@given(st.text("ab$\\{}^_ \u2060", max_size=40), st.data())
def test_highlights_never_change_the_text(text: str, data: st.DataObject) -> None:
    bounds = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    spans = list(zip(bounds[::2], bounds[1::2], strict=False))
    shown, plain = html(text, *spans).text, html(text).text
    assert "".join(shown.split()) == "".join(plain.split())  # the parser drops some blanks


@given(st.text(max_size=60))
def test_any_tex_is_mathml_or_text(tex: str) -> None:
    formula = mathml(tex)
    for tag in BeautifulSoup(formula or "", "html.parser").find_all():
        assert tag.name in TAGS
        assert set(tag.attrs) <= ATTRIBUTES


def test_a_snippet_cuts_no_formula() -> None:
    start = TEXT.index("$")
    assert around_formulas(TEXT, (start + 2, start + 4)) == (start, TEXT.index(" and"))
    assert around_formulas(TEXT, (0, 3)) == (0, 3)


def test_a_text_full_of_formulas_renders_none() -> None:
    assert "<math" in highlight("$x^2$" * (MAX_SIGNS // 2), ())
    assert highlight("$x^2$" * MAX_SIGNS, ()) == "$x^2$" * MAX_SIGNS


def test_the_label_of_another_version_is_plain_text() -> None:
    record = Record(key="a", type="misc", venue="Arts & $K_2$", year=2020, slug="a")
    assert version_links([record], Urls()) == (("Arts & K₂ (2020)", "/publications/a"),)
