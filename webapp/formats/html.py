r"""HTML in the values of fields, which other programs leave in them: to LaTeX or to text.

A tag may be written in LaTeX: Zotero writes `{\textless}i{\textgreater}`. Only elements of a fixed
set are HTML, because "a < b and c > d" is text.
"""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Final

from .braces import is_balanced
from .inline import SHOWN
from .latex.encoding import encode

_LATEX: Final = {
    "i": "emph", "b": "textbf", "sub": "textsubscript", "sup": "textsuperscript", "sc": "textsc"
}  # fmt: skip
_COMMANDS: Final = {name: _LATEX[shown] for name, shown in SHOWN.items()}
_BLOCKS: Final = ("br", "p", "div", "ul", "ol", "li")
_NAMES: Final = (*_COMMANDS, *_BLOCKS, "a", "u", "s", "small", "big", "mark", "span", "font", "tt")
_OPEN = r"(?:<|\{\\textless\}|\\textless\{\}|\$<\$)"
_CLOSE = r"(?:>|\{\\textgreater\}|\\textgreater\{\}|\$>\$)"
_TAG = re.compile(
    rf"{_OPEN}(?P<end>/?)(?:jats:)?(?P<name>{'|'.join(_NAMES)})(?:\s[^<>]{{0,500}}?)?\s?/?{_CLOSE}",
    re.IGNORECASE,
)
_HINT = re.compile(r"[<&]|\\textless")
_ENTITY = re.compile(r"\\?&(\\?#x?[\da-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)


def to_text(value: str) -> str:
    """Return text without tags, and characters in place of their references: `&` for `&amp;`."""
    return _without_tags(_ENTITY.sub(_character, value)) if _HINT.search(value) else value


def to_latex(source: str) -> str:
    r"""Return LaTeX with commands in place of pairs of tags: `\emph{x}` for `<i>x</i>`."""
    return _converted(source, lambda latex: "".join(_with_commands(latex)))


def without_tags(source: str) -> str:
    """Return LaTeX without tags, and with LaTeX in place of references to characters."""
    return _converted(source, _without_tags)


def _converted(source: str, convert: Callable[[str], str]) -> str:
    """Return the converted source; the source itself if its braces would lose their partners."""
    if not _HINT.search(source):
        return source
    latex = convert(_ENTITY.sub(lambda entity: encode(_character(entity)), source))
    return latex if is_balanced(latex) else source


def _character(entity: re.Match[str]) -> str:
    """Return the character of a reference; an unknown reference as it is."""
    reference = f"&{entity[1].removeprefix(chr(92))};"
    character = unescape(reference)
    return entity.group() if character == reference else character.replace("\xa0", " ")


def _without_tags(value: str) -> str:
    without = _TAG.sub(lambda tag: " " if tag["name"].lower() in _BLOCKS else "", value)
    return without if without == value else " ".join(without.split())


def _with_commands(source: str) -> Iterator[str]:
    """Yield the parts of a source, with commands in place of tags that have a partner."""
    tags = [tag for tag in _TAG.finditer(source) if tag["name"].lower() in _COMMANDS]
    paired = _paired(tags)
    position = 0
    for tag in tags:
        yield source[position : tag.start()]
        position = tag.end()
        if tag.start() not in paired:
            yield tag.group()
        elif tag["end"]:
            yield "}"
        else:
            yield f"\\{_COMMANDS[tag['name'].lower()]}{{"
    yield source[position:]


def _paired(tags: list[re.Match[str]]) -> set[int]:
    """Return the starts of the tags that have a partner, in elements that are nested properly."""
    paired: set[int] = set()
    opened: list[re.Match[str]] = []
    for tag in tags:
        if not tag["end"]:
            opened.append(tag)
        elif opened and opened[-1]["name"].lower() == tag["name"].lower():
            paired |= {opened.pop().start(), tag.start()}
    return paired
