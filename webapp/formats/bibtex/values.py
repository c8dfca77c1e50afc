"""Values of BibTeX fields: braces, quotation marks, numbers and macros, concatenated by `#`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..braces import end_of
from ..dates import MONTH_MACROS

# Macros that every BibTeX style defines, so files use them without a definition.
BUILT_IN: Final[Mapping[str, str]] = {month: month for month in MONTH_MACROS} | {
    "acmcs": "ACM Computing Surveys",
    "acta": "Acta Informatica",
    "cacm": "Communications of the ACM",
    "ibmjrd": "IBM Journal of Research and Development",
    "ibmsj": "IBM Systems Journal",
    "ieeese": "IEEE Transactions on Software Engineering",
    "ieeetc": "IEEE Transactions on Computers",
    "ieeetcad": "IEEE Transactions on Computer-Aided Design of Integrated Circuits",
    "ipl": "Information Processing Letters",
    "jacm": "Journal of the ACM",
    "jcss": "Journal of Computer and System Sciences",
    "scp": "Science of Computer Programming",
    "sicomp": "SIAM Journal on Computing",
    "tocs": "ACM Transactions on Computer Systems",
    "tods": "ACM Transactions on Database Systems",
    "tog": "ACM Transactions on Graphics",
    "toms": "ACM Transactions on Mathematical Software",
    "toois": "ACM Transactions on Office Information Systems",
    "toplas": "ACM Transactions on Programming Languages and Systems",
    "tcs": "Theoretical Computer Science",
}

_FREE_CHARACTERS: Final = 1_000_000  # that macros and parents may add to a file of any length
_CHARACTERS_EACH: Final = 10  # that they may add for each in the file; journals add less than one
_BLANKS_BEFORE_AT = re.compile(r"(?<!\s)\s++@")
_MACRO = re.compile(r"[^\s{}\"#,=%()]+")
_CONCATENATION = re.compile(r"\s*(#)?\s*")


class Allowance:
    """The number of characters that macros and parents may still add to a file.

    Without it, macros made of macros would double with each line until they fill the memory.
    """

    def __init__(self, length: int) -> None:
        """Create the allowance of a file of `length` characters."""
        self._left = _FREE_CHARACTERS + _CHARACTERS_EACH * length

    def take(self, characters: int) -> bool:
        """Return whether so many characters may be added; if so, count them."""
        if characters > self._left:
            return False
        self._left -= characters
        return True


@dataclass(frozen=True, slots=True)
class Value:
    """The text of a field. Some macros stay as their names in it."""

    text: str
    undefined: tuple[str, ...] = ()  # macros without a definition
    too_long: tuple[str, ...] = ()  # macros that would have exceeded the allowance


def resolve(written: str, macros: Mapping[str, str], allowance: Allowance) -> Value:
    """Return the text of a value; macros are looked up without regard to case."""
    parts = _parts(written)
    if parts is None:
        return Value(written)
    if len(parts) == 1 and parts[0][0] != "":
        return Value(parts[0][1])
    words: list[str] = []
    undefined: dict[str, None] = {}
    too_long: dict[str, None] = {}
    for opening, content in parts:
        macro = macros.get(content.lower())
        if opening or content.isdecimal():
            words.append(content)
        elif macro is not None and allowance.take(len(macro)):
            words.append(macro)
        else:
            words.append(content)
            (undefined if macro is None else too_long)[content] = None
    return Value("".join(words), tuple(undefined), tuple(too_long))


def _parts(written: str) -> list[tuple[str, str]] | None:
    """Return the opening sign and the content of each part between `#`; None if it is no value."""
    parts: list[tuple[str, str]] = []
    position = 0
    while position < len(written):
        sign = written[position]
        if sign in '{"':
            end = end_of(written, position)
            if end < 0:
                return None
            parts.append((sign, written[position + 1 : end]))
            position = end + 1
        elif macro := _MACRO.match(written, position):
            parts.append(("", macro.group()))
            position = macro.end()
        else:
            return None
        join = _CONCATENATION.match(written, position)
        if join is None or (join[1] is None and join.end() < len(written)):
            return None
        position = join.end()
        if join[1] and position >= len(written):
            return None
    return parts


def make_writable(content: str) -> str:
    """Return content that is read as the same again when it is written between braces.

    A last backslash would escape the closing brace, and an @ at the start of a line would begin an
    entry. Outer blanks are removed.
    """
    content = content.strip()
    if "@" in content:
        content = _BLANKS_BEFORE_AT.sub(_on_one_line, content)
    while content.endswith("\\"):
        content = content.rstrip("\\").rstrip()
    return content


def _on_one_line(match: re.Match[str]) -> str:
    before, line_break, _ = match.group().partition("\n")
    return f"{before} @" if line_break else before
