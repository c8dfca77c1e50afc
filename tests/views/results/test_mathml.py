"""Formulas become MathML: highlighted as a whole, harmless, and within a budget."""

import shutil
import sys
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from types import FrameType

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from latex2mathml import commands

from tests.conftest import running
from tests.reading import one
from webapp.catalog.indexing import synchronise
from webapp.formats.latex.mathematics import MATH, MAX_SIGNS
from webapp.records import Person, Record
from webapp.serving import preload
from webapp.site import site
from webapp.store.edits import Edit
from webapp.views.results.highlighting import around_formulas, highlight
from webapp.views.results.links import version_links
from webapp.views.results.mathml import (
    ATTRIBUTES,
    FORMULA_COST,
    MAX_LENGTH,
    PAGE_LIMIT,
    TAGS,
    TEXT_LIMIT,
    mathml,
)
from webapp.views.templating import presenter
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


# ---- The budget of formulas


def calls_of(tex: str, most: int = 200_000) -> int:
    """Return the number of function calls that a formula takes, at most about `most`."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"
        if count > most:
            raise Exhausted

    sys.setprofile(note)
    try:
        mathml.__wrapped__(tex)
    except Exhausted:
        pass
    finally:
        sys.setprofile(None)
    return count


class Exhausted(BaseException):
    """A formula took too many calls. Not an Exception, because `mathml` catches those."""


def names_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Collection):
        for part in value:
            yield from names_in(part)


# All commands of latex2mathml, and ways to nest one in itself.
COMMANDS = sorted(
    {name for value in vars(commands).values() for name in names_in(value) if name[:1] == "\\"}
)
NESTINGS = (
    "{}{{",
    "{}{{a}}{{",
    "{}{{}}{{}}{{",
    "{}(){{1pt}}{{0}}{{",
    "{}[",
    "{{{} ",
    "{}_{{a}}^{{",
)


@pytest.mark.parametrize("nesting", NESTINGS)
def test_nested_commands_take_at_most_quadratic_time(nesting: str) -> None:
    closing = {"[": "]"}.get(nesting[-1], "}")
    steep = []
    for command in COMMANDS:
        opening = nesting.format(command)
        short, long = (calls_of(opening * n + "x" + closing * n) for n in (4, 8))
        if long > 5 * short:
            steep.append(command)
    assert steep == []


@pytest.mark.parametrize(
    "tex",
    [
        "".join(f"\\def\\{b}{{{chr(92) + a}{chr(92) + a}}}" for a, b in pairwise("abcdefghijklm"))
        + r"\m",
        r"\newcommand{\a}{xx}\newcommand{\b}{\a\a}\b",
        r"\DeclareMathOperator{\a}{x}\a",
        r"\newenvironment{a}{xx}{y}\begin{a}\end{a}",
        r"\sideset{}{}{" * 30 + "x" + "}" * 30,
        "{" * 60 + "x" + "}" * 60,
        "{" * 400,
        "}" * 400,
        r"\frac" * 100,
        r"\left(" * 80,
        r"\left(\middle|" * 30,
        r"x^{" * 150,
        r"\begin{matrix}" * 30,
        "^" * 500,
        "\\" * 499,
    ],
)
def test_an_expanding_or_unclosed_formula_is_rejected_early(tex: str) -> None:
    assert mathml(tex) is None
    assert calls_of(tex) < 50_000
    assert html(f"a ${tex} $ b").text == f"a ${tex} $ b"


def test_the_first_formulas_of_a_text_are_rendered_and_the_others_shown_as_tex() -> None:
    text = " ".join(f"$x_{{{number}}}$" for number in range(400))
    shown = html(text)
    rendered = len(shown.select("math"))
    assert 50 < rendered <= TEXT_LIMIT // FORMULA_COST
    assert shown.text.endswith("$x_{398}$ $x_{399}$")
    assert f"$x_{{{rendered - 1}}}$" not in shown.text


def test_failed_and_cached_formulas_cost_the_same() -> None:
    """The formulas of a page do not depend on earlier requests."""
    text = " ".join(rf"$\unheard{{{number}}}$ $y_{{{number}}}$" for number in range(100))
    mathml.cache_clear()
    first = highlight(text, ())
    assert highlight(text, ()) == first
    assert first.count("<math") < 100


@pytest.fixture(scope="module")
def formulas(seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a site with twenty titles of 480 different formulas. Read only."""
    numbers = count()

    def text(formulas: int) -> str:
        return "Zymurgy " + " ".join(f"$x_{{{next(numbers)}}}$" for _ in range(formulas))

    records = [
        Record(
            key=f"formulas{n}",
            type="article",
            title=text(480),
            abstract=text(480),
            venue=text(90),
            year=2020,
        )
        for n in range(20)
    ]
    folder = tmp_path_factory.mktemp("formulas")
    with running(Path(shutil.copytree(seed, folder / "instance"))) as app:
        catalog = site(app).catalog
        catalog.save([Edit(record) for record in records], "test")
        synchronise(catalog.database, catalog.search)
        yield app.test_client()


@pytest.mark.parametrize(
    "path",
    [
        "/?q=zymurgy",
        "/?q=zymurgy&sort=title&open=formulas0&open=formulas1",
        "/publications/formulas3",
    ],
)
def test_a_page_renders_no_more_formulas_than_its_budget(formulas: FlaskClient, path: str) -> None:
    mathml.cache_clear()
    page = formulas.get(path)
    assert page.status_code == 200
    assert 50 < page.text.count("<math") <= PAGE_LIMIT // FORMULA_COST
    assert mathml.cache_info().misses <= PAGE_LIMIT // FORMULA_COST
    assert "$x_{" in page.text


def test_the_list_and_its_fragment_render_the_same_formulas(formulas: FlaskClient) -> None:
    page = formulas.get("/?q=zymurgy").text
    mathml.cache_clear()
    fragment = formulas.get("/?q=zymurgy", headers={"HX-Request": "true"}).text
    titles, fragment_titles = (
        [str(title) for title in BeautifulSoup(text, "html.parser").select("article .title")]
        for text in (page, fragment)
    )
    assert len(titles) == 20
    assert titles == fragment_titles


def test_preloading_renders_no_more_formulas_than_a_page(formulas: FlaskClient) -> None:
    mathml.cache_clear()
    preload(formulas.application)
    assert 50 < mathml.cache_info().misses <= PAGE_LIMIT // FORMULA_COST


def test_names_render_a_few_formulas_but_not_many(formulas: FlaskClient) -> None:
    item = partial(presenter(formulas.application).item, highlighter=None, urls=Urls())
    few = Record(key="a", type="misc", authors=(Person(literal="The $K_2$ Group"),))
    many = replace(few, authors=tuple(Person(literal=f"The $K_{{{n}}}$ Group") for n in range(99)))
    assert "<math" in item(few).byline.names
    assert "<math" not in item(many).byline.names
    assert "$K_{98}$" in item(many).byline.names


def test_the_label_of_another_version_is_plain_text() -> None:
    record = Record(key="a", type="misc", venue="Arts & $K_2$", year=2020, slug="a")
    assert version_links([record], Urls()) == (("Arts & K_2 (2020)", "/publications/a"),)
