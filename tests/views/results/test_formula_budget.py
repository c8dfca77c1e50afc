"""Formulas take a limited time: each of them, each text and each page."""

import shutil
import sys
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from types import FrameType

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from latex2mathml import commands

from tests.conftest import running
from webapp.catalog.indexing import synchronise
from webapp.records import Person, Record
from webapp.serving import preload
from webapp.site import site
from webapp.store.edits import Edit
from webapp.views.results.highlighting import highlight
from webapp.views.results.mathml import (
    FORMULA_COST,
    PAGE_LIMIT,
    TEXT_LIMIT,
    mathml,
)
from webapp.views.templating import presenter
from webapp.views.urls import Urls


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
    assert BeautifulSoup(highlight(f"a ${tex} $ b", ()), "html.parser").text == f"a ${tex} $ b"


def test_the_first_formulas_of_a_text_are_rendered_and_the_others_shown_as_tex() -> None:
    text = " ".join(f"$x_{{{number}}}$" for number in range(400))
    shown = BeautifulSoup(highlight(text, ()), "html.parser")
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
        synchronise(catalog.database, catalog.search, choices=catalog.choices)
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
