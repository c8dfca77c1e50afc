"""The results of the embedded engine compared with queries of plain Whoosh."""

import math
import random
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from whoosh import query as plain
from whoosh.filedb.filestore import FileStorage

from webapp.search.embedded import ranking
from webapp.search.embedded.engine import WhooshEngine
from webapp.search.embedded.schema import TEXT_FIELDS
from webapp.search.embedded.scoring import BOOSTS, LENGTH
from webapp.search.engine import Document, SearchRequest
from webapp.search.query import parse
from webapp.search.text import stem

from ...searching import document, folder_of


def whoosh_hits(folder: Path, words: list[str]) -> tuple[set[int], dict[int, float]]:
    """Return the ids that match all words in Whoosh, and their BM25F from its postings."""
    index = FileStorage(str(folder), supports_mmap=False).open_index()
    with index.searcher() as searcher:
        reader = searcher.reader()
        both = plain.And([_any_form(reader, word) for word in words])
        docs = set(searcher.docs_for_query(both))
        ids = {doc: searcher.stored_fields(doc)["id"] for doc in docs}
        scores = dict.fromkeys(ids.values(), 0.0)
        for word in words:
            for doc, score in _bm25f(searcher, _any_form(reader, word)).items():
                if doc in ids:
                    scores[ids[doc]] += score
        return set(ids.values()), scores


def _any_form(reader: Any, word: str) -> plain.Or:
    return plain.Or(
        [
            plain.Term(field, form)
            for field in TEXT_FIELDS
            if field in reader.indexed_field_names()
            for form in map(bytes.decode, reader.lexicon(field))
            if form == word or (field != "authors" and stem(form) == stem(word))
        ]
    )


def _bm25f(searcher: Any, forms: plain.Or) -> dict[int, float]:
    reader = searcher.reader()
    weights: Counter[int] = Counter()
    for term in forms:
        lengths = _lengths(reader, term.fieldname)
        average = max(sum(lengths.values()) / reader.doc_count(), 1)
        matcher = reader.postings(term.fieldname, term.text)
        while matcher.is_active():
            share = 1 - LENGTH[term.fieldname]
            share += LENGTH[term.fieldname] * lengths[matcher.id()] / average
            weights[matcher.id()] += BOOSTS[term.fieldname] * matcher.weight() / share
            matcher.next()
    size, matching = reader.doc_count(), len(weights)
    rarity = math.log(1 + (size - matching + 0.5) / (matching + 0.5))
    return {d: rarity * w * (ranking.K1 + 1) / (w + ranking.K1) for d, w in weights.items()}


def _lengths(reader: Any, field: str) -> Counter[int]:
    lengths: Counter[int] = Counter()
    for term in reader.lexicon(field):
        matcher = reader.postings(field, term)
        while matcher.is_active():
            lengths[matcher.id()] += int(matcher.weight())
            matcher.next()
    return lengths


def check(folder: Path, live: dict[int, Document], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STARTS", "TYPED", "BEGINS", "EQUALS", "WORDS", "PHRASE", "WHOLE", "NAME"):
        monkeypatch.setattr(ranking, f"TITLE_{name}", 0.0)
    engine = WhooshEngine(folder)
    for words in (["gamma"], ["networks"], ["alpha", "delta"], ["zetas", "eta", "theta"]):
        hits = engine.search(SearchRequest(parse(" ".join(words)), limit=1000, literal=True))
        expected, scores = whoosh_hits(folder_of(folder), words)
        assert set(hits.ids) == expected
        assert hits.total == len(hits.ids) == len(expected)
        ranked = [scores[i] for i in hits.ids]
        assert all(a >= b - 0.002 for a, b in pairwise(ranked))
        documents = [live[i] for i in hits.ids]
        for name in ("venue", "year", "author"):
            counts = Counter(value for d in documents for value in d.facets[name])
            assert dict(hits.facets[name]) == counts


def test_the_arrays_give_the_hits_of_whoosh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(7)
    live = {number: document(number, draw) for number in range(120)}
    engine = WhooshEngine(tmp_path)
    engine.rebuild(live.values(), "0")
    check(tmp_path, live, monkeypatch)
    for revision in range(1, 12):
        changed = [document(draw.randrange(200), draw) for _ in range(draw.randint(0, 25))]
        removed = draw.sample(sorted(live), draw.randint(0, 6))
        removed = [i for i in removed if i not in {d.id for d in changed}]
        engine.update(changed, removed, str(revision))
        live |= {d.id: d for d in changed}
        for number in removed:
            del live[number]
        assert engine.search(SearchRequest(parse(""))).total == len(live)
        check(tmp_path, live, monkeypatch)


def test_phrases_match_as_in_whoosh(tmp_path: Path) -> None:
    draw = random.Random(3)
    engine = WhooshEngine(tmp_path)
    engine.rebuild((document(number, draw) for number in range(200)), "0")
    index = FileStorage(str(folder_of(tmp_path)), supports_mmap=False).open_index()
    with index.searcher() as searcher:
        for first, second in (("alpha", "beta"), ("eta", "theta"), ("beta", "alpha")):
            phrases = [plain.Phrase(field, [first, second]) for field in ("title", "abstract")]
            docs = searcher.docs_for_query(plain.Or(phrases))
            ids = {searcher.stored_fields(doc)["id"] for doc in docs}
            hits = engine.search(SearchRequest(parse(f'"{first} {second}"'), limit=1000))
            assert set(hits.ids) == ids
