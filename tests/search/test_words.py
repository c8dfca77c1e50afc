"""Queries of single words: short words, compounds, inflections, initials and URLs."""

from pathlib import Path

import pytest

from webapp.search.engine import Document, SearchEngine

from ..searching import ENGINES, paper, search


def build(folder: Path, name: str, *papers: Document) -> SearchEngine:
    engine = ENGINES[name](folder)
    engine.rebuild(papers, "1")
    return engine


every_engine = pytest.mark.parametrize("name", sorted(ENGINES))


@every_engine
@pytest.mark.parametrize("text", ["rl", "RL ", "nothing but rl", "rl nothing"])
def test_a_short_word_matches_in_abstracts(tmp_path: Path, name: str, text: str) -> None:
    engine = build(
        tmp_path,
        name,
        Document(1, 0, "Agents", abstract="Nothing but RL."),
        Document(2, 1, "Other agents", abstract="Nothing but rlhf, a longer word."),
    )
    assert search(engine, text).ids == (1,)


@every_engine
@pytest.mark.parametrize("text", ["on-device", '"on device"'])
def test_a_compound_needs_all_its_parts(tmp_path: Path, name: str, text: str) -> None:
    engine = build(
        tmp_path,
        name,
        Document(1, 0, "First", abstract="A device."),
        Document(2, 1, "Second", abstract="We work on-device."),
        Document(3, 2, "Models on device"),
    )
    assert set(search(engine, text).ids) == {2, 3}


@every_engine
def test_the_typed_word_ranks_before_its_inflections(tmp_path: Path, name: str) -> None:
    engine = build(
        tmp_path,
        name,
        Document(1, 0, "Automatic Extraction of Words", abstract="Automated extraction."),
        Document(2, 1, "Automated Extraction of Words"),
    )
    assert search(engine, "automated ext").ids == (2, 1)
    assert search(engine, "automatic ext").ids == (1, 2)


@every_engine
def test_two_words_match_an_inflection_of_both_joined(tmp_path: Path, name: str) -> None:
    engine = build(tmp_path, name, Document(1, 0, "Pretrained models"))
    hits = search(engine, "pre training ")
    assert (hits.ids, hits.rewritten) == ((1,), "")


@every_engine
@pytest.mark.parametrize(("text", "shown"), [("omdel ", "model"), ("etworks ", "networks")])
def test_a_wrong_first_letter_is_corrected(
    tmp_path: Path, name: str, text: str, shown: str
) -> None:
    """Correct it even if a rare word is equally near."""
    papers = [Document(n, n, "A model of networks") for n in range(20)]
    engine = build(tmp_path, name, *papers, Document(20, 20, "Odel eworks"))
    hits = search(engine, text)
    assert (hits.shown_query, hits.total) == (shown, 21)


@every_engine
def test_a_typo_in_a_family_name_is_not_an_initial(tmp_path: Path, name: str) -> None:
    engine = build(
        tmp_path,
        name,
        Document(1, 0, "First", ("Christopher M. Homan",)),
        Document(2, 1, "Second", ("Christopher Manning",)),
        Document(3, 2, "Third", ("C. Manning",)),
    )
    hits = search(engine, "christopher mannign ")
    assert (hits.ids[0], hits.shown_query) == (2, "christopher manning")


@every_engine
def test_an_initial_belongs_to_the_adjacent_name(tmp_path: Path, name: str) -> None:
    engine = build(
        tmp_path,
        name,
        Document(1, 0, "First", ("Judith Bishop", "Rosanna Smith")),
        Document(2, 1, "Second", ("Jordan Smith",)),
    )
    assert search(engine, "j. smith ").ids == (2,)
    assert search(engine, "r. smith ").ids == (1,)
    assert search(engine, "j. bishop ").ids == (1,)


@every_engine
def test_a_letter_beside_a_common_word_is_not_an_initial(tmp_path: Path, name: str) -> None:
    engine = build(
        tmp_path,
        name,
        Document(1, 0, "First", ("Xin Ray",)),
        Document(2, 1, "X-ray images", ("Ann Other",)),
        Document(3, 2, "An x ray", abstract="A ray, and a ray more"),
        Document(4, 3, "Nothing but a ray"),
    )
    assert set(search(engine, "x ray ").ids) == {1, 2, 3}


@every_engine
def test_no_correction_is_reported_if_the_words_do_not_change(tmp_path: Path, name: str) -> None:
    papers = [Document(n, n, "Colouring of graphs") for n in range(2, 200)]
    engine = build(tmp_path, name, Document(1, 0, "Coloring the slate"), *papers)
    hits = search(engine, "coloring the slate ")
    assert (hits.ids[0], hits.rewritten, hits.shown_query) == (1, "", "")


@every_engine
def test_a_partial_match_shows_compounds_as_typed(tmp_path: Path, name: str) -> None:
    engine = build(tmp_path, name, Document(1, 0, "Sequence-to-Sequence Models"))
    hits = search(engine, "Sequence-to-Sequence unheardof ")
    assert (hits.rewritten, hits.shown_query) == ("partial", "Sequence-to-Sequence")


@every_engine
@pytest.mark.parametrize(
    "text",
    [
        "https://www.example.org/papers/1/",
        "http://example.org/papers/1.pdf",
        "where is https://example.org/papers/1?",
    ],
)
def test_the_url_of_a_record_finds_it(tmp_path: Path, name: str, text: str) -> None:
    address = "https://example.org/papers/1"
    engine = build(
        tmp_path,
        name,
        Document(1, 0, "First", identifiers=(address,)),
        Document(2, 1, "Example papers", identifiers=("https://example.org/papers/2",)),
    )
    assert search(engine, text).ids == (1,)
    assert search(engine, "https://example.org/papers/3").ids == ()


def test_a_word_is_split_only_into_words_that_are_adjacent(tmp_path: Path) -> None:
    engine = ENGINES["whoosh"](tmp_path)
    titles = ["Where to sit", "Maca roots sit well", "Quilt frames", "A frame"]
    engine.rebuild([paper(id=n, position=n, title=title) for n, title in enumerate(titles)], "1")
    assert search(engine, "sitmaca").ids == ()
    assert search(engine, "rootssit").ids == (1,)
    assert search(engine, "quiltframe").ids == (2,)
