"""The embedded engine with damaged files, killed writers, a full disk and several threads."""

import gc
import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from webapp.errors import IndexBusyError, IndexUnavailableError
from webapp.search.embedded import generations
from webapp.search.embedded.engine import WhooshEngine
from webapp.search.engine import Document, SearchRequest
from webapp.search.query import parse

from ...searching import document, folder_of

# -- threads and processes


def test_results_come_from_one_generation_under_threads(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path, cache_bytes=1 << 20)
    draw = random.Random(1)
    engine.rebuild([document(number, draw) for number in range(50)], "50")
    done = Event()

    def read(number: int) -> int:
        answers = 0
        request = SearchRequest(parse(("", "-nothing", "alpha -alpha", "year:..2030")[number]))
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


def test_only_one_process_writes_at_a_time(tmp_path: Path) -> None:
    engine, other = WhooshEngine(tmp_path), WhooshEngine(tmp_path)
    engine.rebuild([Document(1, 0, "One")], "1")

    def documents() -> Iterator[Document]:
        yield Document(1, 0, "Two")
        with pytest.raises(IndexBusyError):
            other.update([], [1], "3")
        with pytest.raises(IndexBusyError):
            engine.rebuild([], "3")
        assert other.search(SearchRequest(parse("one"))).total == 1

    engine.rebuild(documents(), "2")
    assert other.search(SearchRequest(parse("two"))).total == 1
    assert other.revision == "2"


KILLED = """
import os, signal, sys
from itertools import pairwise
from pathlib import Path
from webapp.search.engine import Document
from webapp.search.embedded.engine import WhooshEngine

def documents():
    for number in range(100):
        if number == 50:
            os.kill(os.getpid(), signal.SIGKILL)
        yield Document(number, number, "Never visible")

engine = WhooshEngine(Path(sys.argv[1]))
getattr(engine, sys.argv[2])(documents(), *([[]] if sys.argv[2] == "update" else []), "9")
"""


@pytest.mark.parametrize("method", ["rebuild", "update"])
def test_a_killed_writer_leaves_no_files(tmp_path: Path, method: str) -> None:
    engine = WhooshEngine(tmp_path)
    engine.rebuild([Document(1, 0, "One")], "1")
    writer = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), method], check=False)
    assert writer.returncode == -signal.SIGKILL
    assert WhooshEngine(tmp_path).search(SearchRequest(parse(""))).ids == (1,)
    engine.update([Document(2, 1, "Two")], [], "2")
    assert list(tmp_path.glob("generation-*")) == [folder_of(tmp_path)]
    assert engine.search(SearchRequest(parse(""))).ids == (1, 2)


# Whoosh leaves files open that it cannot write. They close with the writer, which must happen
# within this test.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_full_disk_does_not_affect_readers(tmp_path: Path) -> None:
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
    assert engine.search(SearchRequest(parse(""))).total == 300
    gc.collect()


def test_a_failing_source_of_documents_changes_nothing(tmp_path: Path) -> None:
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


def test_documents_are_read_when_no_other_process_writes(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    engine.rebuild([Document(1, 0, "One")], "1")
    read: list[int] = []

    def documents() -> Iterator[Document]:
        read.append(2)
        yield Document(2, 0, "Two")

    with generations.locked(tmp_path):
        for write in (engine.rebuild, lambda changed, to: engine.update(changed, [2], to)):
            with pytest.raises(IndexBusyError):
                write(documents(), "2")
    assert not read
    engine.update(documents(), [2], "2")
    assert engine.search(SearchRequest(parse(""))).ids == (2, 1)


def test_a_generation_that_another_thread_opens_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = WhooshEngine(tmp_path)
    engine.rebuild([Document(1, 0, "One")], "1")
    assert engine.revision == "1"
    WhooshEngine(tmp_path).update([Document(2, 0, "Two")], [], "2")
    is_opening, may_open, read = Event(), Event(), generations.read_pointer

    def read_slowly(folder: Path, schema: str) -> generations.Manifest | None:
        is_opening.set()
        assert may_open.wait(60)
        return read(folder, schema)

    monkeypatch.setattr(generations, "read_pointer", read_slowly)
    with ThreadPoolExecutor() as threads:
        opening = threads.submit(lambda: engine.revision)
        assert is_opening.wait(60)
        assert engine.revision == "1"  # a visitor does not wait
        waiting = threads.submit(engine.refresh)
        may_open.set()
        waiting.result(60)
        assert engine.revision == opening.result(60) == "2"


# -- merging


def test_merged_segments_give_the_arrays_of_a_full_index(tmp_path: Path) -> None:
    def arrays(folder: Path) -> bytes:
        (path,) = folder_of(folder).glob("*.arrays")
        return path.read_bytes()

    draw = random.Random(13)
    old = [document(number, draw) for number in range(40)]
    changed = [document(number, draw) for number in range(30, 50)]
    merged, full = WhooshEngine(tmp_path / "merged"), WhooshEngine(tmp_path / "full")
    merged.rebuild(old, "1")
    merged.update(changed, [3], "2")
    full.rebuild([*changed, *old[:3], *old[4:30]], "2")
    assert arrays(tmp_path / "merged") == arrays(tmp_path / "full")


# -- damage


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("harm", [truncate, flip, Path.unlink])
@pytest.mark.parametrize("pattern", ["*.arrays", "*.pst", "*.trm", "*.toc", "../current"])
def test_a_damaged_file_is_detected_and_the_index_rebuilt(
    tmp_path: Path, harm: Any, pattern: str
) -> None:
    running = WhooshEngine(tmp_path)
    running.rebuild([Document(1, 0, "One"), Document(2, 1, "Two")], "1")
    assert running.search(SearchRequest(parse(""))).total == 2
    (path,) = folder_of(tmp_path).glob(pattern) if pattern[0] == "*" else [tmp_path / "current"]
    harm(path)
    started = WhooshEngine(tmp_path)
    assert started.revision is None
    with pytest.raises(IndexUnavailableError):
        started.search(SearchRequest(parse("")))
    with pytest.raises(IndexUnavailableError):
        started.update([], [], "2")
    assert running.search(SearchRequest(parse("two"))).total == 1
    started.rebuild([Document(3, 0, "Three")], "2")
    for engine in (running, started):
        assert engine.revision == "2"
        assert engine.search(SearchRequest(parse(""))).ids == (3,)


def test_an_index_of_another_schema_must_be_rebuilt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    WhooshEngine(tmp_path).rebuild([Document(1, 0, "One")], "1")
    monkeypatch.setattr("webapp.search.embedded.engine.SCHEMA", -1)
    assert WhooshEngine(tmp_path).revision is None


def test_an_update_copies_files_if_hard_links_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    engine = WhooshEngine(tmp_path)
    engine.rebuild([Document(1, 0, "One")], "1")
    monkeypatch.setattr(os, "link", refuse)
    engine.update([Document(2, 1, "Two")], [], "2")
    assert engine.search(SearchRequest(parse(""))).ids == (1, 2)


def test_random_queries_return_a_full_page_of_hits(tmp_path: Path) -> None:
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
        hits = engine.search(SearchRequest(parse(text, typing=True)))
        assert len(hits.ids) == min(hits.total, 20)
