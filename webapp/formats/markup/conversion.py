r"""Markup of HTML, JATS and MathML in the values of fields: to LaTeX, when a record is built.

DESIGN: every reader calls this once, so no other module knows HTML: the LaTeX that it returns has
neither tags nor references to characters, and reading it again changes nothing. Only elements of
the fixed set of `inline` are markup, because "a < b and c > d" and "List<String>" are text. In
BibTeX, tags and references may be escaped themselves (`{\textless}i{\textgreater}`, `{\&}amp;`);
only `\&amp;` is the text "&amp;" in titles, abstracts and notes. Every step is linear in the length
of the value.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto

from ..braces import is_balanced
from ..inline import BLOCKS, with_partner
from ..latex.encoding import encode
from ..latex.mathematics import has_formulas
from ..vocabulary import ADDRESS_FIELDS, NAME_FIELDS, NOTE_FIELDS, RICH_FIELDS
from . import mathml
from .pieces import Pieces, character
from .tokens import (
    AFFILIATION,
    BRACE,
    ESCAPED_REFERENCE,
    FORMULA,
    FORMULA_END,
    FORMULA_START,
    HINT,
    ITALIC,
    LATEX_TOKEN,
    NO_CASE,
    OPENINGS,
    PRIVATE,
    REPEATED_AMPERSAND,
    SEMICOLON,
    SMALL_CAPS,
    TEXT_TOKEN,
    UNCONVERTED_TAG,
    VOID,
)


class _Kind(Enum):
    """What a field holds, and so what its markup becomes."""

    TEXT = auto()
    NAMES = auto()  # without tags
    NOTE = auto()  # without tags that have no partner, too
    ABSTRACT = auto()  # with paragraphs


def from_latex(name: str, value: str) -> str:
    """Return the LaTeX of a field of BibTeX without markup of other languages."""
    if name == "file" or not HINT.search(value):
        return value
    if name in ADDRESS_FIELDS:
        return _address(value)
    return _converted(value, _kind(name), latex=True, literal=name in RICH_FIELDS)


def from_text(name: str, value: str) -> str:
    """Return the plain text of a field, which may have markup, as LaTeX."""
    if not HINT.search(value):
        return encode(value)
    return _converted(value, _kind(name), latex=False)


def address(value: str) -> str:
    """Return an address in plain text without references to characters."""
    return _address(value) if "&" in value else value


def name(value: str) -> str:
    """Return a part of a name in plain text without markup, as text."""
    if not HINT.search(value):
        return value
    pieces = Pieces(latex=False, encodes=False)
    _convert(AFFILIATION.sub("", value), _Kind.NAMES, pieces)
    return " ".join(pieces.text().split())


def replace_semicolons(value: str, separator: str) -> str:
    """Return plain text with a separator for each semicolon that ends no reference."""
    return SEMICOLON.sub(lambda sign: sign["reference"] or separator, value)


def _kind(field_name: str) -> _Kind:
    if field_name in NAME_FIELDS:
        return _Kind.NAMES
    if field_name in NOTE_FIELDS:
        return _Kind.NOTE
    return _Kind.ABSTRACT if field_name == "abstract" else _Kind.TEXT


def _address(value: str) -> str:
    """Return an address without references, which programs may have written several times."""
    once = REPEATED_AMPERSAND.sub("&", value)
    return ESCAPED_REFERENCE.sub(character, once)


def _converted(value: str, kind: _Kind, *, latex: bool, literal: bool = False) -> str:
    """Return the converted value, in which no tag is left that would be converted next time."""
    converted = _converted_once(value, kind, latex=latex, literal=literal)
    if not UNCONVERTED_TAG.search(converted):
        return converted
    if _converted_once(converted, kind, latex=True, literal=True) == converted:
        return converted
    return UNCONVERTED_TAG.sub(r"\g<0>{}", converted)


def _converted_once(value: str, kind: _Kind, *, latex: bool, literal: bool) -> str:
    """Return the converted value; without tags if braces that they cut would lose their partner."""
    if kind is _Kind.NAMES:
        value = AFFILIATION.sub("", value)
    for chosen in (kind, _Kind.NAMES):
        pieces = Pieces(latex, literal=literal)
        _convert(value, chosen, pieces)
        converted = pieces.text()
        if not latex or is_balanced(converted) or not is_balanced(value):
            return converted
    return value


def _convert(value: str, kind: _Kind, pieces: Pieces) -> None:
    """Add the parts of a value to pieces."""
    value = "".join(_without_mathml(PRIVATE.sub("", value), pieces.formulas))
    pattern = LATEX_TOKEN if pieces.latex else TEXT_TOKEN
    tokens = list(pattern.finditer(value))
    if not has_formulas(value):
        tokens = [token for token in tokens if token["formula"] in (None, FORMULA)]
    tags = [token for token in tokens if token["name"]]
    with_partners = with_partner([tag for tag in tags if not tag["empty"]])
    paired = {tag.start() for tag in with_partners}
    if any(tag["name"].lower() in VOID for tag in with_partners):  # "<p>One</p><p>Two"
        paired |= {tag.start() for tag in tags if tag["name"].lower() in VOID}
    closings: list[str] = []
    position = 0
    for token in tokens:
        pieces.add_text(value[position : token.start()])
        position = token.end()
        if token["formula"]:
            pieces.add_formula(token[0])
        elif token["reference"]:
            pieces.add_reference(token)
        elif token["name"]:
            _add_tag(token, kind, token.start() in paired, closings, pieces)
    pieces.add_text(value[position:])


def _without_mathml(value: str, formulas: list[str]) -> Iterator[str]:
    """Yield the parts of a value, with a private character for each formula that is added."""
    position = 0
    kind = ""
    ends = FORMULA_END.finditer(value)
    end = next(ends, None)
    for start in FORMULA_START.finditer(value):
        if start.start() < position:
            continue
        while end and end.start() < start.end():
            end = next(ends, None)
        if end is None:
            break
        written = value[start.start() : end.end()]
        tex = value[start.end() : end.start()] if start["span"] else mathml.to_tex(written)
        before = value[position : start.start()]
        yield before
        position = end.end()
        if kind and kind != start["name"] and not before.strip():
            continue  # the same formula in another language
        kind = start["name"] or ""
        if tex.strip():
            formulas.append(tex.strip())
            yield FORMULA
    yield value[position:]


def _add_tag(
    tag: re.Match[str], kind: _Kind, is_paired: bool, closings: list[str], pieces: Pieces
) -> None:
    name = tag["name"].lower()
    if name in BLOCKS or name in VOID:
        if is_paired or tag["empty"] or name in ("br", "hr") or kind is not _Kind.TEXT:
            pieces.add_break(kind is _Kind.ABSTRACT)
        else:
            pieces.add_text(tag[0])
    elif tag["empty"]:
        return
    elif not is_paired:
        if kind not in (_Kind.NAMES, _Kind.NOTE):
            pieces.add_text(tag[0])
    elif tag["end"]:
        pieces.close(closings.pop())
    else:
        opening = "" if kind is _Kind.NAMES else _opening(name, tag["attributes"])
        closings.append("}" if opening else "")
        pieces.open(opening)


def _opening(name: str, attributes: str) -> str:
    """Return the LaTeX with which an element begins; "" if only its content counts."""
    if name != "span":
        return OPENINGS.get(name, "")
    if NO_CASE.search(attributes):
        return "{" + BRACE
    if SMALL_CAPS.search(attributes):
        return OPENINGS["sc"]
    return OPENINGS["i"] if ITALIC.search(attributes) else ""
