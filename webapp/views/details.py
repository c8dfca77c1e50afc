"""What a publication's own page says beyond title, authors and abstract."""

from dataclasses import dataclass

from ..records import TYPE_LABELS, Record
from .items import doi_address, issued_year

# Fields of BibTeX and biblatex that tell a reader something, with their labels, in the order shown.
# Any other field is left to the BibTeX export: owners keep file paths and private notes there.
FIELD_LABELS = {
    "maintitle": "Multi-volume title",
    "booksubtitle": "Subtitle of the book",
    "issuetitle": "Issue title",
    "eventtitle": "Event",
    "eventdate": "Date of the event",
    "venue": "Place of the event",
    "series": "Series",
    "edition": "Edition",
    "volume": "Volume",
    "number": "Number",
    "issue": "Issue",
    "chapter": "Chapter",
    "pages": "Pages",
    "eid": "Article number",
    "pagetotal": "Length",
    "numpages": "Number of pages",
    "publisher": "Publisher",
    "organization": "Organization",
    "institution": "Institution",
    "school": "School",
    "location": "Location",
    "address": "Location",
    "howpublished": "How published",
    "version": "Version",
    "pubstate": "Status",
    "note": "Note",
    "addendum": "Note",
    "award": "Award",
    "isbn": "ISBN",
    "issn": "ISSN",
    "pmid": "PubMed",
    "license": "License",
    "copyright": "Copyright",
}


@dataclass(frozen=True, slots=True)
class Detail:
    """One line of what is known: label, value, and the address it leads to, if any."""

    label: str
    value: str
    address: str = ""


def details(record: Record) -> list[Detail]:
    """Everything known about a publication that a reader can use, nothing empty."""
    found = [
        Detail("Type", TYPE_LABELS.get(record.type, "")),
        Detail("Published in", record.container),
        Detail("Date", record.date or issued_year(record)),
        *_fields(record),
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
    found = [(name, record.fields.get(name, "")) for name in FIELD_LABELS]
    return [
        Detail(FIELD_LABELS[name], value)
        for name, value in found
        if value != record.container and (name, value) != ("howpublished", record.venue)
    ]
