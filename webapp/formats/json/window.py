"""The part of a JSON text that is being read: a file of 100 MB need not be in memory as text."""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

_SEPARATORS = re.compile(r"[\s,]*+")
_DECODER: Final = json.JSONDecoder(strict=False)
_LONGEST: Final = 16  # characters of a literal or an escape, at least, which a piece may cut


class Window:
    """A text that grows at its end and loses what is before the position.

    `text` is the whole text, or its pieces.
    """

    def __init__(self, text: str | Iterable[str]) -> None:
        self._pieces = iter((text,) if isinstance(text, str) else text)
        self.text = ""
        self.position = 0
        self.line = 1  # of the position, from 1

    def grow(self) -> bool:
        """Read on; return False if the text has ended. The window doubles, so time is linear."""
        parts: list[str] = []
        missing = len(self.text) - self.position
        while missing >= 0 and (piece := next(self._pieces, None)) is not None:
            parts.append(piece)
            missing -= len(piece)
        if not any(parts):
            return False
        self.text, self.position = "".join([self.text[self.position :], *parts]), 0
        return True

    def advance(self, position: int) -> None:
        """Move on to a position in the window."""
        self.line += self.text.count("\n", self.position, position)
        self.position = position

    def next_sign(self) -> str:
        """Move on to what is neither blank nor a comma, and return its first character, or ""."""
        while True:
            separators = _SEPARATORS.match(self.text, self.position)
            self.advance(separators.end() if separators else self.position)
            if self.position < len(self.text) or not self.grow():
                return self.text[self.position : self.position + 1]

    def find(self, pattern: re.Pattern[str], start: int = 0) -> bool:
        """Move behind a match that begins at least `start` characters on; return if there is one.

        The pattern must not match what the end of the window may have cut.
        """
        while not (match := pattern.search(self.text, self.position + start)):
            if not self.grow():
                return False
        self.advance(match.end())
        return True

    def take_value(self) -> Any:
        """Return the value at the position and move behind it.

        Raises ValueError or RecursionError for what is no JSON; the position stays then.
        """
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.position)
            except json.JSONDecodeError as error:
                if not (self._is_cut(error) and self.grow()):
                    raise
            else:
                self.advance(end)
                return value

    def _is_cut(self, error: json.JSONDecodeError) -> bool:
        """Return whether the error may be that the value goes on after the window."""
        is_in_string = error.msg.startswith("Unterminated string")
        return is_in_string or error.pos > len(self.text) - _LONGEST
