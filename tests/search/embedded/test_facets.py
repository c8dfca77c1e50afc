"""The values of facets and their counts, whole or with some letters: without a call per value."""

import random
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.folding import fold
from webapp.search.embedded.array_file import read_arrays
from webapp.search.embedded.engine import WhooshEngine
from webapp.search.engine import Document, SearchRequest
from webapp.search.query import parse

from ...searching import folder_of, paper, search

NAMES = ("Ann Ab", "Änn Àb", "Zoë", "王小明", "王", "Ünal Ab", "Œuvre", "a", "B", "Straße", "И. Ив")
PEOPLE = {number: (NAMES[number % 11], NAMES[number % 7]) for number in range(1, 41)}
EVERYTHING = SearchRequest(parse(""))


def documents(*numbers: int) -> list[Document]:
    return [paper(number, number, f"Paper {number}", PEOPLE[number]) for number in numbers]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    """An index of two segments. The second has names that sort before those of the first."""
    engine = WhooshEngine(tmp_path_factory.mktemp("index"))
    engine.rebuild(documents(*(n for n in PEOPLE if n % 11 > 3)), "a-1")
    engine.update(documents(*(n for n in PEOPLE if n % 11 <= 3)), [], "a-2")
    return engine


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("abnäüЖиœ王小s .\x00", max_size=4), st.integers(0, 12), st.sampled_from(NAMES))
def test_all_values_that_contain_the_letters_are_returned_in_order(
    engine: WhooshEngine, typed: str, limit: int, chosen: str
) -> None:
    letters = fold(typed).strip()
    counts = Counter(name for names in PEOPLE.values() for name in set(names))
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    matching = [pair for pair in ordered if letters in fold(pair[0])]
    first = matching[:limit] if limit else matching
    assert engine.facet_values(EVERYTHING, "author", letters, limit) == tuple(first)

    narrowed = SearchRequest(parse(""), {"author": (chosen,)})
    values = engine.facet_values(narrowed, "author", letters, limit)
    assert set(values) == {*first, (chosen, counts[chosen])}


def count_calls(letters: str, engine: WhooshEngine) -> int:
    engine.facet_values(EVERYTHING, "author", "x", 10)  # values are folded once per revision
    count = 0

    def count_call(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(count_call)
    try:
        engine.facet_values(EVERYTHING, "author", letters, 10)
    finally:
        sys.setprofile(None)
    return count


def test_ten_times_the_values_need_few_more_calls(tmp_path: Path) -> None:
    calls = []
    for size in (200, 2_000):
        engine = WhooshEngine(tmp_path / str(size))
        people = [(f"Ada {n}", f"Bea {n}", f"Cyr {n}") for n in range(size)]
        engine.rebuild((paper(n, n, "Paper", names) for n, names in enumerate(people)), "a-1")
        assert len(engine.facet_values(EVERYTHING, "author", "a", 10)) == 10
        calls.append(count_calls("a", engine))
    assert calls[1] < 1.5 * calls[0]


def test_a_name_of_a_megabyte_is_suggested_by_few_of_its_words(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    engine.rebuild([paper(1, 0, "Relax", ("zymurgy " * 131_072,))], "1")
    (file,) = folder_of(tmp_path).glob("*.arrays")
    assert len(read_arrays(file)["author.beginnings.entries"]) < 200
    assert search(engine, "zymurgy zy").suggestions


@pytest.mark.parametrize("people", [30, 4_000], ids=["of many papers", "of few papers"])
def test_the_first_values_and_their_counts_are_those_of_the_hits(
    tmp_path: Path, people: int
) -> None:
    """There are too many hits to cache the counts. One word is in most papers.

    Few have a tag, and some were removed from the index.
    """
    draw = random.Random(3)
    words = ("alpha", "beta", "gamma")
    papers = []
    for n in range(4_000):
        names = {"author": (f"P{draw.randrange(people)}", f"Q{n}"), "tag": ("x",) * (n % 500 == 0)}
        papers.append(Document(n, n, f"Paper {draw.choices(words, (7, 2, 1))[0]}", facets=names))
    engine = WhooshEngine(tmp_path)
    engine.rebuild(papers, "1")
    engine.update([], [each.id for each in papers[::9]], "2")
    del papers[::9]
    for word in (*words, ""):
        found = search(engine, word).facets
        for facet in ("author", "tag"):
            hits = (each for each in papers if word in each.title)
            counts = Counter(value for each in hits for value in each.facets[facet])
            ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
            assert found[facet] == tuple(ordered[:12])
