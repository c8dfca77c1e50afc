"""The value of a BibTeX field: braces, quotes, numbers and macros, joined by `#`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# Every BibTeX style defines these, so files use them without a definition.
BUILT_IN: Final[Mapping[str, str]] = {month: month for month in MONTHS} | {
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

_ADDED_FREELY: Final = 1_000_000  # characters, to a file of any length
_ADDED_TO_EACH: Final = 10  # characters, to each of a file's own; journals' names add less than one
_BLANKS_BEFORE_AT = re.compile(r"(?<!\s)\s++@")

_BRACE = re.compile(r"(?<!\\)[{}]")
_ANY_BRACE = re.compile(r"[{}]")
_QUOTE = re.compile(r"(?<!\\)[{}\"]|\\\"")
_MACRO = re.compile(r"[^\s{}\"#,=%()]+")
_JOIN = re.compile(r"\s*(#)?\s*")


class Allowance:
    """The characters that macros and parents may still add to a file of `length` characters.

    Without it, macros made of macros double with each line until they fill the memory.
    """

    def __init__(self, length: int) -> None:
        self._left = _ADDED_FREELY + _ADDED_TO_EACH * length

    def take(self, characters: int) -> bool:
        """Whether so many may be added; if so, they count as added."""
        if characters > self._left:
            return False
        self._left -= characters
        return True


@dataclass(frozen=True, slots=True)
class Value:
    """What a field says, and the macros in it whose names stand for them: those that nobody
    defined, and those that would have added too much.
    """

    text: str
    undefined: tuple[str, ...] = ()
    too_long: tuple[str, ...] = ()


def is_clean(written: str) -> bool:
    """Whether a value is whole, so that no other field or comma has got into it."""
    if written[:1] == "{" and written[-1:] == "}" and len(written) > 1:
        inner = written[1:-1]
        if "{" not in inner and "}" not in inner:
            return True
    elif written[:1] == '"' and written[-1:] == '"' and written.count('"') == 2:
        return balance(written) == 0
    return not written or _parts(written) is not None


def resolve(written: str, macros: Mapping[str, str], allowance: Allowance) -> Value:
    """The text of a clean value; macros are looked up without regard to case."""
    parts = _parts(written)
    if parts is None:
        return Value(written)
    if len(parts) == 1 and parts[0][0] != "":
        return Value(parts[0][1])
    words: list[str] = []
    undefined: dict[str, None] = {}
    too_long: dict[str, None] = {}
    for enclosing, content in parts:
        macro = macros.get(content.lower())
        if enclosing or content.isdecimal():
            words.append(content)
        elif macro is not None and allowance.take(len(macro)):
            words.append(macro)
        else:
            words.append(content)
            (undefined if macro is None else too_long)[content] = None
    return Value("".join(words), tuple(undefined), tuple(too_long))


def stripped(content: str) -> str:
    """Without outer blanks and what would end it too early or too late when it is written again:
    last backslashes in front of the brace, an @ at the start of a line.
    """
    content = (
        _BLANKS_BEFORE_AT.sub(_on_one_line, content.strip()) if "@" in content else content.strip()
    )
    while content.endswith("\\"):
        content = content.rstrip("\\").rstrip()
    return content


def _on_one_line(found: re.Match[str]) -> str:
    before, line_break, _ = found.group().partition("\n")
    return f"{before} @" if line_break else before


def _parts(written: str) -> list[tuple[str, str]] | None:
    """(opening sign, content) of each part between `#`; None when something else is between."""
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
        elif found := _MACRO.match(written, position):
            parts.append(("", found.group()))
            position = found.end()
        else:
            return None
        join = _JOIN.match(written, position)
        if join is None or (join[1] is None and join.end() < len(written)):
            return None
        position = join.end()
        if join[1] and position >= len(written):
            return None
    return parts


def end_of(text: str, start: int, *, escapes: bool = True) -> int:
    """Index of the sign that closes the brace or quote at `start`; -1 when there is none.

    With `escapes`, `\\}` closes nothing: bibtexparser's reading, and what people mean by it.
    """
    if text[start] == '"':
        return _end_of_quote(text, start)
    depth = 0
    for found in (_BRACE if escapes else _ANY_BRACE).finditer(text, start):
        depth += 1 if found.group() == "{" else -1
        if depth == 0:
            return found.start()
    return -1


def _end_of_quote(text: str, start: int) -> int:
    depth = 0
    for found in _QUOTE.finditer(text, start + 1):
        sign = found.group()
        if sign == '"' and depth <= 0:
            return found.start()
        depth += {"{": 1, "}": -1}.get(sign, 0)
    return -1


def balance(text: str) -> int:
    """Braces opened less braces closed; negative as soon as one is closed before it is opened."""
    depth = 0
    for found in _BRACE.finditer(text):
        depth += 1 if found.group() == "{" else -1
        if depth < 0:
            return depth
    return depth
