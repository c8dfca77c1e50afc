"""What a publication's own page says beyond title, authors and abstract."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ...formats.latex import decoding
from ...formats.public_fields import PUBLIC_FIELDS
from ...records import TYPE_LABELS, Record
from ..results.items import doi_address, issued_year

# The fields with a line of their own, in the order shown.
_LABELS = {name: row.label for name, row in PUBLIC_FIELDS.items() if row.label}
# How a page calls what `public_fields` adds, where its name alone would not do.
_ADDED_LABELS = {"annote": "Annotation"}


@dataclass(frozen=True, slots=True)
class Detail:
    """One line of what is known: label, value, and the address it leads to, if any."""

    label: str
    value: str
    address: str = ""


def details(record: Record, also: Collection[str] = ()) -> list[Detail]:
    """Everything public about a publication that a reader can use, nothing empty.

    `also` are the names of the setting `public_fields`.
    """
    found = [
        Detail("Type", TYPE_LABELS.get(record.type, "")),
        Detail("Published in", record.container),
        Detail("Date", record.date or issued_year(record)),
        *_fields(record),
        *_added(record, also),
        Detail("DOI", record.doi, doi_address(record.doi)),
        Detail("arXiv", record.arxiv, f"https://arxiv.org/abs/{record.arxiv}"),
    ]
    return [detail for detail in found if detail.value]


def marks_explained(record: Record) -> str:
    """What the marks at names mean: in the owner's words where there are any."""
    if told := record.fields.get("annotation"):
        return told
    return "* Equal contribution" if any(person.equal for person in record.authors) else ""


def _fields(record: Record) -> list[Detail]:
    found = [(name, record.fields.get(name, "")) for name in _LABELS]
    return [
        Detail(_LABELS[name], value)
        for name, value in found
        if value != record.container and (name, value) != ("howpublished", record.venue)
    ]


def _added(record: Record, also: Collection[str]) -> Iterator[Detail]:
    for name in also:
        if name not in PUBLIC_FIELDS:
            label = _ADDED_LABELS.get(name, name.capitalize())
            yield Detail(label, decoding.text(record.source.get(name, "")))
