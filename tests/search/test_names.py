"""Names of people, citations and systems rank the publications that they mean first."""

from pathlib import Path

import pytest

from webapp.search.engine import Document, SearchEngine

from ..searching import ENGINES, paper, search


def build(folder: Path, name: str, *documents: Document) -> SearchEngine:
    engine = ENGINES[name](folder)
    engine.rebuild(documents, "1")
    return engine


every_engine = pytest.mark.parametrize("name", sorted(ENGINES))


@every_engine
@pytest.mark.parametrize("text", ["Ling Yin", "Yin, Ling", "yin, ling ", "ling yin"])
def test_a_full_name_means_one_person(tmp_path: Path, name: str, text: str) -> None:
    engine = build(
        tmp_path,
        name,
        Document(1, 0, "Yin and more", ("Ling Wu", "Bo Yin")),
        Document(2, 1, "Something", ("Yin Ling",)),
        Document(3, 2, "Something", ("Ling Yin", "Bo Wu")),
    )
    assert search(engine, text).ids == (3, 2, 1)


@every_engine
def test_a_title_ranks_before_a_person(tmp_path: Path, name: str) -> None:
    engine = build(
        tmp_path, name, Document(1, 0, "Paper", ("Long Short",)), Document(2, 1, "Long Short Terms")
    )
    assert search(engine, "long short").ids == (2, 1)


CITED = (
    paper(1, 0, "In 2014", ("Ann Smith", "Mona Diab"), year=2014),
    paper(2, 1, "After Diab (2014)", ("Bo Wu",), year=2015),
    paper(3, 2, "Second", ("Mona Diab", "Bo Wu", "Ann Smith"), year=2014),
    paper(4, 3, "Third", ("Mona Diab", "Ann Smith"), year=2014),
)


@every_engine
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Diab et al. (2014)", {3, 4}),
        ("Diab et al., 2014", {3, 4}),
        ("(Diab, 2014)", {3, 4}),
        ("Diab 2014", {3, 4}),
        ("M. Diab et al", {3, 4}),
        ("Diab and Smith 2014", {4}),
        ("Diab & Smith (2014)", {4}),
        ("Smith and Diab 2014", {1}),
    ],
)
def test_a_citation_means_the_first_author_and_the_year(
    tmp_path: Path, name: str, text: str, first: set[int]
) -> None:
    hits = search(build(tmp_path, name, *CITED), text)
    assert set(hits.ids[: len(first)]) == first


@every_engine
@pytest.mark.parametrize("text", ["dens", "DENS", "Dens "])
def test_a_name_before_a_colon_ranks_before_words_with_its_stem(
    tmp_path: Path, name: str, text: str
) -> None:
    engine = build(
        tmp_path,
        name,
        Document(1, 0, "Dense Retrieval", abstract="Dense, dense and denser."),
        Document(2, 1, "Density"),
        Document(3, 2, "DENS: A Dataset of Emotions"),
        Document(4, 3, "Dens of Foxes"),
    )
    assert search(engine, text).ids[0] == 3


@every_engine
@pytest.mark.parametrize(
    ("text", "id_"), [("A*", 1), ("a* ", 1), ("C*", 2), ("R", 3), ("C++", 4), (".NET", 5), ("C", 6)]
)
def test_a_name_of_one_letter_or_with_a_sign_finds_itself_first(
    tmp_path: Path, name: str, text: str, id_: int
) -> None:
    titles = (
        *("A*: A Search", "C*-Algebras", "R: A Language", "C++ in Depth", ".NET Remoting"),
        *("C Programming", "Net Gains", "A Search", "Reading", "Algebras of C", "Cats: a Review"),
    )
    engine = build(tmp_path, name, *(Document(n, n, t) for n, t in enumerate(titles, 1)))
    assert search(engine, text).ids[0] == id_


@every_engine
@pytest.mark.parametrize("text", ["كتاب علي", "کتاب علی", "كـتاب ١٤٠٢"])
def test_arabic_and_persian_letters_are_the_same(tmp_path: Path, name: str, text: str) -> None:
    engine = build(tmp_path, name, Document(1, 0, "کتابِ علی ۱۴۰۲"))
    assert search(engine, text).ids == (1,)


@every_engine
@pytest.mark.parametrize("text", ["Fig Con App Rev", "fig con app ", "Figu Cont App 2nd"])
def test_words_abbreviated_in_order_find_the_title(tmp_path: Path, name: str, text: str) -> None:
    engine = build(
        tmp_path,
        name,
        Document(1, 0, "Review of Applications: Contextual Figures, 2nd"),
        Document(2, 1, "Figure Context Approach: A Review, 2nd Part"),
        Document(3, 2, "Big Can Ape Re"),
    )
    hits = search(engine, text)
    assert (hits.ids, hits.rewritten) == ((2,), "")
    title = "Figure Context Approach"
    assert title[slice(*hits.highlighter.spans(title, "title")[0])] == "Figure"
    assert search(engine, text, literal=True).ids == ()


@every_engine
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("De velopment", "development"),
        ("devel opment of", "development of"),
        ("de velopment of Sema ntic rol", "development of semantic rol"),
    ],
)
def test_a_word_broken_by_a_blank_is_joined(
    tmp_path: Path, name: str, text: str, shown: str
) -> None:
    engine = build(
        tmp_path,
        name,
        Document(1, 0, "Development of Semantic Roles"),
        Document(2, 1, "Velopment", ("Ann de Vel",)),
        *(Document(n, n, "Development of more semantic role") for n in range(10, 40)),
    )
    hits = search(engine, text)
    assert (hits.ids[0], hits.rewritten, hits.shown_query) == (1, "split", shown)


@every_engine
def test_words_that_are_as_frequent_apart_are_not_joined(tmp_path: Path, name: str) -> None:
    engine = build(
        tmp_path,
        name,
        *(Document(n, n, "Role of context in formation") for n in range(3)),
        *(Document(n, n, "Information") for n in range(10, 40)),
    )
    assert search(engine, "context in formation ").rewritten == ""
    assert set(search(engine, "in formation ").ids) == {0, 1, 2}


@every_engine
def test_a_rare_long_word_may_have_another_first_letter(tmp_path: Path, name: str) -> None:
    engine = build(tmp_path, name, Document(1, 0, "ShadowGNN"), Document(2, 1, "Projection"))
    assert search(engine, "yhadowgnn").ids == (1,)


@every_engine
def test_other_words_tell_the_intended_first_letter(tmp_path: Path, name: str) -> None:
    engine = build(
        tmp_path,
        name,
        Document(1, 0, "Quartz Translation"),
        *(Document(n, n, "Something", ("Ana Suarez",)) for n in range(2, 9)),
    )
    assert search(engine, "suartz translation ").ids == (1,)
    assert 1 not in search(engine, "suartz ").ids
