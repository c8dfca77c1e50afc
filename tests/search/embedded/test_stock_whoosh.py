"""Whoosh alone, where Octavo cannot be imported, opens and searches the index of the engine."""

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from webapp.search.embedded.engine import WhooshEngine
from webapp.search.embedded.schema import LETTERS, schema
from webapp.search.engine import FullText, SearchRequest
from webapp.search.query import parse
from webapp.search.text import terms

from ...searching import PAPERS, document, folder_of

STOCK = """
import json, sys
sys.modules["webapp"] = None  # any import of it fails
from whoosh.index import open_dir
from whoosh.qparser import QueryParser

index = open_dir(sys.argv[1])
with index.searcher() as searcher:
    parsers = {name: QueryParser(name, index.schema) for name in index.schema.names()}
    for field, text in json.loads(sys.argv[2]):
        hits = searcher.search(parsers[field].parse(text), limit=None)
        print(json.dumps([hit.fields() for hit in hits]))
"""
CONNECTORS = "ʼ"  # letters for Unicode, but between two words for `search.text`
FIELDS = {"title": "title", "abstract": "abstract", "authors": "author"}
FIELDS |= {"venue": "venue", "tags": "tag", "pdf": "pdf"}
PLAIN = (
    *(("title", text) for text in ("relax", "RELAX", "Résumés", "resumes", "RÉSUME\u0301S")),
    *(("title", text) for text in ("TensorIR", "few-shot", '"dynamic machine learning"', "absent")),
    *(("title", text) for text in ("theta", "eta", '"program optimization"', '"alpha epsilon"')),
    *(("authors", text) for text in ("Müller", "muller", "MÜLLER", "maaten", "feng", "Alpha")),
    *(("venue", text) for text in ("asplos", "ASPLOS", "preprint", "systems", "2025", "vldb")),
    *(("tags", text) for text in ("compilers", "Agents", '"tensor programs"')),
    *(("abstract", text) for text in ("important", "DYNAMIC", '"language models"', "epsilon")),
    *(("pdf", text) for text in ("zymurgy", "ZYMURGY", "resumes", '"zymurgy resumes"', "others")),
)


def stock_hits(folder: Path, queries: Sequence[tuple[str, str]]) -> list[list[dict[str, object]]]:
    """Return the stored values of the documents that Whoosh finds for each query."""
    path, given = folder_of(folder), json.dumps(queries)
    command = [sys.executable, "-c", STOCK, str(path), given]
    run = subprocess.run(command, cwd=path, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of several segments, with a document deleted and one changed."""
    folder = tmp_path_factory.mktemp("index")
    engine, draw = WhooshEngine(folder), random.Random(17)
    text = FullText("0f", "relax.pdf", "Zymurgy résumés\fand the zymurgy of others")
    papers = (PAPERS[0], replace(PAPERS[1], texts=(text,)), *PAPERS[2:])
    engine.rebuild([*papers, *(document(number, draw) for number in range(10, 60))], "1")
    changed = replace(PAPERS[2], tags=("compilers", "machines"), texts=(text, text))
    engine.update([changed], [5, 12], "2")
    return folder


def test_whoosh_finds_the_same_documents_for_plain_words(folder: Path) -> None:
    engine = WhooshEngine(folder)
    assert len(list(folder_of(folder).glob("*.pst"))) == 2
    absent = []
    for (field, text), hits in zip(PLAIN, stock_hits(folder, PLAIN), strict=True):
        query = parse(f"{FIELDS[field]}:{text}")
        expected = engine.search(SearchRequest(query, limit=100, literal=True)).ids
        assert {hit["id"] for hit in hits} == set(expected), (field, text)
        absent += [] if hits else [text]
    assert absent == ["absent"]


def test_whoosh_finds_fewer_documents_where_the_engine_knows_inflections(folder: Path) -> None:
    (hits,) = stock_hits(folder, [("title", "abstraction")])
    assert [hit["id"] for hit in hits] == [1]
    assert set(WhooshEngine(folder).search(SearchRequest(parse("title:abstraction"))).ids) == {1, 3}


def test_whoosh_reads_the_stored_values(folder: Path) -> None:
    ((hit,),) = stock_hits(folder, [("title", "TensorIR")])
    assert hit == {
        "id": 1,
        "position": 0,
        "forthcoming": False,
        "title": PAPERS[0].title,
        "venue": "ASPLOS",
        "identifiers": ["10.1145/3575693.3576933", "2207.04296", "feng2023tensorir"],
        "acronyms": [],
        "texts": [],
        "facets": {"member": []} | {name: list(v) for name, v in PAPERS[0].facets.items()},
    }


def test_the_analyzer_of_the_schema_gives_the_terms_of_the_index_for_plain_words() -> None:
    """A plain word has letters of one alphabet, lower case except perhaps the first."""
    analyzer = schema()["title"].analyzer
    letters = {chr(code) for code in range(LETTERS) if chr(code).isalpha()} - set(CONNECTORS)
    letters = {letter for letter in letters if ord(letter.lower()[0]) < LETTERS}
    words = [f"{letter}{letter.lower()}s" for letter in sorted(letters)]
    for word in (*words, "Straße", "Æsir", "Łukasz", "Ærø", "Dvořák", "Журавлёв", "Ελλάδα"):
        parts = list(terms(word))
        if len(parts) == 1:
            assert [token.text for token in analyzer(word)] == [parts[0][0]], word
