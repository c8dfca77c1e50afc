"""Text to HTML, with the words found marked."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from ..search.engine import Span

EMPTY = Markup()


def marked(text: str, spans: Sequence[Span]) -> Markup:
    """The text, escaped, with `<mark>` around the spans."""
    if not spans:
        return escape(text)
    parts: list[Markup] = []
    end = 0
    for start, stop in spans:
        parts += [
            escape(text[end:start]),
            Markup("<mark>"),
            escape(text[start:stop]),
            Markup("</mark>"),
        ]
        end = stop
    return EMPTY.join([*parts, escape(text[end:])])
