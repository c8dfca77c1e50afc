"""Rich text as runs: pieces of text with their typography, of which documents are written."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from ...characters import without_controls
from ...latex.mathematics import JOINER
from ...latex.symbols import SUBSCRIPTS, SUPERSCRIPTS, shifted
from .richtext import (
    BOLD,
    ITALIC,
    MARKS,
    NO_CASE,
    SMALL_CAPS,
    SUBSCRIPT,
    SUPERSCRIPT,
    with_quotes,
)

_STYLES: Final = {
    ITALIC: "italic", BOLD: "bold", SUPERSCRIPT: "superscript", SUBSCRIPT: "subscript",
    SMALL_CAPS: "small_caps",
}  # fmt: skip
_STEPS: Final = {
    mark: (style, step)
    for marks, style in _STYLES.items()
    for mark, step in zip(marks, (1, -1), strict=True)
}
_TO_SUPERSCRIPTS: Final = shifted(SUPERSCRIPTS)
_TO_SUBSCRIPTS: Final = shifted(SUBSCRIPTS)
_MARK = re.compile(f"([{MARKS}])")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text. By default it is upright and regular."""

    text: str
    italic: bool = False
    bold: bool = False
    superscript: bool = False
    subscript: bool = False
    small_caps: bool = False
    url: str = ""  # where the text leads
    formula: str = ""  # TeX of the text, "$n^2$", for formats that have mathematics

    @property
    def plain(self) -> str:
        """The text with characters of Unicode for subscripts and superscripts, if it has them."""
        if self.superscript:
            return _TO_SUPERSCRIPTS(self.text)
        return _TO_SUBSCRIPTS(self.text) if self.subscript else self.text


def to_runs(text: str, formulas: Mapping[str, str] | None = None) -> Iterator[Run]:
    """Yield the runs of rich text, none empty.

    `formulas` are TeX by the text that replaces it. A title in italics within italics is upright.
    """
    depths = dict.fromkeys(_STYLES.values(), 0)
    fixed = False
    for part in _MARK.split(with_quotes(text)):
        if part in _STEPS:
            style, step = _STEPS[part]
            depths[style] += step
        elif part in NO_CASE:
            fixed = part == NO_CASE[0]
        elif cleaned := without_controls(part.replace(JOINER, "")):
            shown = {style: depth > 0 for style, depth in depths.items()}
            shown["italic"] = depths["italic"] % 2 == 1
            run = replace(Run(cleaned), **shown)  # type: ignore[arg-type]
            formula = (formulas or {}).get(cleaned, "") if fixed else ""
            yield replace(run, formula=formula) if formula else run


def with_links(runs: Iterator[Run], addresses: Mapping[str, str]) -> Iterator[Run]:
    """Yield the runs, with links at the texts that `addresses` has URLs for."""
    written = sorted(filter(None, addresses), key=len, reverse=True)
    if not written:
        yield from runs
        return
    pattern = re.compile(f"({'|'.join(map(re.escape, written))})")
    for run in runs:
        for part in pattern.split(run.text):
            if part:
                yield replace(run, text=part, url=addresses.get(part, ""))


def without_formulas(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield the runs with formulas as text, and neighbours of one typography joined."""
    typography = groupby(runs, lambda run: replace(run, text="", formula=""))
    for run, group in typography:
        yield replace(run, text="".join(member.text for member in group))
