"""The contract of every search engine: sort orders, pages, facets and updates."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from webapp.errors import IndexUnavailableError
from webapp.search.engine import Document, SearchEngine, SearchRequest
from webapp.search.query import parse

from ..searching import ENGINES, PAPERS, paper, search


@pytest.fixture(params=sorted(ENGINES))
def make(request: pytest.FixtureRequest) -> Callable[[Path], SearchEngine]:
    return ENGINES[request.param]


@pytest.fixture
def engine(make: Callable[[Path], SearchEngine], tmp_path: Path) -> SearchEngine:
    engine = make(tmp_path / "index")
    engine.rebuild(PAPERS, "1")
    return engine


def test_an_engine_without_an_index_raises(
    make: Callable[[Path], SearchEngine], tmp_path: Path
) -> None:
    engine = make(tmp_path / "none")
    assert engine.revision is None
    with pytest.raises(IndexUnavailableError):
        search(engine, "relax")
    with pytest.raises(IndexUnavailableError):
        engine.update([], [], "2")


def test_an_empty_index_has_no_hits(make: Callable[[Path], SearchEngine], tmp_path: Path) -> None:
    engine = make(tmp_path / "index")
    engine.rebuild([], "0")
    assert engine.revision == "0"
    for text in ("", "relax", 'author:x year:2020 -y "a b"'):
        assert search(engine, text).total == 0
    engine.update(PAPERS, [], "1")
    assert search(engine, "").total == len(PAPERS)


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("position", [1, 2, 3, 4, 5]),
        ("relevance", [1, 2, 3, 4, 5]),
        ("newest", [2, 3, 1, 5, 4]),
        ("oldest", [5, 1, 2, 3, 4]),
        ("title", [5, 3, 2, 1, 4]),
        ("venue", [3, 1, 5, 2, 4]),
    ],
)
def test_hits_come_in_the_requested_order(engine: SearchEngine, sort: str, ids: list[int]) -> None:
    assert list(search(engine, "", sort=sort).ids) == ids


def test_forthcoming_works_come_first_where_the_newest_do(engine: SearchEngine) -> None:
    engine.update([paper(id=9, position=9, title="Soon", forthcoming=True)], [], "1")
    assert search(engine, "", sort="newest").ids == (9, 2, 3, 1, 5, 4)
    assert search(engine, "", sort="oldest").ids[-1] == 9


def test_the_default_sort_applies_without_words(engine: SearchEngine) -> None:
    assert search(engine, "", default_sort="newest").ids == (2, 3, 1, 5, 4)
    assert search(engine, "year:2025", default_sort="newest").ids == (2, 3)


def test_a_page_is_a_range_of_the_hits(engine: SearchEngine) -> None:
    pages = [search(engine, "", offset=offset, limit=2).ids for offset in (0, 2, 4, 6)]
    assert pages == [(1, 2), (3, 4), (5,), ()]
    assert search(engine, "relax", offset=1, limit=1).ids == (3,)


def test_facets_count_all_hits(engine: SearchEngine) -> None:
    facets = search(engine, "", limit=1).facets
    assert facets["year"] == (("2025", 2), ("2023", 1), ("2019", 1))
    assert facets["venue"][0] == ("ASPLOS", 2)
    assert facets["author"][0] == ("Siyuan Feng", 2)
    assert facets["type"] == (("article", 2), ("inproceedings", 2), ("misc", 1))
    assert dict(facets["tag"]) == {"compilers": 2, "tensor programs": 1, "agents": 1}


def test_a_facet_ignores_its_own_filter(engine: SearchEngine) -> None:
    hits = search(engine, "", filters={"venue": ("ASPLOS",), "year": ("2025",)})
    assert hits.ids == (3,)
    assert dict(hits.facets["venue"]) == {"ASPLOS": 1, "Preprint": 1}
    assert dict(hits.facets["year"]) == {"2025": 1, "2023": 1}
    assert dict(hits.facets["tag"]) == {"compilers": 1}


def test_selected_values_of_a_facet_are_alternatives(engine: SearchEngine) -> None:
    hits = search(engine, "", filters={"year": ("2019", "2024..2026")})
    assert set(hits.ids) == {2, 3, 5}
    assert set(search(engine, "", filters={"author": ("王伟", "nobody")}).ids) == {4}


def test_selected_values_are_included_with_a_count_of_zero(engine: SearchEngine) -> None:
    hits = search(engine, "relax", filters={"venue": ("Preprint",)})
    assert hits.total == 0
    assert ("Preprint", 0) in hits.facets["venue"]


def test_count_and_values_agree_with_search(engine: SearchEngine) -> None:
    request = SearchRequest(parse("relax"), filters={"venue": ("Preprint",)})
    assert engine.count(request) == 0
    assert engine.count(SearchRequest(parse("relax"))) == 3
    assert dict(engine.facet_values(request, "venue")) == {
        "ASPLOS": 1,
        "ISSTA": 1,
        "Preprint": 0,
        "软件学报": 1,
    }


def test_an_update_is_visible_to_all_engines(
    make: Callable[[Path], SearchEngine], tmp_path: Path
) -> None:
    engine, other = make(tmp_path / "index"), make(tmp_path / "index")
    engine.rebuild(PAPERS[:3], "1")
    assert search(other, "").ids == (1, 2, 3)
    changed = paper(id=2, position=9, title="Zebra crossings", authors=("Ann New",))
    engine.update([PAPERS[3], changed], [1, 77], "2")
    for reader in (engine, other, make(tmp_path / "index")):
        assert reader.revision == "2"
        assert search(reader, "").ids == (3, 4, 2)
        assert search(reader, "zebra").ids == (2,)
        assert search(reader, "müller").total == 0
        assert search(reader, "tensorir").total == 0
        assert dict(search(reader, "").facets["author"]) == {
            "Ann New": 1,
            "Ruihang Lai": 1,
            "Siyuan Feng": 1,
            "王伟": 1,
        }


def test_the_last_of_two_versions_wins(engine: SearchEngine) -> None:
    versions = [Document(id=9, position=5, title=title) for title in ("Before", "Afterwards")]
    engine.update(versions, [], "2")
    assert search(engine, "before", literal=True).total == 0
    assert search(engine, "afterwards", literal=True).ids == (9,)


def test_updates_give_the_same_hits_as_a_rebuild(
    make: Callable[[Path], SearchEngine], tmp_path: Path
) -> None:
    updated, rebuilt = make(tmp_path / "updated"), make(tmp_path / "rebuilt")
    updated.rebuild([], "0")
    for number, document in enumerate(PAPERS):
        updated.update([document], [], str(number))
    rebuilt.rebuild(PAPERS, "4")
    for text in ("", "relax", "dynamic models", "feng", '"machine learning"', "tensorri"):
        from_updates, from_scratch = search(updated, text), search(rebuilt, text)
        assert from_updates.ids == from_scratch.ids
        assert from_updates.total == from_scratch.total
        assert from_updates.facets == from_scratch.facets


def test_documents_may_come_from_a_generator(
    make: Callable[[Path], SearchEngine], tmp_path: Path
) -> None:
    def generated() -> Iterable[Document]:
        yield from PAPERS

    engine = make(tmp_path / "index")
    engine.rebuild(generated(), "1")
    engine.update(iter(PAPERS[:1]), iter([5]), "2")
    assert search(engine, "").total == 4


@pytest.mark.parametrize(
    "changes",
    [
        *({"sort": "title"}, {"default_sort": "newest"}, {"offset": 1}, {"limit": 1}),
        *({"literal": True}, {"filters": {"venue": ("ISSTA",)}}, {"counted": {"venue": ("X",)}}),
    ],
)
def test_a_result_is_of_the_whole_request(engine: SearchEngine, changes: dict[str, object]) -> None:
    query = "" if {"sort", "default_sort"} & set(changes) else "dynamic relaxd"
    first = search(engine, query)
    changed = search(engine, query, **changes)
    assert (first.ids, first.total, first.facets) != (changed.ids, changed.total, changed.facets)
    again = search(engine, query)
    assert (again.ids, again.total, again.facets) == (first.ids, first.total, first.facets)
