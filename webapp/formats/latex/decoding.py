"""LaTeX to Unicode text.

DESIGN: no input raises, and the time is linear in its length. The symbols are those of pylatexenc,
but not the parser, which recurses, takes `%` for a comment and needs seven times as long.
Mathematics stays TeX, see `mathematics`.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from ..braces import is_balanced
from .mathematics import JOINER, MARK, MATH, has_formulas, with_dollars
from .symbols import ACCENTS, ARGUMENTS, ELEMENTS, IGNORED, SWITCHES, SYMBOLS, Action
from .tokens import LIGATURES, ONE_CHARACTER, OPERATOR, ORDINAL, SPECIAL, TOKEN, URL_ESCAPE

_MATH_AND_JOINER = re.compile(MATH.pattern + f"{JOINER}?", re.DOTALL)
_BREAK = "\ue001"  # replaces the end of a paragraph
_PRIVATE = re.compile("[\ue000-\ue01f]")
_BREAKS: Final = frozenset({"par", "newline", "\\"})
_MAX_DEPTH = 20  # of groups that change their content; more is an attack or an accident
_CACHED_LENGTH = 300  # venues, publishers and names repeat; abstracts do not

_NEEDS_WORK = re.compile(r"[\\{}$~`]|--|''|  |[^\S ]")
Marks = tuple[tuple[str, tuple[str, str]], ...]  # names of elements, and what begins and ends them
NO_MARKS: Final[Marks] = ()


@dataclass(frozen=True, slots=True)
class Decoded:
    """Unicode text, and the names of the unknown macros that are in it as written."""

    text: str
    unknown: tuple[str, ...] = ()


@dataclass(slots=True)
class _Frame:
    """An open group. A group without actions writes into the one around it."""

    out: list[str]
    marks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    pending: list[list[Action]] = field(default_factory=list)  # for the next units, in order
    actions: list[Action] = field(default_factory=list)  # on the whole group, last one first
    depth: int = 0  # how many groups around it change their content
    endings: list[str] = field(default_factory=list)  # of the elements that end with it


def text(source: str) -> str:
    """Return LaTeX as Unicode text, with mathematics as `$TeX$`."""
    return decode(source).text


def decode(source: str, *, paragraphs: bool = False, marks: Marks = NO_MARKS) -> Decoded:
    """Return text on one line, or with `paragraphs`, with a blank line between paragraphs.

    `marks` are the characters that begin and end elements, which are left out without them.
    """
    if not _NEEDS_WORK.search(source):
        return Decoded(_normal(source.strip()))
    run = _decode_cached if len(source) <= _CACHED_LENGTH else _decode
    decoded = run(source, marks)
    if paragraphs or "\n" not in decoded.text:
        return decoded
    return Decoded(decoded.text.replace("\n\n", " "), decoded.unknown)


def plain(decoded: str) -> str:
    """Return text without TeX, where no mathematics can be shown: "α-acid" for "$\\alpha$-acid"."""
    if "$" not in decoded:
        return decoded
    if has_formulas(decoded):
        decoded = _MATH_AND_JOINER.sub(lambda formula: _plain_math(formula.group(1)), decoded)
    return decoded.replace("$" + JOINER, "$")


def _normal(decoded: str) -> str:
    return decoded if decoded.isascii() else unicodedata.normalize("NFC", decoded)


def _decode(source: str, marks: Marks) -> Decoded:
    unknown: list[str] = []
    parts = _write(_PRIVATE.sub("", source), unknown, marks, in_math=False).split(_BREAK)
    collapsed = _normal("\n\n".join(filter(None, (" ".join(part.split()) for part in parts))))
    return Decoded(with_dollars(collapsed), tuple(dict.fromkeys(unknown)))


_decode_cached = lru_cache(maxsize=8192)(_decode)


@lru_cache(maxsize=1024)
def _plain_math(content: str) -> str:
    shown = " ".join(_write(content, [], in_math=True).replace(_BREAK, " ").split())
    return _normal(re.sub(r" ?([_^]) ?", r"\1", shown))


def _write(source: str, unknown: list[str], marks: Marks = NO_MARKS, *, in_math: bool) -> str:
    frames = [_Frame([], dict(marks))]
    position = 0
    for token in TOKEN.finditer(source):
        if token.start() > position:
            _add(frames[-1], source[position : token.start()])
        position = token.end()
        _take(frames, token, unknown, in_math)
    _add(frames[-1], source[position:])
    while len(frames) > 1:
        _close(frames)
    _finish(frames[0])
    return "".join(frames[0].out)


def _take(frames: list[_Frame], token: re.Match[str], unknown: list[str], in_math: bool) -> None:
    kind, value = token.lastgroup or "", token.group(token.lastgroup or 0)
    frame = frames[-1]
    if kind == "open":
        _open(frames, token)
    elif kind == "close":
        _close(frames)
    elif kind == "blank":
        _macro(frame, token, None if in_math else unknown)
    elif kind == "symbol":
        _symbol(frame, value)
    elif kind in ("math", "display", "paren"):
        _math(frame, value.strip("$") if kind == "display" else value, token, in_math)
    elif kind in ("url", "raw", "verbatim"):
        _add_unit(frame, URL_ESCAPE.sub(r"\1", value))
    elif kind == "tie":
        _add(frame, " " if _ties(token) else "~")
    elif kind == "gap":
        frame.out.append(_BREAK)
    else:
        _add_unit(frame, LIGATURES.get(value, value))


def _ties(token: re.Match[str]) -> bool:
    """Return whether a `~` ties words as in `Smith~Jones`, unlike in `~user` and `~5%`."""
    source, start = token.string, token.start()
    before, after = source[start - 1 : start], source[start + 1 : start + 2]
    return not (before.strip(" \t\n(/") == "" or after.strip() == "")


def _math(frame: _Frame, content: str, token: re.Match[str], in_math: bool) -> None:
    after = token.string[token.end() : token.end() + 1]
    blank = (content[:1].isspace(), content[-1:].isspace())
    money = content[:1].isdecimal() and after.isdecimal()
    if ordinal := ORDINAL.fullmatch(content):
        _add_unit(frame, ordinal[1])
    elif (
        in_math or not content.strip() or blank[0] != blank[1] or money or not is_balanced(content)
    ):
        _add_unit(frame, token.group())
    else:
        _add_unit(frame, MARK + " ".join(content.split()) + MARK)


def _macro(frame: _Frame, token: re.Match[str], unknown: list[str] | None) -> None:
    r"""Add a macro.

    Of an unknown macro the argument is shown, or if it has none, the macro: `\pkg{beamer}` is
    "beamer", `\foo{}bar` stays. In mathematics `unknown` is None: it is shown by its name.
    """
    name, blank = token["macro"], token["blank"]
    follows = token.string[token.end() : token.end() + 2]
    if name in _BREAKS:
        frame.out.append(_BREAK)
    elif name in ACCENTS:
        _expect(frame, [ACCENTS[name]])
    elif ELEMENTS.get(name, SWITCHES.get(name)) in frame.marks:
        _element(frame, name)
    elif name in ARGUMENTS:
        _expect(frame, list(ARGUMENTS[name]))
    elif name in SYMBOLS:
        unit = SYMBOLS[name]
        _add_unit(frame, unit if unknown is not None else _spaced(frame, unit, token))
    elif name in IGNORED:
        pass
    elif unknown is None:
        _add_unit(frame, name + blank)
    else:
        unknown.append("\\" + name)
        if follows[:1] != "{" or follows == "{}":
            _add_unit(frame, "\\" + name + ("{}" if follows == "{}" else blank[:1]))
    if blank.count("\n") > 1:
        frame.out.append(_BREAK)


def _spaced(frame: _Frame, unit: str, token: re.Match[str]) -> str:
    """Return a unit with spaces: in mathematics `n\\log n` is "n log n", `a \\in B` is "a ∈ B"."""
    before, blank = frame.out[-1][-1:] if frame.out else "", token["blank"]
    if unit.isascii() and unit.isalpha():  # the name of a function
        return f"{' ' if before.isalnum() else ''}{unit}{blank}"
    return unit + blank if before.isspace() or _precedes_operator(token) else unit


def _precedes_operator(token: re.Match[str]) -> bool:
    """Return whether an operator follows a macro, as in `\\epsilon > 0` and `\\alpha \\leq 1`."""
    operator = OPERATOR.match(token.string, token.end())
    if not operator:
        return False
    unit = SYMBOLS.get(operator["macro"], "a") if operator["macro"] else "="
    return not unit.isalnum()


def _symbol(frame: _Frame, character: str) -> None:
    if character in _BREAKS:
        frame.out.append(_BREAK)
    elif character in ACCENTS:
        _expect(frame, [ACCENTS[character]])
    else:
        _add_unit(frame, ONE_CHARACTER.get(character, character))


def _expect(frame: _Frame, actions: list[Action]) -> None:
    """Expect arguments for macros. An accent before an accent applies to its result: `\\'\\^e`."""
    if len(actions) == 1 and frame.pending and len(frame.pending[0]) < _MAX_DEPTH:
        frame.pending[0].append(actions[0])
    else:
        frame.pending[:0] = [[action] for action in actions]
        del frame.pending[_MAX_DEPTH:]


def _element(frame: _Frame, macro: str) -> None:
    """Begin the element of a macro, which has an argument or lasts until the end of the group."""
    if element := ELEMENTS.get(macro):
        _expect(frame, [_wrap(frame.marks[element])])
    else:
        _begin(frame, SWITCHES[macro])


def _wrap(marks: tuple[str, str]) -> Action:
    """Return the action that puts a unit between two characters, unless it is blank."""
    return lambda unit: f"{marks[0]}{unit}{marks[1]}" if unit.strip() else unit


def _begin(frame: _Frame, element: str) -> None:
    """Begin an element that ends with its group."""
    start, end = frame.marks[element]
    frame.out.append(start)
    frame.endings.append(end)


def _open(frames: list[_Frame], token: re.Match[str]) -> None:
    frame = frames[-1]
    actions = frame.pending.pop(0) if frame.pending else []
    if actions and frame.depth < _MAX_DEPTH:
        frames.append(_Frame([], frame.marks, actions=actions, depth=frame.depth + 1))
        return
    frames.append(_Frame(frame.out, frame.marks, depth=frame.depth))
    if "nc" in frame.marks and not actions and not SPECIAL.match(token.string, token.end()):
        _begin(frames[-1], "nc")


def _close(frames: list[_Frame]) -> None:
    if len(frames) == 1:
        return  # an extra brace
    frame = frames.pop()
    _finish(frame)
    if frame.actions:
        _add_unit(frames[-1], _apply(frame.actions, "".join(frame.out)))


def _finish(frame: _Frame) -> None:
    """Give macros that wait for an argument at the end of a group an empty one."""
    frame.out.extend(_apply(actions, "") for actions in frame.pending)
    frame.pending.clear()
    frame.out.extend(reversed(frame.endings))
    frame.endings.clear()


def _add_unit(frame: _Frame, unit: str) -> None:
    frame.out.append(_apply(frame.pending.pop(0), unit) if frame.pending else unit)


def _apply(actions: list[Action], unit: str) -> str:
    for action in reversed(actions):
        unit = action(unit)
    return unit


def _add(frame: _Frame, words: str) -> None:
    while frame.pending and (words := words.lstrip()):
        _add_unit(frame, words[0])
        words = words[1:]
    if words and not frame.pending:
        frame.out.append(words)
