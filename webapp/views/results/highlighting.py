"""Text to HTML: the words found marked, mathematics as MathML."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from ...formats.latex.mathematics import MATH, has_formulas
from ...search.engine import Highlighter, Span
from .mathml import FormulaBudget

EMPTY = Markup()

# Characters of a text in which words are looked for: five thousand names have 100,000.
LOOKED_AT = 120_000

_MARK = Markup("<mark>")
_END = Markup("</mark>")


def spans_in(marker: Highlighter | None, text: str, field: str) -> Sequence[Span]:
    """Where the words of a search stand in a field; a text without end is looked at in part."""
    return marker.spans(text[:LOOKED_AT], field) if marker and text else ()


def marked(text: str, spans: Sequence[Span], formulas: FormulaBudget | None = None) -> Markup:
    """The text, escaped, with `<mark>` around the spans; a formula is marked as a whole.

    `formulas` is what the page can still draw; without it the text has a budget of its own.
    """
    if has_formulas(text):
        return EMPTY.join(_with_mathematics(text, spans, formulas or FormulaBudget()))
    return _words(text, spans, 0, len(text)) if spans else escape(text)


def around_mathematics(text: str, window: Span) -> Span:
    """The window, widened so that it cuts no formula."""
    start, end = window
    for found in MATH.finditer(text) if "$" in text else ():
        if found.start() < start < found.end():
            start = found.start()
        if found.start() < end < found.end():
            end = found.end()
    return start, end


def _with_mathematics(
    text: str, spans: Sequence[Span], formulas: FormulaBudget
) -> Iterator[Markup]:
    done = 0
    for found, formula in formulas.drawn(text):
        first, last = found.span()
        yield _words(text, spans, done, first)
        is_hit = any(start < last and end > first for start, end in spans)
        yield _MARK + formula + _END if is_hit else formula
        done = last
    yield _words(text, spans, done, len(text))


def _words(text: str, spans: Sequence[Span], first: int, last: int) -> Markup:
    """The text from `first` to `last`, with what the spans have of it marked."""
    parts: list[str] = []
    done = first
    for start, end in spans:
        start, end = max(start, done), min(end, last)
        if start < end:
            parts += [escape(text[done:start]), _MARK, escape(text[start:end]), _END]
            done = end
    return Markup("".join([*parts, escape(text[done:last])]))  # noqa: S704  each is escaped
