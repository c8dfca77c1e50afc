"""Words in the text of PDFs: below all other matches, and without an effect on anything else."""

from dataclasses import replace
from pathlib import Path

import pytest

from webapp.search.embedded.engine import WhooshEngine
from webapp.search.engine import Document, FullText, SearchRequest
from webapp.search.query import parse

from ..searching import PAPERS, paper, search

PAGES = (
    "We cite TensorIR: An Abstraction for Automatic Tensorized Program Optimization by S. Feng.",
    "The quokka sleeps. Quokkas are kept in few-shot zoos, e-mail us. "
    + "Filler words follow. " * 400,
    "Here tensr stands once. Greedy quokka search wins over 机器学习的方法 and dynamic shapes.",
)
NEW = 40


def text(*pages: str, name: str = "a.pdf") -> FullText:
    return FullText(f"{len(pages):032x}", name, "\f".join(pages))


def with_texts() -> list[Document]:
    new = paper(id=NEW, position=9, title="Marsupials", authors=("Quentin Okka",), year=2024)
    return [*PAPERS[:2], *PAPERS[3:], PAPERS[2], replace(new, texts=(text(*PAGES),))]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    engine = WhooshEngine(tmp_path_factory.mktemp("texts"))
    engine.rebuild(with_texts(), "1")
    return engine


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    """The same publications without the text."""
    engine = WhooshEngine(tmp_path_factory.mktemp("plain"))
    engine.rebuild([replace(document, texts=()) for document in with_texts()], "1")
    return engine


@pytest.mark.parametrize(
    "query",
    [
        "quokka", "quokkas", "quok", "quokka marsupials", "QUOKKA sleep", '"quokka sleeps"',
        "quokka year:2024", "author:okka quokka", "fewshot zoos", "few-shot zoos", "few shot zoos",
        "email zoos", "pdf:quokka", "pdf:quo", 'pdf:"the quokka sleeps"', "pdf:quokka -relax",
        "quokka OR zyzzyva", "zoos -zebras", "机器学习的方法 quokka",
    ],
)  # fmt: skip
def test_words_of_a_text_find_its_publication(engine: WhooshEngine, query: str) -> None:
    result = search(engine, query)
    assert result.ids[:1] == (NEW,)
    assert set(result.passages) == {NEW}


def test_a_passage_is_where_the_words_are(engine: WhooshEngine) -> None:
    whole = text(*PAGES).text
    for query, expected in (("greedy quokka", "Greedy quokka"), ("quokka sleeps", "quokka sleeps")):
        passage = search(engine, query).passages[NEW]
        assert expected in whole[passage.start : passage.end]
        assert passage.end - passage.start < 5_000
        assert passage.name == "a.pdf"


@pytest.mark.parametrize(
    "query", ["dynamic", "greedy", "dynamic shape", "language models", "relax"]
)
def test_other_matches_come_first_and_in_the_same_order(
    engine: WhooshEngine, without: WhooshEngine, query: str
) -> None:
    former, result = search(without, query), search(engine, query)
    assert result.ids[: len(former.ids)] == former.ids
    assert set(result.ids) - set(former.ids) <= {NEW}


@pytest.mark.parametrize(
    "query",
    [
        PAPERS[0].title, PAPERS[0].title.lower(), "Siyuan Feng", "feng",
        "abstraction for automatic tensorized program", "10.1145/3575693.3576933",
        "tensr", "abstracton", "machine lerning", "title:quokka", "author:quokka", "absent words",
        "s feng tensorir 2023", "机器学习的方法", "relax composable abstractions", "year:2023", "",
    ],
)  # fmt: skip
def test_known_items_names_and_typos_are_answered_as_without_texts(
    engine: WhooshEngine, without: WhooshEngine, query: str
) -> None:
    former, result = search(without, query), search(engine, query)
    assert result.ids[: len(former.ids)] == former.ids
    assert (result.rewritten, result.shown_query) == (former.rewritten, former.shown_query)
    assert result.suggestions == former.suggestions
    if query != "tensr":
        assert result.ids == former.ids


def test_a_text_teaches_no_spelling_and_no_relation(
    engine: WhooshEngine, without: WhooshEngine
) -> None:
    assert search(engine, "qoukka").total == 0  # only the text has a similar word
    (document,) = (document for document in with_texts() if document.id == 3)
    assert engine.related(document, 5) == without.related(document, 5)


def test_words_far_apart_come_after_records_that_have_most_of_them(engine: WhooshEngine) -> None:
    result = search(engine, "cite dynamic abstraction greedy")
    assert result.ids[-1] == NEW
    assert len(result.ids) > 1


def test_a_text_can_be_added_changed_and_removed(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    engine.rebuild(PAPERS, "1")
    assert (engine.texts, engine.texts_version) == ({}, "")
    versions = {engine.texts_version}
    for number, page in enumerate(("zygote", "zymosis", ""), 2):
        texts = (text(page, name="b.pdf"),) if page else ()
        engine.update([replace(PAPERS[0], texts=texts)], [], str(number))
        for word in ("zygote", "zymosis"):
            assert search(engine, word).ids == ((1,) if word == page else ())
        versions.add(engine.texts_version)
    assert len(versions) == 2  # the digest is of the number of pages here
    assert engine.texts == {}


def test_a_long_text_is_searched_up_to_the_last_position(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    long = "alpha " * 65_000 + "beta gamma " * 3_000
    engine.rebuild([replace(PAPERS[0], texts=(FullText("0", "a.pdf", long),))], "1")
    assert search(engine, "pdf:beta").total == 1
    assert search(engine, "pdf:gamma").passages[1].end <= len(long) + 5_000
    request = SearchRequest(parse("alpha"), literal=True)
    assert engine.search(request).ids == (1,)


def test_two_texts_are_searched_as_one_without_phrases_across(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    texts = (FullText("0", "a.pdf", "the red"), FullText("1", "b.pdf", "fox runs"))
    engine.rebuild([replace(PAPERS[0], texts=texts)], "1")
    assert search(engine, "red fox").passages[1].name in ("a.pdf", "b.pdf")
    assert search(engine, "pdf:runs").passages[1].name == "b.pdf"
    assert engine.search(SearchRequest(parse('pdf:"red fox"'), literal=True)).total == 0
