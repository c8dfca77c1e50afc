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
