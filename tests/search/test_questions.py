"""Long questions, which match by their words alone."""

import pytest

from webapp.search.embedded.questions import LONG, RANKED
from webapp.search.engine import SearchEngine
from webapp.search.query import MAX_LENGTH

from ..searching import ENGINES, paper, search

FILLER = " ".join(f"zq{chr(97 + n)}vx" for n in range(LONG))
PAPERS = 1010  # about sourdough
WORDS = [f"w{chr(97 + n)}rd" for n in range(26)]


@pytest.fixture(scope="module", params=sorted(ENGINES))
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> SearchEngine:
    engine = ENGINES[request.param](tmp_path_factory.mktemp("index"))
    papers = [
        paper(id=1, position=1, title="Glaciers in spring", abstract=" ".join(WORDS)),
        paper(id=2, position=2, title="Glaciers", abstract=" ".join(WORDS[:20]), year=2020),
        paper(id=3, position=3, title="Few-shot tuning of harpsichords"),
    ]
    papers += [
        paper(id=n, position=n, title=f"Dye {n}", abstract="sourdough")
        for n in range(4, 4 + PAPERS)
    ]
    engine.rebuild(papers, "1")
    return engine


def test_the_words_beyond_256_characters_count(engine: SearchEngine) -> None:
    text = f"{FILLER} harpsichord".rjust(MAX_LENGTH)
    assert len(text) == MAX_LENGTH
    assert text.index("harpsichord") > 256
    assert search(engine, text).ids == (3,)


def test_hits_are_ranked_by_their_words(engine: SearchEngine) -> None:
    hits = search(engine, f"{' '.join(WORDS)} harpsichord")
    assert (hits.ids, hits.rewritten) == ((1, 2), "partial")
    assert "harpsichord" in hits.shown_query


def test_a_record_with_all_words_is_first(engine: SearchEngine) -> None:
    hits = search(engine, f"{' '.join(WORDS)} spring")
    assert (hits.ids[0], hits.rewritten) == (1, "few")


def test_a_compound_matches_its_parts(engine: SearchEngine) -> None:
    assert search(engine, f"{FILLER} few-shot").ids == (3,)


def test_years_exclusions_and_fields_restrict_a_question(engine: SearchEngine) -> None:
    assert search(engine, f"{' '.join(WORDS)} year:2020").ids == (2,)
    assert search(engine, f"{' '.join(WORDS)} -spring").ids == (2,)
    assert search(engine, f"{FILLER} {WORDS[0]} title:spring").ids == (1,)


def test_a_long_quotation_with_a_wrong_word_finds_the_rest(engine: SearchEngine) -> None:
    hits = search(engine, f'"{" ".join(WORDS)} wrong"')
    assert (hits.ids[0], hits.rewritten) == (1, "phrase")


def test_equal_hits_are_all_listed(engine: SearchEngine) -> None:
    assert search(engine, f"{FILLER} sourdough dye").total == PAPERS > RANKED


def test_a_question_without_a_known_word_finds_nothing(engine: SearchEngine) -> None:
    hits = search(engine, FILLER)
    assert (hits.total, hits.rewritten) == (0, "")
