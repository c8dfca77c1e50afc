"""The benchmarks send the requests that they describe."""

import json
import lzma
import random
import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from bench import corpus, engine_alone, engines, enlarging, keystrokes
from bench.client import Connection
from tests.searching import paper
from webapp.catalog.criteria import Criteria
from webapp.formats import registry
from webapp.records import Person, Record
from webapp.search.embedded.engine import WhooshEngine
from webapp.search.engine import SearchRequest
from webapp.search.query import parse

TITLE = "Learning to search as a visitor types"


def test_the_generated_corpus_is_always_the_same_and_can_be_read(tmp_path: Path) -> None:
    generated = corpus.file("", tmp_path, size=20)
    text = generated.read_bytes()
    assert corpus.file("", tmp_path, size=20).read_bytes() == text
    reading = registry.read(text)
    assert len(reading.records) == 20
    assert not reading.problems
    assert all(record.title and record.authors and record.abstract for record in reading.records)


def test_a_packed_corpus_is_unpacked(tmp_path: Path) -> None:
    packed = tmp_path / "some.bib.xz"
    packed.write_bytes(lzma.compress(b"@misc{a, title={A}}"))
    assert corpus.file(str(packed), tmp_path).read_text() == "@misc{a, title={A}}"


def test_json_lines_are_converted_to_bibtex(tmp_path: Path) -> None:
    line = {
        "bibkey": "a1",
        "title": "Nets & trees",
        "authors": ["Ada King Lovelace", "Plato"],
        "year": 2001,
        "type": "inproceedings",
        "venue": "A Venue",
        "doi": None,
    }
    lines = tmp_path / "some.jsonl"
    lines.write_text(f"{json.dumps(line)}\n{json.dumps({**line, 'bibkey': 'a2'})}\n")
    folder = tmp_path / "converted"
    folder.mkdir()
    reading = registry.read(corpus.file(str(lines), folder).read_bytes())
    assert [record.key for record in reading.records] == ["a1", "a2"]
    record = reading.records[0]
    assert (record.title, record.year, record.container) == ("Nets & trees", 2001, "A Venue")
    assert [person.name for person in record.authors] == ["Ada King Lovelace", "Plato"]


@pytest.mark.parametrize("seed", range(20))
def test_typing_goes_letter_by_letter_to_the_title(seed: int) -> None:
    queries = list(keystrokes.typed(TITLE, random.Random(seed)))
    assert queries
    assert TITLE.lower().startswith(queries[-1])
    assert all(0 < len(query) <= 60 for query in queries)


@pytest.mark.parametrize("seed", range(20))
def test_a_visit_requests_canonical_urls_of_the_list(seed: int) -> None:
    record = Record(
        "a", "misc", title=TITLE, authors=(Person("King", "Ada"),), venue="V", year=2001
    )
    for address in keystrokes.visit(record, random.Random(seed)):
        criteria = Criteria.from_args(parse_qs(address.removeprefix("/?"), keep_blank_values=True))
        assert criteria.q
        assert f"/{criteria.query_string()}" == address


DOCUMENTS = (
    paper(1, 10, "Learned search trees", ("Ada King",), "A", year=2001, kind="article"),
    paper(2, 20, "Few-shot learning", ("Ada King", "Jo Müller"), "B", year=2002, kind="misc"),
    paper(3, 30, "The trees", ("Jo Müller",), "A", year=2001, kind="misc", abstract="Learn them."),
)


@pytest.mark.parametrize("name", ["fts5", "whoosh", "whoosh-stored"])
@pytest.mark.parametrize(
    ("query", "filters", "ids"),
    [
        ("", {}, {1, 2, 3}),
        ("learn", {}, {1, 2, 3}),
        ("the trees", {}, {1, 3}),
        ("few-sh", {}, {2}),
        ("muller", {}, {2, 3}),
        ("l", {}, {1, 2}),  # a single letter is not searched for in abstracts
        ("lerning", {}, set()),
        ("learn", {"year": ("2001",)}, {1, 3}),
        ("learn", {"author": ("Ada King",), "venue": ("B",)}, {2}),
    ],
)
def test_the_compared_engines_return_the_same_results(
    tmp_path: Path, name: str, query: str, filters: dict[str, tuple[str, ...]], ids: set[int]
) -> None:
    own = WhooshEngine(tmp_path / "own")
    own.rebuild(DOCUMENTS, "r")
    request = SearchRequest(parse(query, typing=True), filters)
    with closing(engines.rival(name, tmp_path)) as engine:
        engine.rebuild(iter(DOCUMENTS), "r")
        hits = engine.search(request)
        assert (set(hits.ids), hits.total, hits.revision) == (ids, len(ids), "r")
        assert engine.count(request) == len(ids)
        if ids:
            assert hits.facets == own.search(request).facets
            every_year = replace(request, offset=0, limit=0)
            assert engine.facet_values(every_year, "year") == own.facet_values(every_year, "year")


@pytest.mark.parametrize("name", ["fts5", "whoosh", "whoosh-stored"])
def test_the_site_shows_a_list_with_a_compared_engine(
    instance: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("OCTAVO_INSTANCE", str(instance))
    engines.prepare(name, instance)
    answer = engines.application(name).test_client().get("/?q=the")
    assert answer.status_code == 200
    assert 'id="count"' in answer.text


def test_a_response_may_arrive_in_pieces() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, Connection(_port(server)) as connection:
        accepted, _ = server.accept()
        connection.send(connection.request("/?q=a", HX_Request="true"))
        request = accepted.recv(4096).decode()
        assert request.startswith("GET /?q=a HTTP/1.1\r\n")
        assert "\r\nHX-Request: true\r\n" in request
        accepted.sendall(b'HTTP/1.1 200 OK\r\nETag: "x"\r\nContent-Le')
        assert connection.receive() is None
        accepted.sendall(b"ngth: 5\r\n\r\nhel")
        assert connection.receive() is None
        accepted.sendall(b"lo")
        answer = connection.receive()
        accepted.close()
    assert answer
    assert (answer.status, answer.size, answer.header("etag")) == (200, 5, '"x"')


def _port(server: socket.socket) -> int:
    port: int = server.getsockname()[1]
    return port


def test_a_corpus_is_enlarged_by_mixtures_that_are_always_the_same() -> None:
    given = [
        {
            "bibkey": name,
            "title": f"{name} one {name} two",
            "authors": [f"Ann {name}", name],
            "abstract": f"{name} begins. {name} ends.",
            "venue": name,
        }
        for name in ("ash", "birch", "cedar")
    ]
    raws = list(enlarging.enlarge(given, 20))
    assert raws == list(enlarging.enlarge(given, 20))
    assert raws[:3] == given
    assert len({raw["bibkey"] for raw in raws}) == len(raws) == 20
    assert all(raw["title"].split()[1::2] == ["one", "two"] for raw in raws)
    assert len({raw["title"] for raw in raws}) > len(given)
    assert list(enlarging.enlarge(given, 2)) == given[:2]


def test_the_engine_alone_is_measured(tmp_path: Path) -> None:
    lines = tmp_path / "some.jsonl"
    lines.write_text("\n".join(json.dumps({"bibkey": n, "title": f"Wax {n}"}) for n in "abc"))
    table = engine_alone.run(str(lines), 5)
    assert "what, of 5 " in table
    assert "memory" in table
