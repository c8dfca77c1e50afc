"""Hostile inputs made from a regular expression, and a check of how their cost grows.

DESIGN: a pattern backtracks if a repetition matches and what follows fails. Each repetition of the
parsed pattern therefore gets inputs: a text that leads to it, the repeated text many times (each
alternative, and pairs of alternatives), and an end that cannot match. The cost is processor time,
and only its growth counts, so the speed of the machine does not matter.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice, product
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from time import process_time
from typing import Any, Final

from webapp.formats.time_limit import TookTooLong, time_limit

Run = Callable[[str], object]

ENDS: Final = ("\x00", "", " \x00", "a\x00")
PAIRS: Final = 5  # texts of a repetition that are also tried in pairs
SAMPLES: Final = 5  # of one part of a pattern
FIRST: Final = 32  # characters
LONGEST: Final = 8_192  # characters: by then a quadratic pattern costs more than that
MEASURABLE: Final = 0.03  # seconds: some kernels count processor time in steps of 0.004
MAX_SECONDS: Final = 20.0  # no linear pattern takes that long for LONGEST characters
RUNS: Final = 3  # the fastest counts
SUPERLINEAR: Final = 2.7  # times the cost for twice the length: linear is 2, quadratic 4


def hostile_inputs(pattern: re.Pattern[str]) -> Iterator[Callable[[int], str]]:
    """Yield functions that make an input of about so many characters, each input once."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    seen: set[tuple[str, str]] = set()
    for before, repeated in _repetitions(list(tree), [""]):
        for lead, pump in product(before, _pumps(repeated)):
            for start in dict.fromkeys((lead, "")):
                if pump and (start, pump) not in seen:
                    seen.add((start, pump))
                    yield from (_grown(start, pump, end) for end in ENDS)


def _grown(start: str, pump: str, end: str) -> Callable[[int], str]:
    return lambda length: start + pump * max(1, length // len(pump)) + end


def _pumps(repeated: list[Any]) -> list[str]:
    texts = _samples(repeated)
    pairs = [a + b for a, b in product(texts[:PAIRS], repeat=2) if a != b]
    return list(dict.fromkeys([*texts, *pairs]))


def _repetitions(items: list[Any], before: list[str]) -> Iterator[tuple[list[str], list[Any]]]:
    """Yield each repetition with texts that lead to it.

    A whole sequence counts as one, because a search tries it at every place of a text.
    """
    yield [""], items
    lead = before
    for item in items:
        operation, argument = item
        for inner in _inner(operation, argument):
            yield from _repetitions(inner, lead)
        if operation in _REPEATS:
            yield lead, list(argument[2])
        lead = [a + b for a, b in islice(product(lead, _samples([item])), 3)]


_REPEATS: Final = (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT)


def _inner(operation: Any, argument: Any) -> list[list[Any]]:
    if operation in _REPEATS:
        return [list(argument[2])]
    if operation is code.SUBPATTERN:
        return [list(argument[3])]
    if operation is code.ATOMIC_GROUP:
        return [list(argument)]
    if operation is code.BRANCH:
        return [list(branch) for branch in argument[1]]
    if operation in (code.ASSERT, code.ASSERT_NOT):
        return [list(argument[1])]
    return []


def _samples(items: list[Any]) -> list[str]:
    """Return a few short texts that the items match."""
    texts = [""]
    for operation, argument in items:
        some = _samples_of(operation, argument) or [""]
        texts = [a + b for a, b in islice(product(texts, some), SAMPLES)]
    return list(dict.fromkeys(texts))


def _samples_of(operation: Any, argument: Any) -> list[str]:
    if operation is code.LITERAL:
        return [chr(argument)]
    if operation is code.NOT_LITERAL:
        return [next(sign for sign in "a {" if ord(sign) != argument)]
    if operation is code.ANY:
        return ["a", " ", "{"]
    if operation is code.IN:
        return _signs(argument)
    if operation in _REPEATS:
        least = argument[0]
        once = [text * max(1, least) for text in _samples(list(argument[2]))]
        return once if least else [*once, ""]
    if operation is code.BRANCH:
        return [text for branch in argument[1] for text in _samples(list(branch))[:2]]
    return [text for inner in _inner(operation, argument) for text in _samples(inner)] * (
        operation not in (code.ASSERT, code.ASSERT_NOT)
    )


_CATEGORIES: Final = {
    code.CATEGORY_DIGIT: "1", code.CATEGORY_SPACE: " \n", code.CATEGORY_WORD: "a1_",
    code.CATEGORY_NOT_DIGIT: "a", code.CATEGORY_NOT_SPACE: "a{", code.CATEGORY_NOT_WORD: " -",
}  # fmt: skip


def _signs(members: list[Any]) -> list[str]:
    """Return signs of a class: one for each of its ranges and categories."""
    if members and members[0][0] is code.NEGATE:
        excluded = re.compile(_class_source(members[1:]))
        return [sign for sign in "a1 \n{}\\$-.,:/&=" if not excluded.fullmatch(sign)][:6]
    signs: list[str] = []
    for operation, argument in members:
        if operation is code.LITERAL:
            signs.append(chr(argument))
        elif operation is code.RANGE:
            signs.append(chr(argument[0]))
        elif operation is code.CATEGORY:
            signs.extend(_CATEGORIES[argument])
    return signs[:8]


def _class_source(members: list[Any]) -> str:
    parts = []
    categories = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}
    for operation, argument in members:
        if operation is code.LITERAL:
            parts.append(re.escape(chr(argument)))
        elif operation is code.RANGE:
            parts.append(f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}")
        else:
            name = str(argument).removeprefix("CATEGORY_")
            letter = categories[name.removeprefix("NOT_")]
            parts.append("\\" + (letter.upper() if name.startswith("NOT_") else letter))
    return f"[{''.join(parts)}]" if parts else r"(?!)"


def is_linear(run: Run, make: Callable[[int], str]) -> bool:
    """Return whether the cost of an input grows no faster than about its length.

    Lengths double until the cost can be measured. Only growth in three doublings in a row counts,
    each the best of several runs. A cost below what can be measured is no growth: the first run may
    have been slow because something else ran in the process, and the next ones take 0 steps of the
    clock.
    """
    length = FIRST
    try:
        while _cost(run, make(length), 1) < MEASURABLE:
            length *= 2
            if length > LONGEST:
                return True
        return _grows_linearly(run, make, length)
    except TookTooLong:
        return False


def _grows_linearly(run: Run, make: Callable[[int], str], length: int) -> bool:
    before = _cost(run, make(length), RUNS)
    for _ in range(3):
        length *= 2
        after = _cost(run, make(length), RUNS)
        if after < max(SUPERLINEAR * before, MEASURABLE):
            return True
        before = after
    return False


def _cost(run: Run, text: str, runs: int) -> float:
    costs = []
    for _ in range(runs):
        start = process_time()
        with time_limit(MAX_SECONDS):
            run(text)
        costs.append(process_time() - start)
    return min(costs)
