"""Highlights cover the matching words, and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.search.highlight import QueryHighlighter
from webapp.search.query import parse
from webapp.search.text import terms


def highlighted(query: str, text: str, field: str = "title") -> list[str]:
    return [text[a:b] for a, b in QueryHighlighter(parse(query, typing=True)).spans(text, field)]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("networks ", "A Network of networks", ["Network", "networks"]),
        ("resume ", "Résumés and re\u0301sume\u0301", ["Résumés", "re\u0301sume\u0301"]),
        ("netw", "Neural Networks", ["Networks"]),
        ("few-shot ", "Few-Shot, fewshot and few shots", ["Few-Shot", "fewshot", "few", "shots"]),
        ("few-shot ", "few words, one shot", []),
        ("fewshot ", "Few-Shot", ["Few-Shot"]),
        ("few shot ", "fewshot", ["fewshot"]),
        ("tensorir ", "TensorIR", ["TensorIR"]),
        ("tensor ", "TensorIR", ["Tensor"]),
        ("gpt4 ", "GPT-4 and GPT-3", ["GPT-4"]),
        ("tau2 ", "$\\tau^2$-Bench", ["tau^2"]),
        ("amp ", "R&amp;D &amp", ["amp", "amp"]),
        ("<b> ", "a <b>bold</b>", ["b", "b"]),
        ('"deep learning" ', "deep learning of deep things", ["deep", "learning"]),
        ("the network ", "The network", ["network"]),
        ("the ", "The network", ["The"]),
        ("学习", "机器学习", ["学习"]),
        ("机器 学习", "Nothing of it", []),
        ("email ", "An E-mail, emails", ["E-mail", "emails"]),
        ("kmeans ", "the $k$-means", ["k$-means"]),
        ("ou ", "d'où, route, Où", ["où", "Où"]),
        ("net ", "cabinet, CabiNet, İnet net", ["Net", "net"]),
        ("-network deep ", "deep network", ["deep"]),
        ("author:deep net ", "deep net", ["net"]),
        ("", "anything", []),
    ],
)
def test_words_of_a_query_are_highlighted(query: str, text: str, expected: list[str]) -> None:
    assert highlighted(query, text) == expected


def test_names_have_no_stems() -> None:
    assert highlighted("networks ", "Ann Network", "authors") == []
    assert highlighted("muller ", "Jörg Müller, A. Mueller", "authors") == ["Müller", "Mueller"]


def test_a_field_highlights_only_itself() -> None:
    assert highlighted("author:feng", "Feng's theorem", "title") == []
    assert highlighted("author:feng", "Siyuan Feng", "authors") == ["Feng"]


def test_short_prefixes_are_not_highlighted_in_abstracts() -> None:
    assert highlighted("t", "the test", "abstract") == []
    assert highlighted("t", "A test", "title") == ["test"]


ABSTRACT = (
    "First words about nothing. " * 12 + "Here tensor programs meet a compiler. " + "End. " * 50
)


def test_the_snippet_shows_the_words() -> None:
    highlighter = QueryHighlighter(parse("compiler tensor "))
    start, end = highlighter.snippet(ABSTRACT, 100) or (0, 0)
    window = ABSTRACT[start:end]
    assert "tensor programs meet a compiler" in window
    assert len(window) <= 150
    assert ABSTRACT[start - 1].isspace()
    assert end == len(ABSTRACT) or ABSTRACT[end].isspace()


def test_the_snippet_takes_the_window_with_most_words() -> None:
    text = "tensor " + "filler " * 60 + "tensor compiler " + "filler " * 60
    start, end = QueryHighlighter(parse("tensor compiler ")).snippet(text, 80) or (0, 0)
    assert "tensor compiler" in text[start:end]


@pytest.mark.parametrize(
    ("query", "title", "shows"),
    [
        ("tensor compiler ", "Tensors", True),
        ("tensor compiler ", "A compiler of tensors", False),
        ("tensor compiler ", "Tensorcompiler", False),
        ('"tensor programs" compiler ', "A compiler of programs", True),
        ("tensor nowhere ", "Tensors", False),
    ],
)
def test_the_snippet_shows_words_not_shown_elsewhere(query: str, title: str, shows: bool) -> None:
    highlighter = QueryHighlighter(parse(query))
    window = highlighter.snippet(ABSTRACT, 40, shown=[(title, "title"), ("", "venue")])
    assert (window is not None) is shows
    if window and title == "Tensors":
        assert "compiler" in ABSTRACT[slice(*window)]


def test_no_snippet_without_a_match() -> None:
    assert QueryHighlighter(parse("zebra")).snippet(ABSTRACT) is None
    assert QueryHighlighter(parse("")).snippet(ABSTRACT) is None


@given(st.text(max_size=40), st.text(max_size=120), st.integers(1, 60))
def test_spans_and_snippets_lie_within_the_text(query: str, text: str, length: int) -> None:
    highlighter = QueryHighlighter(parse(query, typing=True))
    last = 0
    for start, end in highlighter.spans(text, "abstract"):
        assert last <= start < end <= len(text)
        last = end
    if window := highlighter.snippet(text, length):
        assert 0 <= window[0] < window[1] <= len(text)


@given(st.text("aebABxéÉß9²学-'’. _", max_size=24))
def test_every_term_of_a_text_is_highlighted(text: str) -> None:
    for term, _ in terms(text):
        assert QueryHighlighter(parse(term)).spans(text, "title"), term
