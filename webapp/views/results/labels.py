"""The labels of an item: its award and its note, beside the venue."""

from dataclasses import dataclass

from markupsafe import Markup

from ...formats.inline import without_tags
from ...formats.labels import labels
from ...records import Record
from ...search.engine import Highlighter
from ..markup import EMPTY
from .highlighting import highlight, matching_spans
from .mathml import FormulaBudget

MAX_LENGTH = 40  # characters that fit beside the venue; a longer label is folded


@dataclass(frozen=True, slots=True)
class ItemLabel:
    """A label as HTML. `text` unfolds below `name`; it is open if the search matches there."""

    name: Markup
    text: Markup = EMPTY
    opened: bool = False


def item_labels(
    record: Record, highlighter: Highlighter | None, budget: FormulaBudget
) -> tuple[ItemLabel, ...]:
    """Return the labels of a record, highlighted."""

    def html(text: str) -> Markup:
        return highlight(text, matching_spans(highlighter, text, "tags"), budget)

    def item_label(name: str, text: str) -> ItemLabel:
        if len(name) > MAX_LENGTH:
            name, text = _shortened(name), f"{name}: {text}" if text else name
        text_html = html(text)
        return ItemLabel(html(name), text_html, opened="<mark>" in text_html)

    return tuple(item_label(*label) for label in labels(record))


def _shortened(name: str) -> str:
    return without_tags(name)[:MAX_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
