"""Styled citations: a record in each citation style, as HTML and as plain text."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from ...records import Record, with_limited_people
from ..inline import to_csl
from ..latex.decoding import plain
from ..latex.mathematics import JOINER, MATH, has_formulas, with_small_characters
from .items import item
from .styling.processor import Style
from .styling.richtext import to_html, to_plain


@dataclass(frozen=True, slots=True)
class CitationStyle:
    """A style that visitors can choose: its label, and its file in `styles/` without ".csl"."""

    label: str
    style: Style


# By their names in URLs, in the order in which visitors see them.
STYLES: Final[Mapping[str, CitationStyle]] = {
    "apa": CitationStyle("APA", Style("apa")),
    "ieee": CitationStyle("IEEE", Style("ieee")),
    "acm": CitationStyle("ACM", Style("association-for-computing-machinery")),
    "chicago": CitationStyle("Chicago", Style("chicago-author-date")),
    "mla": CitationStyle("MLA", Style("modern-language-association")),
    "nlm": CitationStyle("NLM", Style("nlm-citation-sequence")),
}


# How a style without article numbers names one in place of pages.
_ARTICLE: Final = {"acm": "Article %s"}


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation in one style."""

    html: str  # escaped, with no elements but <i>, <b>, <sup>, <sub> and <span>
    text: str


def cite(record: Record, style: str) -> Citation:
    """Return the citation of a record in a style of STYLES.

    It takes 3 to 30 ms, so cache it. Of more than NAMED_PEOPLE authors or editors the first are
    named, followed by "et al.".
    """
    csl_item = readable_item(record)
    citation = cite_item(csl_item, style)
    number = record.fields.get("eid", "")
    if number and "page" not in csl_item:
        without_number = {name: value for name, value in csl_item.items() if name != "number"}
        if citation == cite_item(without_number, style):  # the style takes no number here
            return cite_item({**csl_item, "page": _ARTICLE.get(style, "%s") % number}, style)
    return citation


def readable_item(record: Record) -> dict[str, Any]:
    """Return a record as an item of CSL-JSON to cite, without TeX and with few people."""
    csl_item = item(with_limited_people(record))
    return {name: _readable(name, value) for name, value in csl_item.items()}


def cite_item(csl_item: Mapping[str, Any], style: str) -> Citation:
    """Return the citation of an item of CSL-JSON."""
    processor = STYLES[style].style
    text = processor.render(csl_item)
    if not text:  # the style does not cover the type: APA has no letters
        text = processor.render({**csl_item, "type": "document"})
    return Citation(to_html(text).replace(JOINER, ""), to_plain(text).replace(JOINER, ""))


def _readable(name: str, value: Any) -> Any:
    """Return a value without TeX. Formulas keep the case of their letters: "O(n log n)"."""
    if not isinstance(value, str) or name in ("DOI", "URL"):
        return value
    value = to_csl(value)
    return _without_tex(value) if "$" in value else value


@lru_cache(maxsize=16)  # all styles need the same title, which may be a megabyte of formulas
def _without_tex(text: str) -> str:
    if not has_formulas(text):
        return plain(text)
    text = with_small_characters(text)
    return plain(MATH.sub(lambda formula: f'<span class="nocase">{plain(formula[0])}</span>', text))
