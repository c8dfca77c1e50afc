"""Where the braces and quotes of a text are closed, found in one pass over it."""

import re
from functools import cached_property

_SIGN = re.compile(r"(?<!\\)[{}\"]|\\\"")
_BRACE = re.compile(r"(?<!\\)[{}]")
_ANY_BRACE = re.compile(r"[{}]")


class Ends:
    """What `bibtex_values.end_of` says, for many places of one text that may close nothing."""

    def __init__(self, text: str) -> None:
        self._text = text

    def of(self, start: int, *, escapes: bool = True) -> int:
        """Index of the sign that closes the brace or quote at `start`; -1 when there is none."""
        if self._text[start] == '"':
            return self._quotes.get(start, -1)
        return (self._braces if escapes else self._all_braces).get(start, -1)

    @cached_property
    def _braces(self) -> dict[int, int]:
        return _pairs(_BRACE, self._text)

    @cached_property
    def _all_braces(self) -> dict[int, int]:
        return _pairs(_ANY_BRACE, self._text)

    @cached_property
    def _quotes(self) -> dict[int, int]:
        """A quote is closed by the next one that stands in no more braces than it does itself."""
        ends: dict[int, int] = {}
        waiting: list[tuple[int, int]] = []  # (depth, place), the deepest last
        depth = 0
        for found in _SIGN.finditer(self._text):
            sign, place = found.group(), found.start()
            if sign == '"':
                while waiting and waiting[-1][0] >= depth:
                    ends[waiting.pop()[1]] = place
                waiting.append((depth, place))
            else:
                depth += {"{": 1, "}": -1}.get(sign, 0)
        return ends


def _pairs(brace: re.Pattern[str], text: str) -> dict[int, int]:
    ends: dict[int, int] = {}
    waiting: list[int] = []
    for found in brace.finditer(text):
        if found.group() == "{":
            waiting.append(found.start())
        elif waiting:
            ends[waiting.pop()] = found.start()
    return ends
