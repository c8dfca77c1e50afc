"""Alternatives in a query: `a OR b` or `a | b`, each side as a query of its own."""

import re
from dataclasses import replace
from typing import Any, TypeVar

Q = TypeVar("Q")  # query.Query, which refers to this module

QUOTES = '"“”„‟«»＂'
MOST = 8  # sides; more are ignored
_OR = re.compile(r"\s(?:OR|\|)(?=\s)")
_WORDS = {"OR": "or", "|": " "}


def split_alternatives(text: str) -> list[str]:
    """Return the sides of a query, each at its place in the text; one if there is no OR.

    An OR in quotation marks is a word.
    """
    sides: list[str] = []
    start = 0
    for match in _OR.finditer(text):
        quotes = sum(map(text[start : match.start()].count, QUOTES)) % 2
        if text[start : match.start()].strip() and not quotes:
            sides.append(" " * start + text[start : match.start()])
            start = match.end()
    if not text[start:].strip():
        return sides[:MOST] if len(sides) > 1 else [text]
    return [*sides, " " * start + text[start:]][:MOST]


def as_words(text: str) -> str:
    """Return a text with OR as a word and without |, each word at its place."""
    return _OR.sub(lambda match: match[0][0] + _WORDS[match[0][1:]], text)


def join_alternatives(text: str, queries: tuple[Q, ...], whole: Q) -> Q:
    """Return the query of a text with alternatives; sides without content are dropped.

    `whole` is the query of the same text as words.
    """
    sides: tuple[Any, ...] = tuple(query for query in queries if query) or queries[:1]
    if len(sides) == 1:
        return queries[queries.index(sides[0])]
    texts = [side.text.strip() for side in sides]
    chips = []
    for number, side in enumerate(sides):
        for chip in side.chips:
            rests = (*texts[:number], chip.rest, *texts[number + 1 :])
            chips.append(replace(chip, rest=" OR ".join(filter(None, rests))))
    joined: Q = replace(
        sides[0],
        text=text,
        clauses=tuple(clause for side in sides for clause in side.clauses),
        years=tuple(years for side in sides for years in side.years),
        values=tuple(value for side in sides for value in side.values),
        identifiers=tuple(name for side in sides for name in side.identifiers),
        keys=(),
        chips=tuple(chips),
        alternatives=sides,
        whole=whole,
    )
    return joined
