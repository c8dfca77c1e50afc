"""The details on a publication's page, beyond title, authors and abstract."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from ...formats.enrichment import citation_count
from ...formats.latex import decoding
from ...formats.links import arxiv_url, doi_url
from ...formats.public_fields import PUBLIC_FIELDS
from ...records import TYPE_LABELS, Record
from ..language import gettext, translation
from ..markup import EMPTY
from ..results.highlighting import highlight
from ..results.links import issued_year
from ..results.mathml import FormulaBudget

# Fields that have a line, in the order shown.
_LABELS = {name: row.label for name, row in PUBLIC_FIELDS.items() if row.label}
# Labels of fields added by the setting `public_fields`, where the capitalized name is no label.
ADDED_LABELS = {"annote": "Annotation"}


Row = tuple[str, str, str]  # a Detail whose value is text


@dataclass(frozen=True, slots=True)
class Detail:
    """A line of the details: label, value, and the URL it links to, if any."""

    label: str
    value: Markup
    url: str = ""


def details(
    record: Record,
    added_fields: Collection[str] = (),
    venue_url: str = "",
    budget: FormulaBudget | None = None,
    *,
    with_citations: bool = False,
) -> list[Detail]:
    """Return the public details of a publication that have a value.

    `added_fields` are the names in the setting `public_fields`; `venue_url` is the venue's page;
    `budget` is what the page has left for formulas; `with_citations` is the setting `citations`.
    """
    budget = budget or FormulaBudget()
    rows: list[Row] = [
        (gettext("Type"), gettext(TYPE_LABELS.get(record.type, "")), ""),
        (gettext("Published in"), record.container, venue_url),
        (gettext("Date"), record.date or issued_year(record), ""),
        *_labelled_fields(record),
        *_added_fields(record, added_fields),
        (gettext("Citations"), _citations(record) if with_citations else "", ""),
        (gettext("DOI"), record.doi, doi_url(record.doi)),
        (gettext("arXiv"), record.arxiv, arxiv_url(record.arxiv)),
    ]
    return [Detail(label, highlight(value, (), budget), url) for label, value, url in rows if value]


def marks_explained(record: Record) -> Markup:
    """Return what the marks at names mean: the record's own annotation, else the usual one."""
    if annotation := record.fields.get("annotation"):
        return highlight(annotation, ())
    has_equal = any(person.equal for person in record.authors)
    return escape(gettext("* Equal contribution")) if has_equal else EMPTY


def _citations(record: Record) -> str:
    """Return how often a publication was cited: "17 (Crossref, 2026-11-29)"."""
    count = citation_count(record)
    if count is None:
        return ""
    origin = ", ".join(filter(None, (count.source, count.date)))
    number = translation().number(count.count)
    return f"{number} ({origin})" if origin else number


def _labelled_fields(record: Record) -> Iterator[Row]:
    for name, label in _LABELS.items():
        value = record.fields.get(name, "")
        if value != record.container and (name, value) != ("howpublished", record.venue):
            yield gettext(label), value, ""


def _added_fields(record: Record, names: Collection[str]) -> Iterator[Row]:
    for name in names:
        if name not in PUBLIC_FIELDS:
            label = gettext(ADDED_LABELS.get(name, name.capitalize()))
            yield label, decoding.text(record.source.get(name, "")), ""
