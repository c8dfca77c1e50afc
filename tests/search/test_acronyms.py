"""Acronyms that records explain, and searches that use them both ways."""

from dataclasses import replace
from pathlib import Path

import pytest

from webapp.search.acronyms import find_acronyms
from webapp.search.engine import Document

from ..searching import ENGINES, paper, search

every_engine = pytest.mark.parametrize("name", sorted(ENGINES))

PAPERS = (
    Document(1, 0, "Neural machine translation (NMT) of poems"),
    Document(2, 1, "NMT without parallel data"),
    Document(3, 2, "Scaling neural machine translation to many languages"),
    Document(4, 3, "Translation of machine code", abstract="We train nets."),
)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Knowledge graphs (KGs) work", {("kg", "knowledge graphs")}),
        ("a KG (knowledge graph)", {("kg", "knowledge graph")}),
        ("Multi-modal named-entity recognition (NER)", {("ner", "named entity recognition")}),
        ("multi-hop question answering (MHQA)", {("mhqa", "multi hop question answering")}),
        ("learning from human feedback (LHF)", {("lhf", "learning from human feedback")}),
        ("multiword expressions ( MWE )", {("mwe", "multiword expressions")}),
        ("Réseaux de neurones (RN)", {("rn", "reseaux de neurones")}),
        ("unrelated words (XYZ), one (A), see (Table I)", set()),
        ("deep learning (dl) and a year (2019)", set()),
        ("in networks (NW)", set()),  # a single word
        ("машинный перевод (МП)", {("мп", "машинныи перевод")}),
        ("(NMT)", set()),
        ("", set()),
    ],
)
def test_acronyms_are_found_where_a_text_explains_them(
    text: str, pairs: set[tuple[str, str]]
) -> None:
    assert set(find_acronyms(text)) == pairs


@every_engine
@pytest.mark.parametrize(
    ("text", "ids", "shown"),
    [
        ("NMT", (1, 2, 3), "neural machine translation"),
        ("nmt ", (1, 2, 3), "neural machine translation"),
        ("NMT languages", (3,), "neural machine translation"),
        ("neural machine translation", (1, 3, 2), "NMT"),
    ],
)
def test_an_acronym_and_its_words_find_each_other_after_exact_matches(
    tmp_path: Path, name: str, text: str, ids: tuple[int, ...], shown: str
) -> None:
    engine = ENGINES[name](tmp_path)
    engine.rebuild(PAPERS, "1")
    hits = search(engine, text)
    assert set(hits.ids) == set(ids)
    assert hits.ids[-1] == ids[-1]
    assert (hits.rewritten, hits.shown_query) == ("acronym", shown)
    assert search(engine, text, literal=True).total < len(ids)


@every_engine
def test_words_for_an_acronym_come_before_partial_matches(tmp_path: Path, name: str) -> None:
    engine = ENGINES[name](tmp_path)
    engine.rebuild(PAPERS, "1")
    hits = search(engine, "neural machine translation parallel ")
    assert (hits.ids[0], set(hits.ids), hits.rewritten) == (2, {1, 2, 3}, "few")


@every_engine
def test_an_unfinished_word_is_no_acronym(tmp_path: Path, name: str) -> None:
    engine = ENGINES[name](tmp_path)
    engine.rebuild(PAPERS, "1")
    assert search(engine, "nmt").rewritten == ""


@every_engine
def test_an_acronym_mostly_used_for_something_else_is_left_alone(tmp_path: Path, name: str) -> None:
    engine = ENGINES[name](tmp_path)
    others = (Document(n, n, "Re ranking of answers") for n in range(10, 40))
    papers = Document(1, 0, "Relation extraction (RE)"), Document(2, 1, "Relation extraction")
    engine.rebuild((*papers, *others), "1")
    assert set(search(engine, "relation extraction ").ids) == {1, 2}


@every_engine
def test_an_acronym_is_forgotten_with_the_record_that_explains_it(
    tmp_path: Path, name: str
) -> None:
    engine = ENGINES[name](tmp_path)
    engine.rebuild(PAPERS, "1")
    engine.update([replace(PAPERS[0], title="Poems")], [], "2")
    assert search(engine, "NMT ").ids == (2,)
    engine.update([PAPERS[0]], [], "3")
    assert set(search(engine, "NMT ").ids) == {1, 2, 3}


@every_engine
def test_the_words_of_an_acronym_are_highlighted(tmp_path: Path, name: str) -> None:
    engine = ENGINES[name](tmp_path)
    engine.rebuild(PAPERS, "1")
    title = PAPERS[2].title
    spans = search(engine, "NMT ").highlighter.spans(title, "title")
    assert " ".join(title[start:end] for start, end in spans) == "neural machine translation"


@every_engine
@pytest.mark.parametrize(
    "text",
    ["EMNLP 2023 parsing", "EMNLP'23 parsing", "emnlp2023 parsing", "EMNLP-23 pars", "emnlp '23"],
)
def test_a_venue_is_found_by_its_acronym_and_the_year(tmp_path: Path, name: str, text: str) -> None:
    long = "Conference on Empirical Methods in Natural Language Processing"
    papers = (
        paper(1, 0, "Parsing", venue=f"Proceedings of the 2023 {long}", year=2023),
        paper(2, 1, "Parsing", venue=f"Proceedings of the 2022 {long}", year=2022),
        paper(3, 2, "Parsing", venue="ACL", year=2023),
    )
    engine = ENGINES[name](tmp_path)
    engine.rebuild(papers, "1")
    assert search(engine, text, literal=True).ids == (1,)
