"""Related publications, and the features that they share."""

from dataclasses import replace
from pathlib import Path

import pytest

from webapp.errors import IndexUnavailableError
from webapp.search.embedded import related as related_module
from webapp.search.embedded.engine import WhooshEngine
from webapp.search.engine import Document, RelatedDocument

from ...searching import paper

HEAD = "Head Ofthelab"

# A lab's page: its head is an author of everything, and some words are in many titles.
TITLES = (
    "Tensor tiling for learned kernels",
    "Kernels by tensor tiling and fusion",
    "Parsing learned grammars of Latin",
    "Latin grammars, parsed incrementally",
    "Traffic lights of learned cities",
    "Sourdough fermentation at scale",
    "Glaciers and their learned maps",
    "Harpsichord tuning as search",
)
COAUTHORS = ("Ann", "Bo", "Cy", "Dee", "Eve", "Flo", "Gus", "Hal")
LAB = tuple(
    paper(id=n, position=n, title=title, authors=(HEAD, COAUTHORS[n]), tags=("learning",))
    for n, title in enumerate(TITLES)
)


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    engine = WhooshEngine(tmp_path)
    engine.rebuild(LAB, "1")
    return engine


def related(engine: WhooshEngine, document: Document) -> dict[int, RelatedDocument]:
    return {entry.id: entry for entry in engine.related(document, 5)}


def test_shared_rare_words_relate_two_publications_both_ways(engine: WhooshEngine) -> None:
    assert related(engine, LAB[0]) == {
        1: RelatedDocument(1, (), (), ("Tensor", "tiling", "kernels"))
    }
    assert related(engine, LAB[1]) == {
        0: RelatedDocument(0, (), (), ("Kernels", "tensor", "tiling"))
    }


def test_shared_words_are_spelled_as_in_the_given_publication(engine: WhooshEngine) -> None:
    assert related(engine, LAB[2])[3].words == ("Parsing", "grammars", "Latin")
    abstract = "We are parsing Latin. Its grammars are learned, and grammars are many."
    document = replace(LAB[2], abstract=abstract)
    engine.update([document], [], "2")
    assert set(related(engine, document)[3].words) == {"parsing", "grammars", "Latin"}


def test_common_features_do_not_relate_publications(
    engine: WhooshEngine,
) -> None:
    assert related(engine, LAB[5]) == {}
    shared = {
        name for entry in related(engine, LAB[0]).values() for name in (*entry.people, *entry.tags)
    }
    assert shared == set()


def test_people_count_by_their_rarity(tmp_path: Path) -> None:
    papers = [
        paper(id=n, position=n, title=title, authors=(HEAD, *people))
        for n, (title, people) in enumerate(
            [("Zebras", ("Ann", "Bo")), ("Yachts", ("Bo", "Ann")), ("Wax", ("Cy",)), ("Vines", ())]
            + [(word, ()) for word in ("Urns", "Tulips", "Salt", "Rope", "Quartz", "Pianos")]
        )
    ]
    engine = WhooshEngine(tmp_path)
    engine.rebuild(papers, "1")
    assert engine.related(papers[0], 5) == (RelatedDocument(1, ("Ann", "Bo"), (), ()),)
    assert engine.related(papers[1], 5) == (RelatedDocument(0, ("Bo", "Ann"), (), ()),)
    assert engine.related(papers[2], 5) == ()


def test_a_shared_rare_tag_relates_publications(tmp_path: Path) -> None:
    tags = [("compilers", "all"), ("compilers", "all"), *[("all",)] * 18]
    titles = "Zebras Yachts Wax Vines Urns Tulips Salt Rope Quartz Pianos Oats Nuts Moss Lava Kelp"
    titles += " Jute Ice Hay Gold Fog"
    papers = [
        paper(id=n, position=n, title=title, tags=tags[n]) for n, title in enumerate(titles.split())
    ]
    engine = WhooshEngine(tmp_path)
    engine.rebuild(papers, "1")
    assert engine.related(papers[0], 5) == (RelatedDocument(1, (), ("compilers",), ()),)


def test_shared_ideographs_are_joined_into_words(tmp_path: Path) -> None:
    titles = ("面向机器翻译的神经网络", "神经网络机器翻译综述", "冰川", "面包", "钢琴", "海洋")
    papers = [paper(id=n, position=n, title=title) for n, title in enumerate(titles)]
    engine = WhooshEngine(tmp_path)
    engine.rebuild(papers, "1")
    (only,) = engine.related(papers[0], 5)
    assert (only.id, set(only.words)) == (1, {"机器翻译", "神经网络"})


def test_updates_change_the_list_and_ties_are_in_the_owners_order(
    engine: WhooshEngine, tmp_path: Path
) -> None:
    twins = [paper(id=n, position=99 - n, title="Sourdough fermenting") for n in range(20, 24)]
    others = [paper(id=n, position=n, title=f"Wax{n}x") for n in range(30, 130)]
    engine.update([*twins, *others], [1], "2")
    assert 1 not in related(engine, LAB[0])
    bread = replace(LAB[5], authors=(), tags=())
    for any_engine in (engine, WhooshEngine(tmp_path)):
        assert list(related(any_engine, bread)) == [23, 22, 21, 20]
    engine.update([], [22], "3")
    assert list(related(engine, bread)) == [23, 21, 20]


def test_a_lone_or_empty_document_has_no_related_ones(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    with pytest.raises(IndexUnavailableError):
        engine.related(LAB[0], 5)
    engine.rebuild([], "1")
    assert engine.related(LAB[0], 5) == ()
    engine.rebuild(LAB[:1], "2")
    assert engine.related(LAB[0], 5) == ()
    engine.rebuild(LAB[1:], "3")
    assert [entry.id for entry in engine.related(LAB[0], 5)] == [1]
    assert engine.related(paper(id=99, position=0), 5) == ()


def test_a_large_collaboration_relates_publications(tmp_path: Path) -> None:
    crowd = tuple(f"Member {n}" for n in range(65))
    papers = [
        paper(id=0, position=0, title="Zebras", authors=crowd),
        paper(id=1, position=1, title="Yachts", authors=crowd[::-1]),
        *(paper(id=n, position=n, title=f"Wax{n}x") for n in range(2, 20)),
    ]
    engine = WhooshEngine(tmp_path)
    engine.rebuild(papers, "1")
    (only,) = engine.related(papers[0], 5)
    assert (only.id, only.people, only.words) == (1, crowd, ())


def test_many_common_words_relate_publications_of_a_large_catalog(tmp_path: Path) -> None:
    topics = [
        "parser",
        "grammar",
        "syntax",
        "corpus",
        "speech",
        "dialog",
        "summary",
        "entity",
        "relation",
        "embedding",
    ]
    papers = [
        paper(
            id=n,
            position=n,
            title=f"Wax{n}x",
            abstract=" ".join(topics[(n * step) % 10] for step in (1, 3, 7)),
        )
        for n in range(300)
    ]
    papers[250] = replace(papers[250], abstract=" ".join(topics))
    papers[251] = replace(papers[251], abstract=" ".join(reversed(topics)))
    engine = WhooshEngine(tmp_path)
    engine.rebuild(papers, "1")
    assert [entry.id for entry in engine.related(papers[250], 5)][:1] == [251]
    assert len(engine.related(papers[0], 5)) == 5


def test_one_common_word_does_not_relate_publications_of_a_small_catalog(tmp_path: Path) -> None:
    papers = [
        paper(id=n, position=n, title=f"Wax{n}x", abstract=f"A corpus of dye{n}z is built.")
        for n in range(10)
    ]
    engine = WhooshEngine(tmp_path)
    engine.rebuild(papers, "1")
    assert engine.related(papers[0], 5) == ()


def test_a_long_common_word_is_read_only_among_the_best(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(related_module, "POSTINGS", 20)
    monkeypatch.setattr(related_module, "CANDIDATES", 3)
    monkeypatch.setattr(related_module, "LONG", 0)
    papers = [
        paper(id=n, position=n, title=f"corpus {'parser' if n % 9 == 4 else 'lexicon'} Wax{n}x")
        for n in range(60)
    ]
    engine = WhooshEngine(tmp_path)
    engine.rebuild(papers, "1")
    engine.update(papers[20:40], [], "2")
    entries = engine.related(papers[4], 3)
    assert [entry.id for entry in entries] == [13, 22, 31]
    assert {entry.words for entry in entries} == {("parser",)}
