"""The items of a JSON file, read in pieces: the file need not be in memory as text."""

import json
import random
from collections.abc import Iterator

import pytest

from webapp.formats import registry
from webapp.formats.json.items import items
from webapp.formats.reading import Problem

WORKS = [
    {"id": "a", "title": "x {y} é 😀 \\", "n": -12.5e3, "list": [1, 2, {"k": None}], "t": True},
    {"id": "b\n", "x": "}, {"},
    5,
    "text",
    {"id": "c", "v": float("-inf")},
]
TEXTS = [
    json.dumps(WORKS),
    json.dumps(WORKS, indent=1, ensure_ascii=False),
    json.dumps({"items": WORKS}, indent=1),
    json.dumps({"message": WORKS[0]}),
    f" \n [{json.dumps(WORKS[0])}\n\n,{json.dumps(WORKS[1])},]",
]


def damaged(text: str, rng: random.Random) -> str:
    signs = list(text)
    for _ in range(rng.randint(0, 3)):
        place = rng.randrange(len(signs))
        signs[place : place + rng.randint(0, 1)] = rng.choice('{}[]",\\:\nx1')
    return "".join(signs)[: rng.choice((None, None, rng.randrange(len(signs))))]


@pytest.mark.parametrize("size", [1, 2, 7, 50])
@pytest.mark.parametrize("text", TEXTS)
def test_pieces_give_the_items_and_problems_of_the_whole_text(text: str, size: int) -> None:
    rng = random.Random(size)
    for _ in range(60):
        broken = damaged(text, rng)
        pieces = [broken[start : start + size] for start in range(0, len(broken), size)]
        assert str(list(items(pieces))) == str(list(items(broken)))


def test_an_item_is_read_before_the_file_ends() -> None:
    def pieces() -> Iterator[str]:
        yield '[{"id": "first"}, {"id": '
        raise AssertionError("the second piece was decoded too early")

    assert next(items(pieces())) == (1, {"id": "first"})


def test_a_broken_item_has_its_line_in_the_file_not_in_the_piece() -> None:
    text = '[\n{"id": "a"},\n{"id":\n oops},\n{"id": "c"}\n]'
    for size in (3, 1000):
        pieces = [text[start : start + size] for start in range(0, len(text), size)]
        first, problem, last = items(pieces)
        assert first == (2, {"id": "a"})
        assert last == (5, {"id": "c"})
        assert isinstance(problem, Problem)
        assert problem.line == 3
        assert "line 4:" in problem.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_longer_than_a_piece_is_read_in_any_encoding(encoding: str) -> None:
    works = [{"id": f"w{n}", "type": "book", "title": "é😀" * 300} for n in range(900)]
    data = json.dumps(works, ensure_ascii=False, indent=1).replace("\n", "\r\n").encode(encoding)
    reading = registry.read(data)
    assert [record.key for record in reading.records] == [work["id"] for work in works]
    assert reading.lines[:2] == (2, 7)
    assert reading.problems[0].reason == "no-year"
