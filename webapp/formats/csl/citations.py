"""Styled citations: a record in each citation style, as HTML and as plain text."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from ...records import Person, Record, with_limited_people
from ..inline import to_csl
from ..latex.decoding import plain
from ..latex.mathematics import JOINER, MATH, has_formulas, spans, with_small_characters
from ..links import doi_url
from .items import item
from .styling.names import COMPLETE, EMPHASIZED
from .styling.processor import Style
from .styling.richtext import to_html, to_plain
from .styling.runs import Run, to_runs, with_links


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
    return _citation(_cited(readable_item(record), record, style))


def cite_in_runs(
    record: Record, style: str, own: Collection[Person] = (), all_people: bool = False
) -> tuple[Run, ...]:
    """Return the citation of a record as runs, with links, and with the names of `own` in bold.

    With `all_people`, a style that names only the first of
    many people names all, up to NAMED_PEOPLE. It takes as long as `cite`.
    """
    csl_item = readable_item(record)
    for variable, people in (("author", record.authors), ("editor", record.editors)):
        if variable in csl_item:
            named = zip(csl_item[variable], people, strict=False)
            csl_item[variable] = [
                {**name, EMPHASIZED: person in own, COMPLETE: all_people} for name, person in named
            ]
    rich_text = _cited(csl_item, record, style)
    return tuple(with_links(to_runs(rich_text, _formulas(record)), _addresses(csl_item)))


def _cited(csl_item: Mapping[str, Any], record: Record, style: str) -> str:
    """Return the citation of a record's item as rich text."""
    rich_text = _rendered(csl_item, style)
    number = record.fields.get("eid", "")
    if number and "page" not in csl_item:
        without_number = {name: value for name, value in csl_item.items() if name != "number"}
        if rich_text == _rendered(without_number, style):  # the style takes no number here
            return _rendered({**csl_item, "page": _ARTICLE.get(style, "%s") % number}, style)
    return rich_text


def readable_item(record: Record) -> dict[str, Any]:
    """Return a record as an item of CSL-JSON to cite, without TeX and with few people."""
    csl_item = item(with_limited_people(record))
    return {name: _readable(name, value) for name, value in csl_item.items()}


def cite_item(csl_item: Mapping[str, Any], style: str) -> Citation:
    """Return the citation of an item of CSL-JSON."""
    return _citation(_rendered(csl_item, style))


def _rendered(csl_item: Mapping[str, Any], style: str) -> str:
    processor = STYLES[style].style
    # A style may not cover the type: APA has no letters.
    return processor.render(csl_item) or processor.render({**csl_item, "type": "document"})


def _citation(rich_text: str) -> Citation:
    return Citation(to_html(rich_text).replace(JOINER, ""), to_plain(rich_text).replace(JOINER, ""))


def _addresses(csl_item: Mapping[str, Any]) -> dict[str, str]:
    """Return the URLs of a work by how styles write them: its DOI with a resolver, or alone."""
    addresses = {csl_item["URL"]: csl_item["URL"]} if "URL" in csl_item else {}
    if doi := csl_item.get("DOI", ""):
        addresses |= dict.fromkeys((f"https://doi.org/{doi}", doi), doi_url(doi))
    return addresses


def _formulas(record: Record) -> dict[str, str]:
    """Return the formulas in the titles of a record by the text that stands for each."""
    formulas: dict[str, str] = {}
    for text in (record.title, record.container):
        if not has_formulas(text):
            continue
        written, small = spans(to_csl(text)), spans(with_small_characters(to_csl(text)))
        if len(written) == len(small):
            formulas |= {plain(short): tex for tex, short in zip(written, small, strict=True)}
    return formulas


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
