"""The details on a publication's page, beyond title, authors and abstract."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ...formats.latex import decoding
from ...formats.links import arxiv_url, doi_url
from ...formats.public_fields import PUBLIC_FIELDS
from ...records import TYPE_LABELS, Record
from ..language import gettext
from ..results.links import issued_year

# Fields that have a line, in the order shown.
_LABELS = {name: row.label for name, row in PUBLIC_FIELDS.items() if row.label}
# Labels of fields added by the setting `public_fields`, where the capitalized name is no label.
ADDED_LABELS = {"annote": "Annotation"}


@dataclass(frozen=True, slots=True)
class Detail:
    """A line of the details: label, value, and the URL it links to, if any."""

    label: str
    value: str
    url: str = ""


def details(
    record: Record, added_fields: Collection[str] = (), venue_url: str = ""
) -> list[Detail]:
    """Return the public details of a publication that have a value.

    `added_fields` are the names in the setting `public_fields`; `venue_url` is the venue's page.
    """
    rows = [
        Detail(gettext("Type"), gettext(TYPE_LABELS.get(record.type, ""))),
        Detail(gettext("Published in"), record.container, venue_url),
        Detail(gettext("Date"), record.date or issued_year(record)),
        *_labelled_fields(record),
        *_added_details(record, added_fields),
        Detail(gettext("DOI"), record.doi, doi_url(record.doi)),
        Detail(gettext("arXiv"), record.arxiv, arxiv_url(record.arxiv)),
    ]
    return [detail for detail in rows if detail.value]


def marks_explained(record: Record) -> str:
    """Return what the marks at names mean: the record's own annotation, else the usual one."""
    if annotation := record.fields.get("annotation"):
        return annotation
    has_equal = any(person.equal for person in record.authors)
    return gettext("* Equal contribution") if has_equal else ""


def _labelled_fields(record: Record) -> list[Detail]:
    values = [(name, record.fields.get(name, "")) for name in _LABELS]
    return [
        Detail(gettext(_LABELS[name]), value)
        for name, value in values
        if value != record.container and (name, value) != ("howpublished", record.venue)
    ]


def _added_details(record: Record, names: Collection[str]) -> Iterator[Detail]:
    for name in names:
        if name not in PUBLIC_FIELDS:
            label = gettext(ADDED_LABELS.get(name, name.capitalize()))
            yield Detail(label, decoding.text(record.source.get(name, "")))
