"""The part of a PDF that matches a search, as an item shows it."""

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from ...search.engine import Highlighter, Passage
from ...search.fields import FULL_TEXT
from ...site import site
from ..language import gettext
from ..markup import EMPTY
from ..urls import Urls
from .highlighting import highlight, matching_spans

LENGTH: Final = 240  # characters to show


@dataclass(frozen=True, slots=True)
class PdfPassage:
    """Where a PDF matches, and the words around it."""

    label: str  # "In the PDF, page 3"
    url: str  # of the page
    text: Markup  # empty if the text is not there any more


def pdf_passage(passage: Passage, highlighter: Highlighter, urls: Urls) -> PdfPassage:
    """Return a passage with its words highlighted.

    A browser opens the PDF at the page of a fragment `#page=3`.
    """
    texts = site().full_texts
    part = texts.passage(passage) if texts else None
    url = urls.file(passage.name)
    if part is None or not part.text:
        return PdfPassage(gettext("In the PDF"), url, EMPTY)
    start, end = highlighter.snippet(part.text, LENGTH, field=FULL_TEXT) or (0, LENGTH)
    page = part.page + part.text.count("\f", 0, start)
    text = " ".join(part.text[start:end].split())
    html = highlight(text, matching_spans(highlighter, text, FULL_TEXT))
    label = gettext("In the PDF, page %(page)s", page=page)
    before = "… " if passage.start or start else ""
    # The last part of a text is shorter than the passage that was asked for.
    is_last = end >= len(part.text) < passage.end - passage.start
    return PdfPassage(label, f"{url}#page={page}", before + html + ("" if is_last else " …"))
