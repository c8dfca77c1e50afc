"""Authors, venues and keywords suggested as one types."""

from pathlib import Path

import pytest

from webapp.search.engine import SearchEngine, Suggestion

from ..searching import ENGINES, paper, search

PAPERS = [
    *(("Siyuan Feng", "EMNLP", "machine translation"),) * 4,
    *(("Siegfried Müller", "EMNLP Findings", "Machine learning"),) * 2,
    ("Feng Li", "TACL", "parsing"),
    ("علي محمد", "القاهرة", "الترجمة"),
]


@pytest.fixture(scope="module", params=sorted(ENGINES))
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> SearchEngine:
    engine = ENGINES[request.param](tmp_path_factory.mktemp("index"))
    engine.rebuild(
        [
            paper(
                id=n,
                position=n,
                title=f"Wax {n}",
                authors=(author,),
                venue=venue,
                tags=(tag,),
                year=2020 + n % 2,
            )
            for n, (author, venue, tag) in enumerate(PAPERS)
        ],
        "1",
    )
    return engine


def suggested(engine: SearchEngine, text: str, **more: object) -> list[tuple[str, str, int]]:
    hits = search(engine, text, **more)
    return [(s.facet, s.value, s.total) for s in hits.suggestions]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("siy", [("author", "Siyuan Feng", 4)]),
        ("Siyuan Feng ", [("author", "Siyuan Feng", 4)]),
        ("siyuan  fe", [("author", "Siyuan Feng", 4)]),
        ("feng", [("author", "Feng Li", 1), ("author", "Siyuan Feng", 4)]),
        ("muller", [("author", "Siegfried Müller", 2)]),
        ("emnlp", [("venue", "EMNLP", 4), ("venue", "EMNLP Findings", 2)]),
        ("machine t", [("tag", "machine translation", 4)]),
        ("machine", [("tag", "machine translation", 4), ("tag", "Machine learning", 2)]),
        ("علي", [("author", "علي محمد", 1)]),
        ("wax", []),
        ("s", []),
        ("-siyuan", []),
        ("author:siyuan", []),
        ('"siyuan feng"', []),
        ("siyuan wax", []),
    ],
)
def test_values_that_begin_with_the_query_are_suggested(
    engine: SearchEngine, text: str, values: list[tuple[str, str, int]]
) -> None:
    assert suggested(engine, text) == values


def test_at_most_three_are_suggested(tmp_path: Path) -> None:
    engine = ENGINES["whoosh"](tmp_path)
    papers = [paper(id=n, position=n, title="Wax", authors=(f"Ann B{n}",)) for n in range(9)]
    engine.rebuild(papers, "1")
    assert search(engine, "ann").suggestions == tuple(
        Suggestion("author", f"Ann B{n}", 1) for n in range(3)
    )


def test_the_count_respects_the_filters(engine: SearchEngine) -> None:
    filters = {"year": ("2020",)}
    assert suggested(engine, "siyuan", filters=filters) == [("author", "Siyuan Feng", 2)]
    assert suggested(engine, "siyuan", filters={"author": ("Feng Li",)}) == []


def test_a_rare_author_is_suggested_among_many_hits(tmp_path: Path) -> None:
    engine = ENGINES["whoosh"](tmp_path)
    authors = [f"Ann B{n % 15}" for n in range(60)]
    papers = [
        paper(id=n, position=n, title=f"Lime {n}", authors=(author,))
        for n, author in enumerate((*authors, "Mia Lisette", "Mia Lisette"))
    ]
    engine.rebuild(papers, "1")
    assert suggested(engine, "li") == [("author", "Mia Lisette", 2)]


def test_stop_words_inside_a_value_suggest_nothing(tmp_path: Path) -> None:
    engine = ENGINES["whoosh"](tmp_path)
    engine.rebuild([paper(id=1, position=1, title="Wax", venue="Bulletin of the Academy")], "1")
    assert suggested(engine, "the") == suggested(engine, "of the") == []
    assert suggested(engine, "academy") == [("venue", "Bulletin of the Academy", 1)]


def test_changed_publications_change_the_suggestions(tmp_path: Path) -> None:
    engine = ENGINES["whoosh"](tmp_path)
    people = ["Ann Old", "Ann Gone", "Bea Old"]
    first = [paper(id=n, position=n, title="Wax", authors=(name,)) for n, name in enumerate(people)]
    engine.rebuild(first, "1")
    changed = [
        paper(id=3, position=3, title="Wax", authors=("Ann New",), tags=("anodes",)),
        paper(id=4, position=4, title="Wax", authors=("Ann Old",), tags=("anodes", "Annals")),
    ]
    engine.update(changed, [1], "2")
    assert suggested(engine, "ann") == [
        ("author", "Ann Old", 2),
        ("author", "Ann New", 1),
        ("tag", "Annals", 1),
    ]
    engine.update([paper(id=5, position=5, title="Wax", authors=("Bea New",))], [0], "3")
    assert suggested(engine, "an") == [
        ("tag", "anodes", 2),
        ("author", "Ann New", 1),
        ("author", "Ann Old", 1),
    ]
    assert suggested(engine, "new") == [("author", "Ann New", 1), ("author", "Bea New", 1)]
