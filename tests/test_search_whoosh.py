"""The embedded engine: held against plain Whoosh, damaged, killed, filled up, and under threads."""

import json
import math
import os
import random
import resource
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from whoosh import query as plain
from whoosh.filedb.filestore import FileStorage

from webapp.search import ranking
from webapp.search.engine import Document, IndexBusy, IndexUnavailable, Request
from webapp.search.matching import BOOSTS, LENGTH
from webapp.search.query import parse
from webapp.search.schema import TEXT_FIELDS
from webapp.search.text import stem
from webapp.search.whoosh import WhooshEngine

WORDS = ("alpha", "beta", "gammas", "gamma", "delta", "deltas", "epsilon", "zetas", "eta")
WORDS += ("theta", "network", "networks")
NAMES = ("Ann Alpha", "Bo Beta", "Cy Network", "Dee Networks")


def document(number: int, draw: random.Random) -> Document:
    return Document(
        id=number,
        position=number,
        title=" ".join(draw.choices(WORDS, k=draw.randint(1, 6))),
        authors=tuple(draw.sample(NAMES, draw.randint(0, 3))),
        venue=draw.choice(("ACL", "VLDB", "")),
        year=draw.choice((2019, 2020, None)),
        type=draw.choice(("article", "misc")),
        abstract=" ".join(draw.choices(WORDS, k=draw.randint(0, 30))),
    )


def folder_of(engine_folder: Path) -> Path:
    name = json.loads((engine_folder / "current").read_text().partition("\n")[2])["name"]
    return engine_folder / str(name)


# -- the arrays beside plain Whoosh


def whoosh_hits(folder: Path, words: list[str]) -> tuple[set[int], dict[int, float]]:
    """The ids that have all words, by Whoosh's own queries, and their BM25F by its postings."""
    index = FileStorage(str(folder), supports_mmap=False).open_index()
    with index.searcher() as searcher:
        reader = searcher.reader()
        both = plain.And([_any_form(reader, word) for word in words])
        docs = set(searcher.docs_for_query(both))
        ids = {doc: searcher.stored_fields(doc)["columns"][0] for doc in docs}
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
    size, found = reader.doc_count(), len(weights)
    rarity = math.log(1 + (size - found + 0.5) / (found + 0.5))
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
    for name in ("TITLE_STARTS", "TITLE_BEGINS", "TITLE_EQUALS", "TITLE_WORDS", "TITLE_PHRASE"):
        monkeypatch.setattr(ranking, name, 0.0)
    engine = WhooshEngine(folder)
    for words in (["gamma"], ["networks"], ["alpha", "delta"], ["zetas", "eta", "theta"]):
        hits = engine.search(Request(parse(" ".join(words)), limit=1000, literal=True))
        expected, scores = whoosh_hits(folder_of(folder), words)
        assert set(hits.ids) == expected
        assert hits.total == len(hits.ids) == len(expected)
        ranked = [scores[i] for i in hits.ids]
        assert all(a >= b - 0.002 for a, b in pairwise(ranked))
        found = [live[i] for i in hits.ids]
        assert dict(hits.facets["venue"]) == Counter(d.venue for d in found if d.venue)
        assert dict(hits.facets["year"]) == Counter(str(d.year) for d in found if d.year)
        assert dict(hits.facets["author"]) == Counter(a for d in found for a in d.authors)


def test_the_arrays_answer_as_whoosh_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
        assert engine.search(Request(parse(""))).total == len(live)
        check(tmp_path, live, monkeypatch)


def test_phrases_are_those_of_whoosh(tmp_path: Path) -> None:
    draw = random.Random(3)
    engine = WhooshEngine(tmp_path)
    engine.rebuild((document(number, draw) for number in range(200)), "0")
    index = FileStorage(str(folder_of(tmp_path)), supports_mmap=False).open_index()
    with index.searcher() as searcher:
        for first, second in (("alpha", "beta"), ("eta", "theta"), ("beta", "alpha")):
            phrases = [plain.Phrase(field, [first, second]) for field in ("title", "abstract")]
            docs = searcher.docs_for_query(plain.Or(phrases))
            ids = {searcher.stored_fields(doc)["columns"][0] for doc in docs}
            hits = engine.search(Request(parse(f'"{first} {second}"'), limit=1000))
            assert set(hits.ids) == ids


# -- threads and processes


def test_answers_are_of_one_generation_under_threads(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path, cache_bytes=1 << 20)
    draw = random.Random(1)
    engine.rebuild([document(number, draw) for number in range(50)], "50")
    done = Event()

    def read(number: int) -> int:
        answers = 0
        request = Request(parse(("", "-nothing", "alpha -alpha", "year:..2030")[number]))
        while not done.is_set() or not answers:
            hits = engine.search(request)
            size = int(hits.revision)
            assert hits.total <= size
            if number < 2:
                assert hits.total == size
                assert sum(count for _, count in hits.facets["type"]) == size
            answers += 1
        return answers

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, number) for number in range(4)]
        try:
            for number in range(50, 65):
                engine.update([document(number, draw)], [], str(number + 1))
        finally:
            done.set()
        assert all(reader.result() > 0 for reader in readers)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    engine, other = WhooshEngine(tmp_path), WhooshEngine(tmp_path)
    engine.rebuild([Document(1, 0, "One")], "1")

    def documents() -> Iterator[Document]:
        yield Document(1, 0, "Two")
        with pytest.raises(IndexBusy):
            other.update([], [1], "3")
        with pytest.raises(IndexBusy):
            engine.rebuild([], "3")
        assert other.search(Request(parse("one"))).total == 1

    engine.rebuild(documents(), "2")
    assert other.search(Request(parse("two"))).total == 1
    assert other.revision == "2"


KILLED = """
import os, signal, sys
from itertools import pairwise
from pathlib import Path
from webapp.search.engine import Document
from webapp.search.whoosh import WhooshEngine

def documents():
    for number in range(100):
        if number == 50:
            os.kill(os.getpid(), signal.SIGKILL)
        yield Document(number, number, "Never seen")

engine = WhooshEngine(Path(sys.argv[1]))
getattr(engine, sys.argv[2])(documents(), *([[]] if sys.argv[2] == "update" else []), "9")
"""


@pytest.mark.parametrize("method", ["rebuild", "update"])
def test_a_killed_writer_leaves_nothing_behind(tmp_path: Path, method: str) -> None:
    engine = WhooshEngine(tmp_path)
    engine.rebuild([Document(1, 0, "One")], "1")
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), method], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert WhooshEngine(tmp_path).search(Request(parse(""))).ids == (1,)
    engine.update([Document(2, 1, "Two")], [], "2")
    assert list(tmp_path.glob("generation-*")) == [folder_of(tmp_path)]
    assert engine.search(Request(parse(""))).ids == (1, 2)


# Whoosh leaves files open when it cannot write them; they are closed with the writer.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_full_disk_is_the_writers_trouble_alone(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    engine.rebuild([Document(1, 0, "One")], "1")
    draw = random.Random(5)
    many = [document(number, draw) for number in range(300)]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            engine.rebuild(many, "2")
        with pytest.raises(OSError, match="File too large"):
            engine.update(many, [], "2")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.glob("generation-*")) == [folder_of(tmp_path)]
    assert engine.revision == WhooshEngine(tmp_path).revision == "1"
    engine.update(many, [], "2")
    assert engine.search(Request(parse(""))).total == 300


def test_a_failing_source_changes_nothing(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    engine.rebuild([Document(1, 0, "One")], "1")

    def documents() -> Iterator[Document]:
        yield Document(2, 0, "Two")
        raise LookupError("the database went away")

    with pytest.raises(LookupError):
        engine.rebuild(documents(), "2")
    with pytest.raises(LookupError):
        engine.update(documents(), [], "2")
    assert engine.revision == "1"
    assert list(tmp_path.glob("generation-*")) == [folder_of(tmp_path)]


# -- damage


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("harm", [truncate, flip, Path.unlink])
@pytest.mark.parametrize("pattern", ["*.arrays", "*.pst", "*.trm", "*.toc", "../current"])
def test_damage_is_noticed_and_survived(tmp_path: Path, harm: Any, pattern: str) -> None:
    running = WhooshEngine(tmp_path)
    running.rebuild([Document(1, 0, "One"), Document(2, 1, "Two")], "1")
    assert running.search(Request(parse(""))).total == 2
    (path,) = folder_of(tmp_path).glob(pattern) if pattern[0] == "*" else [tmp_path / "current"]
    harm(path)
    started = WhooshEngine(tmp_path)
    assert started.revision is None
    with pytest.raises(IndexUnavailable):
        started.search(Request(parse("")))
    with pytest.raises(IndexUnavailable):
        started.update([], [], "2")
    assert running.search(Request(parse("two"))).total == 1
    started.rebuild([Document(3, 0, "Three")], "2")
    for engine in (running, started):
        assert engine.revision == "2"
        assert engine.search(Request(parse(""))).ids == (3,)


def test_another_schema_is_rebuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    WhooshEngine(tmp_path).rebuild([Document(1, 0, "One")], "1")
    monkeypatch.setattr("webapp.search.whoosh.SCHEMA", -1)
    assert WhooshEngine(tmp_path).revision is None


def test_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    engine = WhooshEngine(tmp_path)
    engine.rebuild([Document(1, 0, "One")], "1")
    monkeypatch.setattr(os, "link", refuse)
    engine.update([Document(2, 1, "Two")], [], "2")
    assert engine.search(Request(parse(""))).ids == (1, 2)


def test_odd_queries_are_answered(tmp_path: Path) -> None:
    draw = random.Random(11)
    engine = WhooshEngine(tmp_path)
    engine.rebuild([document(number, draw) for number in range(60)], "1")
    pieces = [
        "alpha",
        "bta",
        "net",
        '"',
        "-",
        "author:",
        "year:",
        "19",
        "..",
        " ",
        "*",
        "机器",
        "\\",
    ]
    for _ in range(300):
        text = "".join(draw.choices(pieces, k=draw.randint(1, 40)))
        hits = engine.search(Request(parse(text, typing=True)))
        assert len(hits.ids) == min(hits.total, 20)
