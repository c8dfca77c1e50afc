"""Documents in Markdown, as CommonMark and GitHub read it.

DESIGN: A number is text (`57\\.`), because lists of Markdown count upwards only and begin again
below each heading. Every character that may be syntax is escaped, wherever it is. Marks of emphasis
only work at the edge of a word, so elsewhere the elements of HTML take their place.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from ..csl.styling.runs import Run
from .document import Document

# ~ and ^ are syntax of some dialects; @ and # would mention people and issues on GitHub.
_SYNTAX = re.compile(r"[\\`*_{}\[\]()#<>|~^$@&!]")
_LINE_START = re.compile(r"^(?:([-+=:])|(\d{1,9})([.)]))")
_NO_ADDRESS = re.compile(r"[()<>\\\s]")
_ELEMENTS: Final = {"*": ("<em>", "</em>"), "**": ("<strong>", "</strong>")}
_ELEMENTS_OF_BOTH: Final = ("<strong><em>", "</em></strong>")


def write(document: Document) -> Iterator[str]:
    """Yield the paragraphs of a document."""
    yield f"# {escape(document.title)}\n"
    if document.subtitle:
        yield f"\n{_paragraph(escape(document.subtitle))}\n"
    for section in document.sections:
        if section.heading:
            yield f"\n{'#' * (section.level + 1)} {escape(section.heading)}\n"
        for entry in document.entries(section):
            text = _line(entry.runs)
            yield f"\n{entry.number}\\. {text}\n" if entry.number else f"\n{_paragraph(text)}\n"
    if document.note:
        yield f"\n{_paragraph(escape(document.note))}\n"


def escape(text: str) -> str:
    """Return text whose characters have no meaning in Markdown, except at the start of a line."""
    return _SYNTAX.sub(r"\\\g<0>", text)


def _paragraph(line: str) -> str:
    """Return a line that begins no list, no heading and no rule."""
    return _LINE_START.sub(
        lambda start: f"\\{start[1]}" if start[1] else f"{start[2]}\\{start[3]}", line
    )


def _line(runs: Sequence[Run]) -> str:
    """Return runs with marks around those that are emphasized in one way."""
    groups = [(marks, list(group)) for marks, group in groupby(runs, _marks)]
    groups = [("", []), *groups, ("", [])]
    parts = []
    for before, (marks, group), after in zip(groups, groups[1:], groups[2:], strict=False):
        text = "".join(map(_text, group))
        parts.append(_marked(text, marks, before, after) if marks else text)
    return "".join(parts)


def _marks(run: Run) -> str:
    return "*" * (2 * run.bold + run.italic)


def _marked(
    text: str, marks: str, before: tuple[str, list[Run]], after: tuple[str, list[Run]]
) -> str:
    """Return text between marks, or between tags where marks would be read as characters."""
    inner = text.strip()
    if not inner:
        return text
    start, end = _ends(before, after)
    is_edge = inner == text and not before[0] and not after[0]
    inside_word = (start.isalnum() and not inner[0].isalnum()) or (
        end.isalnum() and not inner[-1].isalnum()
    )
    opening, closing = marks, marks
    if inside_word or not is_edge:
        opening, closing = _ELEMENTS.get(marks, _ELEMENTS_OF_BOTH)
    left, _, right = text.partition(inner)
    return f"{left}{opening}{inner}{closing}{right}"


def _ends(before: tuple[str, list[Run]], after: tuple[str, list[Run]]) -> tuple[str, str]:
    """Return the characters around a group of runs; "" at the ends of the line."""
    return (before[1][-1].text[-1] if before[1] else ""), (after[1][0].text[0] if after[1] else "")


def _text(run: Run) -> str:
    text = escape(run.plain)
    if run.plain == run.text and (run.superscript or run.subscript):
        element = "sup" if run.superscript else "sub"
        text = f"<{element}>{text}</{element}>"
    if run.url:
        return f"[{text}]({_NO_ADDRESS.sub(_percent_encoded, run.url)})"
    return text


def _percent_encoded(sign: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in sign[0].encode())
