"""What every search engine must do. Another engine is added to `ENGINES`."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from webapp.search.engine import Document, Hits, IndexUnavailable, Request, SearchEngine
from webapp.search.query import parse
from webapp.search.whoosh import WhooshEngine

ENGINES: dict[str, Callable[[Path], SearchEngine]] = {"whoosh": WhooshEngine}

PAPERS = (
    Document(
        id=1,
        position=0,
        title="TensorIR: An Abstraction for Automatic Tensorized Program Optimization",
        authors=("Siyuan Feng", "Bohan Hou", "Tianqi Chen"),
        venue="ASPLOS",
        container="Architectural Support for Programming Languages and Operating Systems",
        year=2023,
        type="inproceedings",
        tags=("compilers", "tensor programs"),
        abstract="Deploying deep learning models has become important. We present TensorIR.",
        identifiers=("10.1145/3575693.3576933", "2207.04296", "feng2023tensorir"),
    ),
    Document(
        id=2,
        position=1,
        title=r"$\tau^2$-Bench: Few-Shot Résumés of GPT-4",
        authors=("Jörg Müller", "Laurens van der Maaten"),
        venue="Preprint",
        year=2025,
        type="misc",
        tags=("agents",),
        abstract="We evaluate language models on the SWE-bench and others. Greedy ε search wins.",
        identifiers=("2406.12045",),
    ),
    Document(
        id=3,
        position=2,
        title="Relax: Composable Abstractions for Dynamic Machine Learning",
        authors=("Ruihang Lai", "Siyuan Feng"),
        venue="ASPLOS",
        year=2025,
        type="inproceedings",
        tags=("compilers",),
        abstract="Dynamic shape computations have become critical in language models.",
        identifiers=("lai2025relax",),
    ),
    Document(
        id=4,
        position=3,
        title="机器学习的方法",
        authors=("王伟",),
        venue="软件学报",
        type="article",
        abstract="Learning methods of machines, dynamic and relaxed.",
    ),
    Document(
        id=5,
        position=4,
        title="Relax",
        authors=("S. O'Brien",),
        venue="ISSTA",
        year=2019,
        type="article",
    ),
)


@pytest.fixture(params=sorted(ENGINES))
def make(request: pytest.FixtureRequest) -> Callable[[Path], SearchEngine]:
    return ENGINES[request.param]


@pytest.fixture
def engine(make: Callable[[Path], SearchEngine], tmp_path: Path) -> SearchEngine:
    engine = make(tmp_path / "index")
    engine.rebuild(PAPERS, "1")
    return engine


def search(engine: SearchEngine, text: str, **options: object) -> Hits:
    return engine.search(Request(parse(text, typing=True), **options))  # type: ignore[arg-type]


def test_an_engine_without_an_index_says_so(
    make: Callable[[Path], SearchEngine], tmp_path: Path
) -> None:
    engine = make(tmp_path / "none")
    assert engine.revision is None
    with pytest.raises(IndexUnavailable):
        search(engine, "relax")
    with pytest.raises(IndexUnavailable):
        engine.update([], [], "2")


def test_an_empty_index_finds_nothing(make: Callable[[Path], SearchEngine], tmp_path: Path) -> None:
    engine = make(tmp_path / "index")
    engine.rebuild([], "0")
    assert engine.revision == "0"
    for text in ("", "relax", 'author:x year:2020 -y "a b"'):
        assert search(engine, text).total == 0
    engine.update(PAPERS, [], "1")
    assert search(engine, "").total == len(PAPERS)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("tensorir", {1}),
        ("TensorIR ", {1}),
        ("tensor ir ", {1}),
        ("tens", {1}),
        ("few-shot ", {2}),
        ("fewshot ", {2}),
        ("few shot ", {2}),
        ("fewsh", {2}),
        ("gpt4 ", {2}),
        ("gpt 4 ", {2}),
        ("GPT-4", {2}),
        ("tau2 ", {2}),
        ("τ²", {2}),
        (r"\tau", {2}),
        ("swebench ", {2}),
        ("swe bench ", {2}),
        ("epsilon ", {2}),
        ("resumes ", {2}),
        ("résumé ", {2}),
        ("muller ", {2}),
        ("mueller ", {2}),
        ("Müller ", {2}),
        ("maaten, laurens van der ", {2}),
        ("s obrien ", {5}),
        ("s feng ", {1, 3}),
        ("学习", {4}),
        ("机", {4}),
        ("王", {4}),
        ("feng relax ", {3}),
        ("programming languages ", {1}),
        ("the dynamic ", {3, 4}),
        ("10.1145/3575693.3576933", {1}),
        ("https://arxiv.org/abs/2207.04296v3", {1}),
        ("lai2025relax", {3}),
        ("  title = {Relax: Composable Abstractions for Dynamic Machine Learning},", {3}),
        ("author:feng", {1, 3}),
        ('author:"feng, siyuan"', {1, 3}),
        ('author:"bohan feng"', set()),
        ("author:lai author:hou", {1, 3}),
        ("title:models", set()),
        ("venue:asplos", {1, 3}),
        ('venue:"operating systems"', {1}),
        ("tag:compilers", {1, 3}),
        ("type:article", {4, 5}),
        ("year:2024..", {2, 3}),
        ("-year:2025 relax", {5, 4}),
        ("relax -dynamic", {5}),
        ('"machine learning"', {3}),
        ('"learning machine"', set()),
        ("-relax", {1, 2}),
    ],
)
def test_what_people_type_finds_what_they_mean(
    engine: SearchEngine, text: str, ids: set[int]
) -> None:
    hits = search(engine, text, literal=True)
    assert set(hits.ids) == ids
    assert hits.total == len(ids)
    assert not hits.rewritten


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("relax", [5, 3, 4]),  # the whole title, its beginning, the abstract
        ("siyuan feng", [1, 3]),  # a tie, in the owner's order
        ("dynamic", [3, 4]),
    ],
)
def test_ranking(engine: SearchEngine, text: str, ids: list[int]) -> None:
    assert list(search(engine, text).ids) == ids


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
def test_sorts(engine: SearchEngine, sort: str, ids: list[int]) -> None:
    assert list(search(engine, "", sort=sort).ids) == ids


def test_the_owners_choice_when_nothing_is_asked(engine: SearchEngine) -> None:
    assert search(engine, "", default_sort="newest").ids == (2, 3, 1, 5, 4)
    assert search(engine, "year:2025", default_sort="newest").ids == (2, 3)


def test_pages(engine: SearchEngine) -> None:
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


def test_a_facet_does_not_narrow_itself(engine: SearchEngine) -> None:
    hits = search(engine, "", filters={"venue": ("ASPLOS",), "year": ("2025",)})
    assert hits.ids == (3,)
    assert dict(hits.facets["venue"]) == {"ASPLOS": 1, "Preprint": 1}
    assert dict(hits.facets["year"]) == {"2025": 1, "2023": 1}
    assert dict(hits.facets["tag"]) == {"compilers": 1}


def test_values_of_a_facet_are_alternatives(engine: SearchEngine) -> None:
    hits = search(engine, "", filters={"year": ("2019", "2024..2026")})
    assert set(hits.ids) == {2, 3, 5}
    assert set(search(engine, "", filters={"author": ("王伟", "nobody")}).ids) == {4}


def test_chosen_values_are_there_though_they_count_nothing(engine: SearchEngine) -> None:
    hits = search(engine, "relax", filters={"venue": ("Preprint",)})
    assert hits.total == 0
    assert ("Preprint", 0) in hits.facets["venue"]


def test_counts_and_values_alone(engine: SearchEngine) -> None:
    request = Request(parse("relax"), filters={"venue": ("Preprint",)})
    assert engine.count(request) == 0
    assert engine.count(Request(parse("relax"))) == 3
    assert dict(engine.values(request, "venue")) == {
        "ASPLOS": 1,
        "ISSTA": 1,
        "Preprint": 0,
        "软件学报": 1,
    }


@pytest.mark.parametrize(
    ("text", "ids", "rewritten", "shown"),
    [
        ("tensroir ", [1], "spelling", "tensorir"),
        ("optimizaiton", [1], "spelling", "optimization"),
        ("composabel abstractoins ", [3], "spelling", "composable abstractions"),
        ("abstracktoins ", [3, 1], "spelling", "abstractions"),
        ("relaxx mchine", [3, 4], "spelling", "relax machine"),
        ("machinelearning ", [3], "split", "machine learning"),
        ("ten sor program ", [1], "split", "tensor program"),
        ("relax unheardof ", [5, 3, 4], "partial", "relax"),
    ],
)
def test_when_nothing_matches(
    engine: SearchEngine, text: str, ids: list[int], rewritten: str, shown: str
) -> None:
    hits = search(engine, text)
    assert list(hits.ids) == ids
    if rewritten != "split" or hits.rewritten:  # an engine may find the two words at once
        assert (hits.rewritten, hits.shown_query) == (rewritten, shown)
    literal = search(engine, text, literal=True)
    assert not literal.rewritten


@pytest.mark.parametrize("text", ["xqzvkj", "qqqqqqqq wwwwwwww ", "zx", "12345678"])
def test_random_letters_find_nothing(engine: SearchEngine, text: str) -> None:
    hits = search(engine, text)
    assert (hits.total, hits.rewritten) == (0, "")


def test_filters_and_years_do_not_change_the_words(engine: SearchEngine) -> None:
    assert not search(engine, "relax", filters={"year": ("2001",)}).rewritten
    assert not search(engine, "relax year:2001").rewritten


def test_long_questions_find_their_paper(engine: SearchEngine) -> None:
    hits = search(engine, "how do dynamic shape computations become so critical for models today")
    assert hits.ids[0] == 3
    assert hits.rewritten == "partial"


def test_marks_follow_the_search(engine: SearchEngine) -> None:
    title = PAPERS[0].title
    hits = search(engine, "tensorirr abstractions ")
    assert [title[a:b] for a, b in hits.marker.spans(title, "title")] == ["TensorIR", "Abstraction"]


def test_updates(make: Callable[[Path], SearchEngine], tmp_path: Path) -> None:
    engine, other = make(tmp_path / "index"), make(tmp_path / "index")
    engine.rebuild(PAPERS[:3], "1")
    assert search(other, "").ids == (1, 2, 3)
    changed = Document(id=2, position=9, title="Zebra crossings", authors=("Ann New",))
    engine.update([PAPERS[3], changed], [1, 77], "2")
    for each in (engine, other, make(tmp_path / "index")):
        assert each.revision == "2"
        assert search(each, "").ids == (3, 4, 2)
        assert search(each, "zebra").ids == (2,)
        assert search(each, "müller").total == 0
        assert search(each, "tensorir").total == 0
        assert dict(search(each, "").facets["author"]) == {
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


def test_updates_give_what_a_rebuild_gives(
    make: Callable[[Path], SearchEngine], tmp_path: Path
) -> None:
    grown, built = make(tmp_path / "grown"), make(tmp_path / "built")
    grown.rebuild([], "0")
    for number, document in enumerate(PAPERS):
        grown.update([document], [], str(number))
    built.rebuild(PAPERS, "4")
    for text in ("", "relax", "dynamic models", "feng", '"machine learning"', "tensorri"):
        one, two = search(grown, text), search(built, text)
        assert (one.ids, one.total, one.facets) == (two.ids, two.total, two.facets)


def test_documents_may_be_generated(make: Callable[[Path], SearchEngine], tmp_path: Path) -> None:
    def generated() -> Iterable[Document]:
        yield from PAPERS

    engine = make(tmp_path / "index")
    engine.rebuild(generated(), "1")
    engine.update(iter(PAPERS[:1]), iter([5]), "2")
    assert search(engine, "").total == 4
