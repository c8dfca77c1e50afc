"""Searches within a part of the catalog."""

from pathlib import Path
from random import Random

import pytest

from tests.searching import ENGINES, PAPERS, WORDS, document, search
from webapp.search.engine import SearchEngine, Subset
from webapp.search.query import parse

WITH_AUTHOR = Subset(filters=(("author", ("Siyuan Feng",)),))


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> SearchEngine:
    engine = ENGINES[request.param](tmp_path)
    engine.rebuild(PAPERS, "1:1")
    return engine


@pytest.mark.parametrize(
    ("subset", "ids"),
    [
        (WITH_AUTHOR, (1, 3)),
        (Subset(query=parse("compilers")), (1, 3)),
        (Subset(query=parse("compilers year:2025")), (3,)),
        (Subset(query=parse("issta OR tensorir")), (1, 5)),
        (Subset(query=parse("compilers"), also=(5,), without=(1,)), (3, 5)),
        (Subset(also=(5, 1, 99, 3)), (5, 1, 3)),
        (Subset(also=(5, 1, 3), without=(1,)), (5, 3)),
        (Subset(query=parse("no such words")), ()),
        (Subset(), ()),
    ],
)
def test_a_subset_has_its_publications_in_order(
    engine: SearchEngine, subset: Subset, ids: tuple[int, ...]
) -> None:
    result = search(engine, "", subset=subset)
    assert (result.ids, result.total) == (ids, len(ids))


def test_a_search_is_relaxed_for_the_subset_alone(engine: SearchEngine) -> None:
    everywhere = search(engine, "relaxed methods")
    assert (everywhere.ids, everywhere.rewritten) == ((4,), "")
    within = search(engine, "relaxed methods", subset=WITH_AUTHOR)
    assert (within.ids, within.rewritten) == ((3,), "partial")


def test_facets_and_suggestions_count_the_subset(engine: SearchEngine) -> None:
    within = search(engine, "", subset=Subset(also=(3, 5)))
    assert dict(within.facets["venue"]) == {"ASPLOS": 1, "ISSTA": 1}
    assert search(engine, "asp").suggestions[0].total == 2
    assert search(engine, "asp", subset=Subset(also=(3, 5))).suggestions[0].total == 1
    assert search(engine, "asp").suggestions[0].total == 2


def test_words_weigh_the_same_in_every_subset(tmp_path: Path) -> None:
    draw, engines = Random(7), [ENGINES["whoosh"](tmp_path / name) for name in "ab"]
    documents = [document(number, draw) for number in range(60)]
    for engine in engines:
        engine.rebuild(documents, "1:1")
    ids = tuple(range(0, 60, 3))
    whole, within = [], []
    for word in WORDS:
        within.append(search(engines[0], word, limit=100, subset=Subset(also=ids)).ids)
        whole.append(search(engines[1], word, limit=100).ids)
    # A fresh engine whose first search is in a subset ranks as one that never had a subset, but for
    # hits of one score, which are in the owner's order.
    assert [sorted(found) for found in within] == [
        sorted(id_ for id_ in found if id_ in ids) for found in whole
    ]
    assert within == [tuple(id_ for id_ in found if id_ in ids) for found in whole]


def test_a_chosen_order_beats_that_of_a_selection(engine: SearchEngine) -> None:
    selection = Subset(also=(5, 1, 3))
    assert search(engine, "", subset=selection, sort="newest").ids == (3, 1, 5)
    assert search(engine, "relax", subset=selection).ids[0] == 5


def test_a_subset_follows_changes_of_the_index(engine: SearchEngine) -> None:
    assert search(engine, "", subset=WITH_AUTHOR).total == 2
    engine.update((), [1], "1:2")
    assert search(engine, "", subset=WITH_AUTHOR).ids == (3,)


@pytest.mark.parametrize("seed", range(4))
def test_a_search_in_a_subset_is_the_search_without_the_others(tmp_path: Path, seed: int) -> None:
    draw = Random(seed)
    engine = ENGINES["whoosh"](tmp_path)
    engine.rebuild([document(number, draw) for number in range(60)], "1:1")
    for _ in range(20):
        ids = tuple(draw.sample(range(60), 25))
        query = " ".join(draw.choices(WORDS, k=draw.randint(0, 2)))
        whole = search(engine, query, literal=True, limit=100, sort="title")
        within = search(
            engine, query, literal=True, limit=100, sort="title", subset=Subset(also=ids)
        )
        assert within.ids == tuple(id_ for id_ in whole.ids if id_ in ids)
