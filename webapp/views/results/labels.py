"""The labels of an item beside the venue: notices, its award and its note, its citations."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from ...formats.enrichment import citation_count, notices
from ...formats.inline import without_tags
from ...formats.labels import labels
from ...records import Record
from ...search.engine import Highlighter
from ..language import gettext, ngettext
from ..markup import EMPTY
from .highlighting import highlight, matching_spans
from .mathml import FormulaBudget

MAX_LENGTH = 40  # characters that fit beside the venue; a longer label is folded


@dataclass(frozen=True, slots=True)
class ItemLabel:
    """A label as HTML. `text` unfolds below `name`; it is open if the search matches there.

    A label with a URL is a link.
    """

    name: Markup
    text: Markup = EMPTY
    opened: bool = False
    url: str = ""


def notice_labels(record: Record) -> tuple[ItemLabel, ...]:
    """Return a label for each notice, "Retracted", which links to it."""
    return tuple(
        ItemLabel(escape(gettext(notice.label)), url=notice.url) for notice in notices(record)
    )


def citation_labels(record: Record) -> tuple[ItemLabel, ...]:
    """Return a label with the number of citations and the day of the count, if it is known."""
    count = citation_count(record)
    if count is None:
        return ()
    text = ngettext("%(number)s citation", "%(number)s citations", count.count)
    return (ItemLabel(escape(f"{text} ({count.date})" if count.date else text)),)


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
