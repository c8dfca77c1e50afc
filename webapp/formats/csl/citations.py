"""Styled citations: a record in each of the six styles, as HTML and as plain text."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from ...records import Record, with_limited_people
from ..latex.decoding import plain
from ..latex.mathematics import MATH
from .items import item
from .styling.processor import Style
from .styling.richtext import to_html, to_plain


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation in one style."""

    html: str  # escaped, with <i>, <b>, <sup> and <sub> alone
    text: str


# What visitors choose from, in this order: the name in URLs, the label, the file of the style.
LABELS: Final = {
    "apa": "APA",
    "ieee": "IEEE",
    "acm": "ACM",
    "chicago": "Chicago",
    "mla": "MLA",
    "nlm": "NLM",
}
_STYLES: Final = {
    "apa": Style("apa"),
    "ieee": Style("ieee"),
    "acm": Style("association-for-computing-machinery"),
    "chicago": Style("chicago-author-date"),
    "mla": Style("modern-language-association"),
    "nlm": Style("nlm-citation-sequence"),
}


def cite(record: Record, style: str) -> Citation:
    """The record in a style, a key of LABELS. Takes 3 to 30 ms, so the caller keeps it.

    Of more than NAMED_PEOPLE authors or editors the first are named, the others are "et al.".
    """
    csl_item = item(with_limited_people(record))
    return cite_item({name: _readable(name, value) for name, value in csl_item.items()}, style)


def cite_item(csl_item: Mapping[str, Any], style: str) -> Citation:
    """An item of CSL-JSON in a style."""
    processor = _STYLES[style]
    text = processor.render(csl_item)
    if not text:  # the style lists no such type, as APA does no letters
        text = processor.render({**csl_item, "type": "document"})
    return Citation(to_html(text), to_plain(text))


def _readable(name: str, value: Any) -> Any:
    """A value without TeX, whose letters keep their case: "O(n log n)"."""
    if not isinstance(value, str) or "$" not in value or name in ("DOI", "URL"):
        return value
    return _without_tex(value)


@lru_cache(maxsize=16)  # each style asks for the same title, and that may be a megabyte of formulas
def _without_tex(text: str) -> str:
    return plain(MATH.sub(lambda formula: f'<span class="nocase">{plain(formula[0])}</span>', text))
