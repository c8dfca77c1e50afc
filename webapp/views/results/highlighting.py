"""Text to HTML: escaped, matching words in `<mark>`, mathematics as MathML."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from ...formats.latex.mathematics import MATH, has_formulas
from ...search.engine import Highlighter, Span
from ..markup import join
from .mathml import FormulaBudget

# Characters of a text that are searched for matches: five thousand names have 100,000.
MAX_SEARCHED = 120_000

_START = Markup("<mark>")
_END = Markup("</mark>")


def matching_spans(highlighter: Highlighter | None, text: str, field: str) -> Sequence[Span]:
    """Return where a field matches, in its first MAX_SEARCHED characters."""
    return highlighter.spans(text[:MAX_SEARCHED], field) if highlighter and text else ()


def highlight(text: str, spans: Sequence[Span], budget: FormulaBudget | None = None) -> Markup:
    """Return the text as HTML with `<mark>` around the spans; a formula is marked as a whole.

    `budget` is what the page has left for formulas; without one, the text has its own.
    """
    if has_formulas(text):
        return join(_with_formulas(text, spans, budget or FormulaBudget()))
    return _highlight_words(text, spans, 0, len(text)) if spans else escape(text)


def around_formulas(text: str, window: Span) -> Span:
    """Return the window, widened to cut no formula."""
    start, end = window
    for match in MATH.finditer(text) if "$" in text else ():
        if match.start() < start < match.end():
            start = match.start()
        if match.start() < end < match.end():
            end = match.end()
    return start, end


def _with_formulas(text: str, spans: Sequence[Span], budget: FormulaBudget) -> Iterator[Markup]:
    offset = 0
    for match, formula in budget.render(text):
        first, last = match.span()
        yield _highlight_words(text, spans, offset, first)
        is_match = any(start < last and end > first for start, end in spans)
        yield _START + formula + _END if is_match else formula
        offset = last
    yield _highlight_words(text, spans, offset, len(text))


def _highlight_words(text: str, spans: Sequence[Span], first: int, last: int) -> Markup:
    """Return the text from `first` to `last`, with `<mark>` around what the spans have of it."""
    parts: list[Markup] = []
    offset = first
    for start, end in spans:
        start, end = max(start, offset), min(end, last)
        if start < end:
            parts += [escape(text[offset:start]), _START, escape(text[start:end]), _END]
            offset = end
    return join([*parts, escape(text[offset:last])])
