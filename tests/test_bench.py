"""The benchmarks ask what they say that they ask."""

import lzma
import random
import socket
from pathlib import Path

import pytest

from bench import corpus, keystrokes
from bench.client import Connection
from webapp import formats


def test_the_made_up_corpus_is_always_the_same_and_is_understood(tmp_path: Path) -> None:
    made = corpus.bibtex("", tmp_path, size=20)
    text = made.read_bytes()
    assert corpus.bibtex("", tmp_path, size=20).read_bytes() == text
    reading = formats.read(text)
    assert len(reading.records) == 20
    assert not reading.problems
    assert all(record.title and record.authors and record.abstract for record in reading.records)


def test_a_packed_corpus_is_unpacked(tmp_path: Path) -> None:
    packed = tmp_path / "some.bib.xz"
    packed.write_bytes(lzma.compress(b"@misc{a, title={A}}"))
    assert corpus.bibtex(str(packed), tmp_path).read_text() == "@misc{a, title={A}}"


@pytest.mark.parametrize("seed", range(20))
def test_typing_goes_by_letters_and_ends_at_the_title(seed: int) -> None:
    title = "Learning to search as a visitor types"
    queries = list(keystrokes.typed(title, random.Random(seed)))
    assert queries
    assert title.lower().startswith(queries[-1])
    assert all(0 < len(query) <= 60 for query in queries)


def test_an_answer_may_come_in_pieces() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, Connection(_port(server)) as connection:
        theirs, _ = server.accept()
        connection.send(connection.request("/?q=a", HX_Request="true"))
        asked = theirs.recv(4096).decode()
        assert asked.startswith("GET /?q=a HTTP/1.1\r\n")
        assert "\r\nHX-Request: true\r\n" in asked
        theirs.sendall(b'HTTP/1.1 200 OK\r\nETag: "x"\r\nContent-Le')
        assert connection.receive() is None
        theirs.sendall(b"ngth: 5\r\n\r\nhel")
        assert connection.receive() is None
        theirs.sendall(b"lo")
        answer = connection.receive()
        theirs.close()
    assert answer
    assert (answer.status, answer.size, answer.header("etag")) == (200, 5, '"x"')


def _port(server: socket.socket) -> int:
    port: int = server.getsockname()[1]
    return port
