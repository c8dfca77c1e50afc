"""Text to HTML: escaped, matching words in `<mark>`, mathematics as MathML, inline elements.

Spans are offsets in a text without tags, in which the highlighter searches.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from markupsafe import Markup, escape

from ...formats.inline import InlineText, parse, with_tags, without_tags
from ...formats.latex.mathematics import JOINER, MATH, has_formulas
from ...search.engine import Highlighter, Span
from ..markup import join
from .mathml import FormulaBudget

# Characters of a text that are searched for matches: five thousand names have 100,000.
MAX_SEARCHED = 120_000

_START: Final = Markup("<mark>")
_END: Final = Markup("</mark>")
_TAGS: Final = {
    "i": (Markup("<i>"), Markup("</i>")),
    "b": (Markup("<b>"), Markup("</b>")),
    "sub": (Markup("<sub>"), Markup("</sub>")),
    "sup": (Markup("<sup>"), Markup("</sup>")),
    "sc": (Markup('<span class="small-caps">'), Markup("</span>")),
}

Piece = tuple[int, Markup]  # a part of a text as HTML, and its start in the text


def matching_spans(
    highlighter: Highlighter | None, text: str | InlineText, field: str
) -> Sequence[Span]:
    """Return where a field matches, in its first MAX_SEARCHED characters."""
    if not highlighter:
        return ()
    text = without_tags(text) if isinstance(text, str) else text.text
    return highlighter.spans(text[:MAX_SEARCHED], field) if text else ()


def highlight(
    text: str | InlineText, spans: Sequence[Span], budget: FormulaBudget | None = None
) -> Markup:
    """Return the text as HTML with `<mark>` around the spans; a formula is marked as a whole.

    `budget` is what the page has left for formulas; without one, the text has its own.
    """
    inline = parse(text) if isinstance(text, str) else text
    if has_formulas(inline.text):
        pieces = _with_formulas(inline, spans, budget or FormulaBudget())
    elif inline.elements:
        pieces = _words(inline, spans, 0, len(inline.text))
    else:
        return _without_joiners(_highlight_words(inline.text, spans, 0, len(inline.text)))
    return _without_joiners(join(with_tags(pieces, inline.elements, _TAGS)))


def _without_joiners(html: Markup) -> Markup:
    """Return HTML without the signs after a `<` or `$` that is text, which visitors would copy."""
    return html.replace(JOINER, "") if JOINER in html else html


def around_formulas(text: str, window: Span) -> Span:
    """Return the window, widened to cut no formula."""
    start, end = window
    for match in MATH.finditer(text) if "$" in text else ():
        if match.start() < start < match.end():
            start = match.start()
        if match.start() < end < match.end():
            end = match.end()
    return start, end


def _with_formulas(
    inline: InlineText, spans: Sequence[Span], budget: FormulaBudget
) -> Iterator[Piece]:
    offset = 0
    for match, formula in budget.render(inline.text):
        first, last = match.span()
        yield from _words(inline, spans, offset, first)
        is_match = any(start < last and end > first for start, end in spans)
        yield first, _START + formula + _END if is_match else formula
        offset = last
    yield from _words(inline, spans, offset, len(inline.text))


def _words(inline: InlineText, spans: Sequence[Span], first: int, last: int) -> Iterator[Piece]:
    """Yield the text from `first` to `last`, cut where elements begin and end."""
    for start, end in pairwise(inline.boundaries(first, last)):
        yield start, _highlight_words(inline.text, spans, start, end)


def _highlight_words(text: str, spans: Sequence[Span], first: int, last: int) -> Markup:
    """Return the text from `first` to `last`, with `<mark>` around what the spans have of it."""
    if not spans:
        return escape(text[first:last])
    parts: list[Markup] = []
    offset = first
    for start, end in spans[bisect_right(spans, first, key=_end_of) :]:
        if start >= last:
            break
        start, end = max(start, offset), min(end, last)
        if start < end:
            parts += [escape(text[offset:start]), _START, escape(text[start:end]), _END]
            offset = end
    return join([*parts, escape(text[offset:last])])


def _end_of(span: Span) -> int:
    return span[1]
