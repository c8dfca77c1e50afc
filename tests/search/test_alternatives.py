"""Alternatives in queries: `a OR b` and `a | b`."""

from pathlib import Path

import pytest

from webapp.search.alternatives import MOST
from webapp.search.engine import SearchEngine
from webapp.search.query import parse

from ..searching import ENGINES, paper, search


@pytest.fixture(scope="module", params=sorted(ENGINES))
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> SearchEngine:
    folder: Path = tmp_path_factory.mktemp("index")
    engine = ENGINES[request.param](folder)
    engine.rebuild(
        [
            paper(id=1, position=1, title="Glaciers of maps", authors=("Ann Lee",), year=2020),
            paper(id=2, position=2, title="Harpsichord tuning", year=2021),
            paper(id=3, position=3, title="Sourdough or glaciers in harpsichord cases", year=2022),
            paper(id=4, position=4, title="Parsing Latin", year=2023),
        ],
        "1",
    )
    return engine


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("glaciers OR harpsichord", {1, 2, 3}),
        ("glaciers | harpsichord ", {1, 2, 3}),
        ("glaciers maps OR latin ", {1, 4}),
        ("author:lee OR year:2023", {1, 4}),
        ('"parsing latin" OR "glaciers of"', {1, 4}),
        ("glaciers -sourdough OR tuning", {1, 2}),
        ("glaciers OR zzzzzzzz", {1, 3}),
        ("latin OR maps OR tuning", {1, 2, 4}),
        ("OR latin", {4}),
        ("latin OR ", {4}),
        ("latin OR | ", {4}),
        ('"sourdough OR glaciers"', {3}),
        ("sourdough or glaciers", {3}),
    ],
)
def test_either_side_matches(engine: SearchEngine, text: str, ids: set[int]) -> None:
    assert set(search(engine, text).ids) == ids


def test_what_both_sides_find_is_first(engine: SearchEngine) -> None:
    assert search(engine, "glaciers OR harpsichord cases").ids[0] == 3


def test_sides_are_relaxed_if_none_matches(engine: SearchEngine) -> None:
    hits = search(engine, "glaciesr OR harpsichrod")
    assert (set(hits.ids), hits.rewritten) == ({1, 2, 3}, "spelling")
    assert search(engine, "glaciesr OR harpsichrod", literal=True).ids == ()


def test_a_chip_without_its_piece_keeps_the_other_side() -> None:
    chips = parse("author:lee OR maps year:2020").chips
    assert [chip.rest for chip in chips] == ["maps year:2020", "author:lee OR maps"]


def test_words_keep_their_places() -> None:
    query = parse("maps OR latin")
    assert [query.text[word.start : word.end] for word in query.free] == ["maps", "latin"]


def test_many_sides_are_bounded(engine: SearchEngine) -> None:
    assert search(engine, "latin OR " * 100).ids == (4,)
    assert len(parse("latin OR " * 100).alternatives) == MOST


TITLES = [
    "To Be OR Not to Be: A Study of Ghosts",
    "Logic | Programming in the small",
    "Sailing to Byzantium with a compass",
    "To be a ghost",
    "Not a study",
    "Logic of ships",
]


@pytest.fixture(scope="module")
def titles(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    engine = ENGINES["whoosh"](tmp_path_factory.mktemp("titles"))
    venues = ["", "", "Annals of Poetry", *[""] * 3]
    papers = [
        paper(id=n, position=-n, title=title, venue=venue)
        for n, (title, venue) in enumerate(zip(TITLES, venues, strict=True))
    ]
    others = [paper(id=n, position=-n, title="Odes", venue="Poetry") for n in range(9, 99)]
    engine.rebuild([*papers, *others], "1")
    return engine


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        (TITLES[0], 0),
        (TITLES[0][:25], 0),
        (TITLES[1], 1),
        (f"{TITLES[2]} | Annals of Poetry", 2),
        (f"{TITLES[2].replace('compass', 'compas')} | Poetry", 2),
        (f"{TITLES[2].replace('with', 'and')} lost | Poetry | example.org", 2),
    ],
)
def test_a_pasted_title_with_the_sign_of_alternatives_is_found(
    titles: SearchEngine, text: str, id_: int
) -> None:
    assert search(titles, text).ids[0] == id_


def test_a_title_with_both_words_does_not_hide_the_others(titles: SearchEngine) -> None:
    assert set(search(titles, "logic OR ghosts").ids) == {0, 1, 3, 5}
