"""The parts of a value while its markup is converted."""

import re
from dataclasses import dataclass, field
from html import unescape

from ..braces import is_balanced
from ..latex.encoding import encode
from .tokens import (
    AMPERSAND,
    BEGINS_REFERENCE,
    BEGINS_TAG,
    BRACE,
    BREAK,
    FORMULA,
    LESS,
    REFERENCE,
    REMOVED,
)


def character(reference: re.Match[str]) -> str:
    """Return the character of a reference; an unknown reference as it is."""
    bare = re.sub(r"[{}\\]", "", reference[0])
    character = unescape(bare)
    return reference[0] if character == bare else character.translate(REMOVED)


@dataclass(slots=True)
class Pieces:
    """The parts of a value while it is converted. Plain text is encoded unless `encodes` is off."""

    latex: bool
    encodes: bool = True
    literal: bool = False  # whether `\\&amp;` is text
    formulas: list[str] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)  # not encoded yet
    _after_element: bool = False
    _has_breaks: bool = False

    def add_text(self, text: str) -> None:
        """Add text as the value has it."""
        if self._after_element and text:
            self._after_element = False
            if "\n" in text[: len(text) - len(text.lstrip())] and text.lstrip()[:1] in ")],.;:":
                text = text.lstrip()  # the line break of a program that writes XML
        self._text.append(text)

    def add_reference(self, reference: re.Match[str]) -> None:
        """Add the character of a reference."""
        written, decoded = reference[0], character(reference)
        if decoded == written or (self.literal and written.lower() == r"\&amp;"):
            self._text.append(written)
        elif decoded == "<":
            self._text.append(LESS)
        elif self.latex:
            self._text.append(AMPERSAND if decoded == "&" else encode(decoded))
        else:
            self._text.append(decoded)

    def add_formula(self, formula: str) -> None:
        """Add a formula with its dollars, or the next of `formulas` for FORMULA."""
        self._flush()
        if formula == FORMULA:
            formula = f"${self.formulas.pop(0)}$"
            self._parts.append(formula if is_balanced(formula) else encode(formula.strip("$")))
        else:
            formula = re.sub(FORMULA, lambda _: self.formulas.pop(0), formula)
            tex = re.sub(rf"&{REFERENCE}", lambda r: unescape(r[0]), formula, flags=re.IGNORECASE)
            self._parts.append(tex if self.latex else encode(tex))

    def add_break(self, is_paragraph: bool) -> None:
        """Add the end of a paragraph, or a space."""
        self._flush()
        self._has_breaks = True
        self._parts.append(BREAK if is_paragraph else " ")

    def open(self, opening: str) -> None:
        """Begin an element, given the LaTeX that begins it."""
        text = "".join(self._text)
        bare = text.rstrip()
        if bare[-1:] in tuple("([") and "\n" in text[len(bare) :]:
            self._text = [bare]
        self._flush()
        self._parts.append(opening)

    def close(self, closing: str) -> None:
        """End an element."""
        self._flush()
        self._parts.append(closing)
        self._after_element = True

    def _flush(self) -> None:
        text = "".join(self._text)
        self._text.clear()
        if self.encodes:
            text = text if self.latex else encode(text)
            text = BEGINS_TAG.sub("<{}", text)
            text = BEGINS_REFERENCE.sub(r"\\&{}", text).replace(AMPERSAND, r"\&")
        self._parts.append(text.replace(LESS, "<"))

    def text(self) -> str:
        """Return all parts as LaTeX."""
        self._flush()
        text = re.sub(BRACE + r"(?=\\)", "{}", "".join(self._parts)).replace(BRACE, "")
        text = re.sub(FORMULA, lambda _: self.formulas.pop(0), text)
        if not self._has_breaks:
            return text
        paragraphs = [" ".join(part.split()) for part in re.split(rf"{BREAK}|\n[ \t]*+\n", text)]
        paragraphs = list(filter(None, paragraphs))
        if paragraphs[1:] and paragraphs[0].rstrip(".:").lower() == "abstract":
            del paragraphs[0]
        return "\n\n".join(paragraphs)
