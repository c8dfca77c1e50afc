"""Publications found by identifiers as people paste them: whole, in part, or on another host."""

import pytest

from webapp.search.engine import Document, SearchEngine
from webapp.search.identifiers import last_segment, normalise

from ..searching import ENGINES, search

PAPERS = (
    Document(1, 0, "First", identifiers=("10.18653/v1/P19-1150", "doe-2019-first")),
    Document(2, 1, "Second", identifiers=("https://aclanthology.org/2020.lrec-1.105/",)),
    Document(3, 2, "Third", identifiers=("https://www.aclweb.org/anthology/C14-1079",)),
    Document(4, 3, "Fourth", identifiers=("https://arxiv.org/abs/1706.03762v2",)),
    Document(5, 4, "Fifth", identifiers=("arXiv:cmp-lg/9404001", "10.1162/coli_a_00123")),
    Document(6, 5, "Sixth", identifiers=("31234567", "PMC6543210", "isbn 1-55860-883-4")),
    Document(7, 6, "Seventh", identifiers=("https://openreview.net/forum?id=rJXMpikCZ",)),
    Document(8, 7, "Eighth", identifiers=("https://github.com/owner/parser", "10.1002/asi.4630")),
    Document(9, 8, "A parser of first", identifiers=("https://example.org/2019/report.html",)),
    *(
        Document(n, n, "Slides", identifiers=(f"https://example.org/{n}/slides-2020-01.pdf",))
        for n in range(20, 30)
    ),
)


@pytest.fixture(scope="module", params=sorted(ENGINES))
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> SearchEngine:
    engine = ENGINES[request.param](tmp_path_factory.mktemp("index"))
    engine.rebuild(PAPERS, "1")
    return engine


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("P19-1150", 1),
        ("p19-1150 ", 1),
        ("(P19-1150).", 1),
        ("v1/P19-1150", 1),
        ("https://doi.org/10.18653%2Fv1%2FP19-1150", 1),
        ("https://www.aclweb.org/anthology/P19-1150/#abstract", 1),
        ("P19-1150v2.pdf", 1),
        ("please find P19-1150", 1),
        ("2020.lrec-1.105", 2),
        ("http://lrec.example/files/2020.lrec-1.105.pdf", 2),
        ("aclweb.org/anthology/C14-1079/", 3),
        ("http://aclweb.org/anthology/C/C14/C14-1079.pdf", 3),
        ("https://aclanthology.org/C14-1079.bib", 3),
        ("1706.03762", 4),
        ("arXiv:1706.03762v5", 4),
        ("arXiv 1706.03762 [cs.CL]", 4),
        ("huggingface.co/papers/1706.03762", 4),
        ("cmp-lg/9404001v1", 5),
        ("arXiv:cmp-lg/9404001", 5),
        ("coli_a_00123", 5),
        ("https://direct.example/doi/pdf/10.1162/coli_a_00123?download=1", 5),
        ("PMID: 31234567", 6),
        ("https://pubmed.ncbi.nlm.nih.gov/31234567/", 6),
        ("PMC6543210", 6),
        ("ISBN 978-1-55860-883-2", 6),
        ("isbn: 1558608834", 6),
        ("openreview.net/pdf?id=rJXMpikCZ", 7),
        ("https://github.com/fork/parser", 8),
        ("https://wiley.example/doi/abs/10.1002/asi.4630/full", 8),
    ],
)
def test_a_part_of_an_identifier_finds_its_publication(
    engine: SearchEngine, text: str, id_: int
) -> None:
    hits = search(engine, text)
    assert (hits.ids[0], hits.rewritten) == (id_, "")


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/unknown/P19-1151",
        "https://example.com/2019",  # a year identifies no publication
        "https://example.com/slides-2020-01.pdf",  # of ten publications
    ],
)
def test_an_unknown_address_finds_nothing(engine: SearchEngine, text: str) -> None:
    assert search(engine, text).ids == ()


def test_a_typed_word_is_not_the_end_of_an_address(engine: SearchEngine) -> None:
    assert search(engine, "parser").ids == (9,)
    assert search(engine, "first/parser").ids == (9,)


@pytest.mark.parametrize(
    ("identifier", "segment"),
    [
        ("10.18653/v1/P19-1150", "p19-1150"),
        ("https://papers.example/2017/hash/3f5ee2-Abstract.html", "3f5ee2"),
        ("https://papers.example/2017/file/3f5ee2-Paper-Conference.pdf", "3f5ee2"),
        ("https://example.org/article/pii/S0031320319300123?via%3Dihub", "s0031320319300123"),
        ("https://example.org/stamp?arnumber=8100173&utm_source=x", "8100173"),
        ("https://example.org/document/8100173/authors", "8100173"),
        ("doe-2019-first", "doe-2019-first"),
    ],
)
def test_the_last_segment_has_no_type_of_file_and_no_version(identifier: str, segment: str) -> None:
    assert last_segment(normalise(identifier)) == segment
