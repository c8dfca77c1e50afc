"""Records -> items of CSL-JSON: what citations, COinS and the JSON export are made of."""

import re
from collections.abc import Iterable
from typing import Any, Final

from ...records import Person, Record
from .. import names
from ..links import safe_url

# https://docs.citationstyles.org/en/stable/specification.html#appendix-iii-types
TYPES: Final = {
    "article": "article-journal",
    "artwork": "graphic",
    "audio": "song",
    "blog": "post-weblog",
    "bookinbook": "chapter",
    "booklet": "pamphlet",
    "book": "book",
    "collection": "book",
    "conference": "paper-conference",
    "data": "dataset",
    "dataset": "dataset",
    "electronic": "webpage",
    "image": "graphic",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "inreference": "entry-encyclopedia",
    "legislation": "legislation",
    "letter": "personal_communication",
    "magazine": "article-magazine",
    "manual": "report",
    "movie": "motion_picture",
    "music": "song",
    "mvbook": "book",
    "mvcollection": "book",
    "mvproceedings": "book",
    "mvreference": "book",
    "newspaper": "article-newspaper",
    "online": "webpage",
    "patent": "patent",
    "performance": "performance",
    "periodical": "periodical",
    "post": "post",
    "poster": "speech",
    "preprint": "article",
    "presentation": "speech",
    "proceedings": "book",
    "reference": "book",
    "report": "report",
    "review": "review",
    "standard": "standard",
    "suppbook": "chapter",
    "suppcollection": "chapter",
    "talk": "speech",
    "techreport": "report",
    "unpublished": "manuscript",
    "video": "motion_picture",
    "webpage": "webpage",
    "www": "webpage",
}
THESES: Final = {
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master’s thesis",
    "bachelorsthesis": "Bachelor’s thesis",
    "diplomathesis": "Diploma thesis",
    "thesis": "",
}
_THESIS_NAMES: Final = {"phdthesis": "PhD thesis", "mathesis": "Master’s thesis"}

# Fields that mean the same in every type, with their variables.
_PLAIN: Final = {
    "volume": "volume",
    "issue": "issue",
    "series": "collection-title",
    "chapter": "chapter-number",
    "version": "version",
    "isbn": "ISBN",
    "issn": "ISSN",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "shortjournal": "container-title-short",
    "eventtitle": "event-title",
    "venue": "event-place",
    "pagetotal": "number-of-pages",
    "volumes": "number-of-volumes",
    "note": "note",
    "pubstate": "status",
}
_ORDINALS: Final = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
_EDITION = re.compile(r"(\d+)(?:st|nd|rd|th)?(?:\s+ed(?:ition|n|\.)?)?", re.IGNORECASE)
_ARXIV = re.compile(r"(?:arxiv|corr)\b", re.IGNORECASE)
_ISO = re.compile(r"-?\d{4}(?:-\d{2}){0,2}")


def item(record: Record) -> dict[str, Any]:
    """A publication as CSL-JSON, nothing empty."""
    kind = csl_type(record)
    found = {
        "id": record.key,
        "type": kind,
        "title": record.title,
        "author": people(record.authors),
        "editor": people(record.editors),
        "translator": people(names.people(record.source.get("translator", ""))),
        "issued": _issued(record),
        "container-title": record.container if kind != "article" else "",
        **{variable: record.fields.get(name, "") for name, variable in _PLAIN.items()},
        **_numbers(record, kind),
        **_publisher(record, kind),
        "genre": _genre(record),
        "DOI": record.doi,
        "URL": _url(record),
        "language": record.language,
        "keyword": ", ".join(record.tags),
        "abstract": record.abstract,
    }
    return {variable: value for variable, value in found.items() if value}


def csl_type(record: Record) -> str:
    """The CSL type. What is nothing but a preprint is an "article"."""
    if record.type in THESES:
        return "thesis"
    if record.type.startswith("software") or record.type == "codefragment":
        return "software"
    if is_preprint(record):
        return "article"
    return TYPES.get(record.type, "document")


def is_preprint(record: Record) -> bool:
    """Whether it stands on arXiv and nowhere else that the source knows of."""
    elsewhere = record.container and not _ARXIV.match(record.container)
    published = record.doi and not record.doi.lower().startswith("10.48550/")
    kinds = ("misc", "article", "unpublished", "online", "preprint", "")
    return bool(record.arxiv) and record.type in kinds and not elsewhere and not published


def people(persons: Iterable[Person]) -> list[dict[str, str]]:
    """Names as CSL has them."""
    return [
        {"literal": person.literal}
        if person.literal
        else {
            part: value
            for part, value in (
                ("family", person.family),
                ("given", person.given),
                ("non-dropping-particle", person.particle),
                ("suffix", person.suffix),
            )
            if value
        }
        for person in persons
    ]


def _issued(record: Record) -> dict[str, Any]:
    if _ISO.fullmatch(record.date):
        parts = record.date.removeprefix("-").split("-")
        return {"date-parts": [[int(part) for part in parts]]}
    if record.date:
        return {"literal": record.date}
    return {"date-parts": [[record.year]]} if record.year is not None else {}


def _numbers(record: Record, kind: str) -> dict[str, str]:
    fields = record.fields
    number = fields.get("number", "")
    found = {
        "page": re.sub(r" ?[-–—]+ ?", "-", fields.get("pages", "")),
        "edition": _edition(fields.get("edition", "")),
        "number": fields.get("eid", "") or fields.get("articleno", ""),
    }
    if kind.startswith("article-"):
        return found | ({"issue": number} if number else {})
    if kind == "article":
        return found | {"number": f"arXiv:{record.arxiv}" if record.arxiv else number}
    if fields.get("series"):  # a volume without a number is the series': "LNCS 1234"
        if number:
            return found | {"collection-number": number}
        return found | {"collection-number": fields.get("volume", ""), "volume": ""}
    return found | ({"number": number} if number else {})


def _edition(written: str) -> str:
    """ "2nd ed." and "Second" as "2"; anything else as it is."""
    if found := _EDITION.fullmatch(written):
        return found[1]
    word = written.lower().removesuffix(" edition")
    return str(_ORDINALS.index(word) + 1) if word in _ORDINALS else written


def _publisher(record: Record, kind: str) -> dict[str, str]:
    fields = record.fields
    names_of_it = ("publisher", "school", "institution", "organization")
    if kind in ("thesis", "report"):
        names_of_it = ("school", "institution", "publisher", "organization")
    publisher = next((fields[name] for name in names_of_it if fields.get(name)), "")
    if not publisher and kind == "article" and record.arxiv:
        publisher = "arXiv"
    if not publisher and kind in ("document", "pamphlet", "book"):
        publisher = fields.get("howpublished", "")
    # What ACM and biblatex's users write as `location` of a paper is where the event was.
    at_event = kind == "paper-conference" and "address" not in record.source
    variable = "event-place" if at_event else "publisher-place"
    address = fields.get("address", "")
    return {"publisher": publisher} | ({variable: address} if address else {})


def _genre(record: Record) -> str:
    said = record.fields.get("type", "")
    return _THESIS_NAMES.get(said, said) or THESES.get(record.type, "")


def _url(record: Record) -> str:
    """Where a reader finds it: its address, else arXiv's page, else the PDF."""
    for kind in ("url", "arxiv", "pdf"):
        for link in record.links:
            if link.kind == kind and (url := safe_url(link.url)):
                return url if kind != "arxiv" or not record.doi or is_preprint(record) else ""
    return ""
