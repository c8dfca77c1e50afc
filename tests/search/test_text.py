"""Analysis of text: queries and documents give the same terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.folding import fold
from webapp.search.text import CHAIN, analyse, collapse, stem, terms


def words(text: str) -> set[str]:
    return {term for term, _ in terms(text)}


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Café", "cafe"),
        ("Cafe\u0301", "cafe"),
        ("Müller", "muller"),
        ("Straße", "strasse"),
        ("Łukasz Søren Ðorđe Ægir Œuvre", "lukasz soren dorde aegir oeuvre"),
        ("ﬁne ①", "fine 1"),
        ("한국어", "한국어"),
        ("co\u00adoperate", "cooperate"),
        ("كتاب", fold("کتاب")),
        ("علي على", fold("علی علی")),
        ("مدرسة", fold("مدرسه")),
        ("مـــدرسه", fold("مدرسه")),
        ("أحمد إسلام آب ٱلله", fold("احمد اسلام اب الله")),
        ("می‌شود", fold("میشود")),
        ("۱۴۰۲ ٢٠٢٣ २०२४", "1402 2023 2024"),
    ],
)
def test_fold_removes_case_and_accents(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("few-shot", {"few", "shot", "fewshot"}),
        ("few\u2010shot", {"few", "shot", "fewshot"}),
        ("TensorIR", {"tensor", "ir", "tensorir"}),
        ("GPT-4", {"gpt", "4", "gpt4"}),
        ("GPT4", {"gpt", "4", "gpt4"}),
        ("LLMs", {"llms"}),
        ("word2vec", {"word", "2", "vec", "word2vec"}),
        (r"$\tau^2$", {"tau", "2", "tau2"}),
        ("τ²", {"tau", "2", "tau2"}),
        ("tau2", {"tau", "2", "tau2"}),
        (r"$\varepsilon$-greedy", {"epsilon", "greedy", "epsilongreedy"}),
        ("ε", {"epsilon"}),
        ("O(n log n)", {"o", "n", "log"}),
        ("C++ and C#", {"c++", "and", "c#"}),
        ("C++11", {"c++", "11"}),
        ("A* search", {"a*", "search"}),
        (r"$A^*$-search", {"a*", "search"}),
        ("D∗ Lite", {"d*", "lite"}),
        ("neur* Smith* TF*IDF", {"neur", "smith", "tf", "idf"}),
        ("the .NET runtime", {"the", ".net", "net", "runtime"}),
        ("etc. And .5", {"etc", "and", "5"}),
        ("Prandtl's", {"prandtl"}),
        ("O'Brien", {"o", "brien", "obrien"}),
        ("机器学习", {"机器", "器学", "学习", "习"}),
        ("BERT模型", {"bert", "模型", "型"}),
        ("U.S.A.", {"u", "s", "a", "us", "usa"}),
        ("snake_case", {"snake", "case", "snakecase"}),
    ],
)
def test_a_text_gives_parts_and_joined_terms(text: str, expected: set[str]) -> None:
    assert words(text) == expected


def test_a_joined_term_has_the_position_of_its_first_part() -> None:
    assert list(terms("a few-shot test")) == [
        ("a", 0),
        ("few", 1),
        ("shot", 2),
        ("fewshot", 1),
        ("test", 3),
    ]


def test_a_long_chain_joins_adjacent_pieces_and_all() -> None:
    assert {"gpt4turbo", "gpt4", "4turbo"} <= words("gpt-4-turbo")
    assert "stateof" not in words("state-of-the-art")


def test_stems_are_those_of_folded_words() -> None:
    assert stem(fold("Résumés")) == stem("resumes")
    assert stem("networks") == stem("network")
    assert stem("müller") == "müller"


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("recognise", "recognize"),
        ("summarisation", "summarization"),
        ("organisational", "organizational"),
        ("specialised", "specialized"),
        ("analysed", "analyze"),
        ("behavioural", "behavior"),
        ("neighbourhoods", "neighborhood"),
        ("colours", "coloring"),
        ("centred", "center"),
        ("fibres", "fiber"),
        ("kilometre", "kilometers"),
        ("calibre", "caliber"),
        ("modelling", "modeled"),
        ("defence", "defenses"),
        ("dialogues", "dialog"),
        ("programmes", "programming"),
        ("encyclopaedia", "encyclopedias"),
        ("hypotheses", "hypothesis"),
        ("corpora", "corpus"),
    ],
)
def test_british_and_american_words_have_the_same_stem(british: str, american: str) -> None:
    assert stem(british) == stem(american)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("improvise", "improve"),
        ("expertise", "expert"),
        ("enterprise", "enter"),
        ("exercise", "exert"),
        ("hour", "hor"),
        ("resource", "resort"),
        ("precise", "preach"),
        ("flora", "flus"),
        ("centric", "center"),
        ("charactr", "characterise"),
        ("substrings", "substernal"),
    ],
)
def test_words_that_only_look_british_keep_stems_of_their_own(word: str, other: str) -> None:
    assert stem(word) != stem(other)


@pytest.mark.parametrize("name", ["Müller", "Mueller", "Muller"])
def test_spelled_out_umlauts_collapse(name: str) -> None:
    assert collapse(fold(name)) == "muller"


@given(st.text())
def test_terms_of_any_text_are_folded_and_bounded(text: str) -> None:
    for term, position in terms(text):
        assert 0 < len(term) <= 40
        assert position <= len(text) * 4
        assert not any(c.isspace() for c in term)


@given(st.text(max_size=60))
def test_offsets_lie_within_their_chain(text: str) -> None:
    for match in CHAIN.finditer(text):
        chain = analyse(match.group())
        for token in (*chain.parts, *chain.joined):
            assert 0 <= token.start < token.end <= len(match.group())
            assert token.position < len(chain.parts)
