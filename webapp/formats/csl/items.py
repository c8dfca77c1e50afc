"""Records to items of CSL-JSON, of which citations and the JSON export are made."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from ...records import Person, Record
from .. import dates, names
from ..exporting import PUBLISHERS, first_field, name_parts
from ..links import safe_url
from ..titles import with_protected_case
from ..vocabulary import THESES

# https://docs.citationstyles.org/en/stable/specification.html#appendix-iii-types
TYPES: Final = {
    "article": "article-journal", "artwork": "graphic", "audio": "song", "blog": "post-weblog",
    "bookinbook": "chapter", "booklet": "pamphlet", "book": "book", "collection": "book",
    "conference": "paper-conference", "data": "dataset", "dataset": "dataset",
    "electronic": "webpage", "image": "graphic", "inbook": "chapter", "incollection": "chapter",
    "inproceedings": "paper-conference", "inreference": "entry-encyclopedia",
    "legislation": "legislation", "letter": "personal_communication",
    "magazine": "article-magazine", "manual": "report", "movie": "motion_picture", "music": "song",
    "mvbook": "book", "mvcollection": "book", "mvproceedings": "book", "mvreference": "book",
    "newspaper": "article-newspaper", "online": "webpage", "patent": "patent",
    "performance": "performance", "periodical": "periodical", "post": "post", "poster": "speech",
    "preprint": "article", "presentation": "speech", "proceedings": "book", "reference": "book",
    "report": "report", "review": "review", "standard": "standard", "suppbook": "chapter",
    "suppcollection": "chapter", "talk": "speech", "techreport": "report",
    "unpublished": "manuscript", "video": "motion_picture", "webpage": "webpage", "www": "webpage",
}  # fmt: skip
# Keys of biblatex in the field `type`, and the words for them.
_GENRES: Final = {"phdthesis": THESES["phdthesis"], "mathesis": THESES["mastersthesis"]}

# Fields that mean the same in every type, with their variables.
_PLAIN: Final = {
    "volume": "volume", "issue": "issue", "series": "collection-title", "chapter": "chapter-number",
    "version": "version", "isbn": "ISBN", "issn": "ISSN", "pmid": "PMID", "pmcid": "PMCID",
    "shortjournal": "container-title-short", "eventtitle": "event-title", "venue": "event-place",
    "pagetotal": "number-of-pages", "volumes": "number-of-volumes", "note": "note",
}  # fmt: skip
_NAME_PARTS: Final = ("literal", "family", "given", "non-dropping-particle", "suffix")
_ORDINAL_WORDS: Final = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
_EDITION = re.compile(r"(\d+)(?:st|nd|rd|th)?(?:\s+ed(?:ition|n|\.)?)?", re.IGNORECASE)
_ARXIV = re.compile(r"(?:arxiv|corr)\b", re.IGNORECASE)
_ISO = re.compile(r"(-?\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_UNCERTAIN = re.compile(r"(?:c|ca|circa)\b.*|[^/]*[~?%]", re.IGNORECASE)
_YEARS = re.compile(r"\d{4}\s?[-–/]\s?(\d{4})")  # a range of years: "1988/1992", "1988–1992"
_UNSPECIFIED = re.compile(r"(\d{2,3})[Xux]{1,2}")


def item(record: Record) -> dict[str, Any]:
    """Return a publication as CSL-JSON, without empty variables."""
    kind = csl_type(record)
    titles = with_protected_case(record)
    variables = {
        "id": record.key,
        "type": kind,
        "title": titles.title,
        "author": _people(record.authors),
        "editor": _people(record.editors),
        "translator": _people(names.people(record.source.get("translator", ""))),
        "issued": _issued(record),
        "container-title": titles.container if kind != "article" else "",
        **{variable: record.fields.get(name, "") for name, variable in _PLAIN.items()},
        **_numbers(record, kind),
        **_publisher(record, kind),
        "genre": _genre(record),
        "status": _status(record),
        "DOI": record.doi,
        "URL": _url(record),
        "language": record.language,
        "keyword": ", ".join(record.tags),
        "abstract": record.abstract,
    }
    return {variable: value for variable, value in variables.items() if value}


def csl_type(record: Record) -> str:
    """Return the type in CSL. A work that is only a preprint is an "article"."""
    if record.type in THESES:
        return "thesis"
    if record.type.startswith("software") or record.type == "codefragment":
        return "software"
    if is_preprint(record):
        return "article"
    return TYPES.get(record.type, "document")


def is_preprint(record: Record) -> bool:
    """Return whether a work is on arXiv and, by its source, nowhere else."""
    elsewhere = record.container and not _ARXIV.match(record.container)
    published = record.doi and not record.doi.lower().startswith("10.48550/")
    kinds = ("misc", "article", "unpublished", "online", "preprint", "")
    return bool(record.arxiv) and record.type in kinds and not elsewhere and not published


def _people(people: Iterable[Person]) -> list[dict[str, str]]:
    return [_name(person) for person in people]


def _name(person: Person) -> dict[str, str]:
    """Return a name. Small words after a given name are a particle that sorting drops."""
    given, dropping = names.split_given(person.given)
    parts = name_parts(replace(person, given=given), _NAME_PARTS)
    return parts | {"dropping-particle": dropping} if dropping else parts


def _issued(record: Record) -> dict[str, Any]:
    """Return the date. CSL has no year 0: 1 BCE, the year 0000 of ISO 8601, is -1 there."""
    if date := _ISO.fullmatch(record.date):
        year, *rest = (int(part) for part in date.groups() if part)
        begin = [year if year > 0 else year - 1, *rest]
        written = record.fields.get("date", "") or record.fields.get("year", "")
        end = _YEARS.fullmatch(written)
        parts = {"date-parts": [begin, [int(end[1])]] if end else [begin]}
        return parts | {"circa": True} if _UNCERTAIN.fullmatch(written) else parts
    if record.date:
        return {"literal": _lower_state(record.date)}
    return {"date-parts": [[record.year]]} if record.year is not None else {}


def _lower_state(date: str) -> str:
    """Return a date that is a state in lower case, "forthcoming", and "1990s" for "199X"."""
    if unspecified := _UNSPECIFIED.fullmatch(date):
        return f"{unspecified[1]:0<4}s"
    return date.lower() if dates.NOT_YET.fullmatch(date) else date


def _status(record: Record) -> str:
    """Return the state of a work that has a date; that of others is their date."""
    return record.fields.get("pubstate", "") if record.year is not None else ""


def _numbers(record: Record, kind: str) -> dict[str, str]:
    fields = record.fields
    number = fields.get("number", "")
    variables = {
        "page": re.sub(r" ?[-–—]+ ?", "-", fields.get("pages", "")),
        "edition": _edition(fields.get("edition", "")),
        "number": fields.get("eid", ""),
    }
    if kind.startswith("article-"):
        return variables | ({"issue": number} if number else {})
    if kind == "article":
        return variables | {"number": f"arXiv:{record.arxiv}" if record.arxiv else number}
    if fields.get("series"):  # without a number, the volume is that of the series: "LNCS 1234"
        if number:
            return variables | {"collection-number": number}
        return variables | {"collection-number": fields.get("volume", ""), "volume": ""}
    return variables | ({"number": number} if number and not variables["number"] else {})


def _edition(written: str) -> str:
    """Return "2" for "2nd ed." and "Second", any other edition as it is."""
    if match := _EDITION.fullmatch(written):
        return match[1]
    word = written.lower().removesuffix(" edition")
    return str(_ORDINAL_WORDS.index(word) + 1) if word in _ORDINAL_WORDS else written


def _publisher(record: Record, kind: str) -> dict[str, str]:
    fields = record.fields
    order = PUBLISHERS if kind not in ("thesis", "report") else (*PUBLISHERS[1:], PUBLISHERS[0])
    publisher = first_field(record, (*order, "organization"))
    if not publisher and kind == "article" and record.arxiv:
        publisher = "arXiv"
    if not publisher and kind in ("document", "pamphlet", "book"):
        publisher = fields.get("howpublished", "")
    # The `location` of a paper, as ACM and users of biblatex write it, is that of the event.
    at_event = kind == "paper-conference" and "address" not in record.source
    variable = "event-place" if at_event else "publisher-place"
    address = fields.get("address", "")
    return {"publisher": publisher} | ({variable: address} if address else {})


def _genre(record: Record) -> str:
    written = record.fields.get("type", "")
    return _GENRES.get(written, written) or THESES.get(record.type, "")


def _url(record: Record) -> str:
    """Return the URL of a work, else of its page on arXiv, else of its PDF."""
    for kind in ("url", "arxiv", "pdf"):
        for link in record.links:
            if link.kind == kind and (url := safe_url(link.url)):
                return url if kind != "arxiv" or not record.doi or is_preprint(record) else ""
    return ""
