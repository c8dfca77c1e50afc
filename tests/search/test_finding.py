"""Queries as people type them: with typos, accents, initials and whole questions."""

from pathlib import Path

import pytest

from webapp.search.engine import Document, SearchEngine

from ..searching import ENGINES, PAPERS, paper, search


@pytest.fixture(scope="module", params=sorted(ENGINES))
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> SearchEngine:
    engine = ENGINES[request.param](tmp_path_factory.mktemp("index"))
    engine.rebuild(PAPERS, "1")
    return engine


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
        ("sean obrien ", {5}),  # the record has only the initial
        ("O'Brien, Sean ", {5}),
        ("obrien sean", {5}),
        ('author:"sean o\'brien"', {5}),
        ("dynamic obrien ", set()),  # a word of abstracts is not a given name
        ("bohan feng ", {1}),  # in one record, but not in one name
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
        ('-author:"sean obrien" relax', {5, 3, 4}),  # only certain matches are excluded
        ("author:lai author:hou", {1, 3}),
        ("title:models", set()),
        ("venue:asplos", {1, 3}),
        ('venue:"operating systems"', {1}),
        ("tag:compilers", {1, 3}),
        ("type:article", {4, 5}),
        ("year:2024..", {2, 3}),
        ("-year:2025 relax", {5, 4}),
        ("year:..2023", {5, 1}),  # not one without a year
        ("-year:..2019 relax", {3, 4}),
        ("relax -dynamic", {5}),
        ('"machine learning"', {3}),
        ('"learning machine"', set()),
        ("-relax", {1, 2}),
        ("relax 2019", {5}),  # the year is also a word
        ("feng et al. 2025", {3}),
        ('author:"s. feng"', {1, 3}),
        ('author:"feng, s."', {1, 3}),
        ('author:"f. feng"', set()),  # a name is not its own initial
        ("b. hou", {1}),
        ("hou, b.", {1}),
        ("vandermaaten", {2}),
        ("author: feng", {1, 3}),
        ("year: 2025 relax", {3}),
        ("year:2025..2024", {2, 3}),
        ("“machine learning”", {3}),
        ("-“machine learning” relax", {4, 5}),
        ('type:"conference paper"', {1, 3}),
        ("type:journal", {4, 5}),
    ],
)
def test_a_query_matches_the_intended_papers(
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
        ("siyuan feng", [1, 3]),  # a tie, so in the owner's order
        ("dynamic", [3, 4]),
    ],
)
def test_hits_are_ranked_by_their_titles_first(
    engine: SearchEngine, text: str, ids: list[int]
) -> None:
    assert list(search(engine, text).ids) == ids


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
def test_a_query_without_hits_is_relaxed(
    engine: SearchEngine, text: str, ids: list[int], rewritten: str, shown: str
) -> None:
    hits = search(engine, text)
    assert list(hits.ids) == ids
    if (
        rewritten != "split" or hits.rewritten
    ):  # an engine may match the two words without relaxation
        assert (hits.rewritten, hits.shown_query) == (rewritten, shown)
    literal = search(engine, text, literal=True)
    assert not literal.rewritten


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_a_word_in_most_hits_is_shown_as_typed(tmp_path: Path, name: str) -> None:
    engine = ENGINES[name](tmp_path)
    titles = ("What few-shot nets you need", "Few-shot: you need nets", "Few-shot nets", "Nets")
    authors = ("Li Yu", "Bo Yu", "Cy Need Yu", "Ann Nede")
    papers = (
        Document(i, i, title, (author,))
        for i, (title, author) in enumerate(zip(titles, authors, strict=True))
    )
    engine.rebuild(papers, "1")
    hits = search(engine, "Few-shot nets you nede ")
    assert (set(hits.ids), hits.shown_query) == ({0, 1, 2}, "Few-shot nets you need")


@pytest.mark.parametrize("text", ["xqzvkj", "qqqqqqqq wwwwwwww ", "zx", "12345678"])
def test_random_letters_have_no_hits(engine: SearchEngine, text: str) -> None:
    hits = search(engine, text)
    assert (hits.total, hits.rewritten) == (0, "")


def test_filters_and_years_do_not_relax_the_words(engine: SearchEngine) -> None:
    assert not search(engine, "relax", filters={"year": ("2001",)}).rewritten
    assert not search(engine, "relax year:2001").rewritten


def test_a_long_question_finds_its_paper(engine: SearchEngine) -> None:
    hits = search(engine, "how do dynamic shape computations become so critical for models today")
    assert hits.ids[0] == 3
    assert hits.rewritten == "partial"


def test_a_question_with_few_hits_is_extended_by_partial_matches(
    engine: SearchEngine,
) -> None:
    question = "when learning has become critical for dynamic models "
    hits = search(engine, question)
    assert (hits.ids[0], set(hits.ids), hits.rewritten) == (3, {1, 3, 4}, "few")
    assert search(engine, question, literal=True).ids == (3,)


def test_few_hits_of_three_words_are_extended_by_those_with_most_of_them(
    engine: SearchEngine,
) -> None:
    hits = search(engine, "learning critical dynamic ")
    assert (hits.ids, hits.rewritten) == ((3, 4), "few")  # not 1, which has only "learning"


def test_a_query_that_names_a_publication_is_not_extended(engine: SearchEngine) -> None:
    hits = search(engine, "Lai, Feng (2025) Relax: Composable Abstractions for Dynamic Machine")
    assert (hits.ids, hits.rewritten) == ((3,), "")


@pytest.mark.parametrize(
    ("text", "ids", "shown"),
    [
        ('"abstractions dynamic learning"', {3}, "abstractions dynamic learning"),  # near
        ('"learning machine"', {3, 4}, "learning machine"),
        ('"relax shape"', {3}, "relax shape"),  # in one record, but not near
        ('"composable abstractions for dynamic unheardof machine"', {3, 4}, None),
        ('title:"dynamic composable"', {3}, None),
        ("“dynamic composable", {3}, "dynamic composable"),
        ('"machine dynamic" asplos', {3}, "machine dynamic asplos"),
    ],
)
def test_a_phrase_without_hits_is_relaxed_to_its_words(
    engine: SearchEngine, text: str, ids: set[int], shown: str | None
) -> None:
    hits = search(engine, text)
    assert (set(hits.ids), hits.ids[0], hits.rewritten) == (ids, 3, "phrase")
    assert shown in (None, hits.shown_query)
    assert search(engine, text, literal=True).total == 0


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_words_near_each_other_suffice_for_a_phrase(tmp_path: Path, name: str) -> None:
    engine = ENGINES[name](tmp_path)
    engine.rebuild(
        (
            Document(1, 0, "Parsing of code", abstract="Nothing here but a few neural nets."),
            Document(2, 1, "Other", abstract="We give a fast parser, neural and of code, for all."),
            Document(3, 2, "Other", abstract="Neural. " + "Words in between. " * 9 + "Parse code."),
        ),
        "1",
    )
    hits = search(engine, '"neural parsers of code"')
    assert (hits.ids, hits.rewritten) == ((2,), "phrase")


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_a_word_of_the_catalog_is_not_corrected(tmp_path: Path, name: str) -> None:
    engine = ENGINES[name](tmp_path)
    titles = ("Quantum commuting", "Quantum physics", "Computing in chemistry", "Chemistry")
    engine.rebuild((Document(n, n, title) for n, title in enumerate(titles)), "1")
    hits = search(engine, "quantum computing ")
    assert hits.rewritten == "partial"
    assert {1, 2} <= set(hits.ids[:3])


def test_highlights_follow_the_relaxed_query(engine: SearchEngine) -> None:
    title = PAPERS[0].title
    hits = search(engine, "tensorirr abstractions ")
    assert [title[a:b] for a, b in hits.highlighter.spans(title, "title")] == [
        "TensorIR",
        "Abstraction",
    ]


@pytest.mark.parametrize("text", ["siyuan feng", "feng, siyuan ", "author:'siyuan feng'"])
@pytest.mark.parametrize("name", sorted(ENGINES))
def test_a_full_name_ranks_before_its_initial(tmp_path: Path, name: str, text: str) -> None:
    engine = ENGINES[name](tmp_path)
    authors = ("S. Feng", "Siyuan Feng", "X. Feng", "Siyuan Wu")
    papers = (Document(i, i, "Something", (author,)) for i, author in enumerate(authors))
    engine.rebuild(papers, "1")
    assert search(engine, text.replace("'", '"'), literal=True).ids == (1, 0)


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_a_word_of_a_title_is_no_cited_author(tmp_path: Path, name: str) -> None:
    engine = ENGINES[name](tmp_path)
    engine.rebuild(
        (
            paper(1, 0, "Grammar partitioning", ("Po Luk",), year=2001),
            paper(2, 1, "Parsing lattices", ("Po Luk", "An Li"), year=2000),
        ),
        "1",
    )
    assert search(engine, "luk partitioning 2000").ids[0] == 1
