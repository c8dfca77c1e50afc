"""Publications as MODS 3.4, with what Dublin Core lacks: numbers, pages, roles, ORCID iDs.

Later versions of MODS only add to 3.4: https://www.loc.gov/standards/mods/changes.html
"""

from collections.abc import Iterator, Sequence
from typing import Final

from ...orcids import ADDRESS as ORCID
from ...records import OTHERS, Person, Record, type_label
from ..csl.items import csl_type
from ..exporting import first_field
from ..inline import to_plain
from ..web.jsonld import same_as
from ..web.scholar import Addresses, page_range
from .writing import element, file_addresses, iso_date, language_code, licence, text

NAMESPACE: Final = "http://www.loc.gov/mods/v3"
SCHEMA: Final = "http://www.loc.gov/standards/mods/v3/mods-3-4.xsd"
_START: Final = (
    f'<mods xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'version="3.4" xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
)
_RESOURCES: Final = {
    "software": "software, multimedia", "dataset": "software, multimedia",
    "graphic": "still image", "motion_picture": "moving image", "song": "sound recording-musical",
}  # fmt: skip
_ROLES: Final = {"aut": "author", "edt": "editor"}  # as MARC has them


def write(record: Record, addresses: Addresses, versions: Sequence[Record] = ()) -> str:
    """Return a public record as an element `mods`; `versions` are its other versions."""
    return f"{_START}{''.join(_elements(record, addresses, versions))}</mods>"


def _elements(record: Record, addresses: Addresses, versions: Sequence[Record]) -> Iterator[str]:
    yield _title(record.title)
    in_book = csl_type(record) in ("chapter", "entry-encyclopedia", "paper-conference")
    yield from (_name(person, "aut") for person in record.authors if person != OTHERS)
    if not in_book:
        yield from (_name(person, "edt") for person in record.editors if person != OTHERS)
    yield element("typeOfResource", _RESOURCES.get(csl_type(record), "text"))
    yield element("genre", text(type_label(record.type)))
    yield _origin(record)
    code = element("languageTerm", language_code(record), type="code", authority="iso639-3")
    yield element("language", code)
    yield element("abstract", text(to_plain(record.abstract)))
    yield from (element("subject", element("topic", text(tag))) for tag in record.tags)
    yield _host(record, with_editors=in_book)
    for version in versions:
        yield element("relatedItem", "".join(_identifiers(version)), type="otherVersion")
    yield from _identifiers(record)
    yield element("identifier", text(addresses.page), type="uri")
    urls = [element("url", text(addresses.page), usage="primary display")]
    files = file_addresses(record, addresses)
    urls += [element("url", text(url), access="raw object") for url in files]
    yield element("location", "".join(urls))
    yield element("accessCondition", text(licence(record)), type="use and reproduction")


def _title(source: str) -> str:
    return element("titleInfo", element("title", text(to_plain(source))))


def _name(person: Person, role: str) -> str:
    """Return a person with a role. The ORCID iD is the address of the name."""
    if person.literal:
        parts = element("namePart", text(person.literal))
    else:
        parts = (
            element("namePart", text(person.last_name), type="family")
            + element("namePart", text(person.given), type="given")
            + element("namePart", text(person.suffix), type="termsOfAddress")
        )
    roles = element("roleTerm", role, type="code", authority="marcrelator") + element(
        "roleTerm", _ROLES[role], type="text", authority="marcrelator"
    )
    orcid = {"authority": "orcid", "valueURI": ORCID + person.orcid} if person.orcid else {}
    kind = "corporate" if person.literal else "personal"
    return element("name", parts + element("role", roles), type=kind, **orcid) if parts else ""


def _origin(record: Record) -> str:
    """Return publisher, place, date and edition of the work itself."""
    fields = record.fields
    place = element("placeTerm", text(to_plain(fields.get("address", ""))), type="text")
    return element(
        "originInfo",
        element("place", place)
        + element("publisher", text(to_plain(first_field(record))))
        + element("dateIssued", iso_date(record), encoding="w3cdtf", keyDate="yes")
        + element("edition", text(to_plain(fields.get("edition", "")))),
    )


def _host(record: Record, *, with_editors: bool) -> str:
    """Return the journal or the book in which a work appeared, with its numbers."""
    if not record.container:
        return ""
    fields = record.fields
    editors = [_name(person, "edt") for person in record.editors if person != OTHERS]
    return element(
        "relatedItem",
        _title(record.container)
        + "".join(editors if with_editors else [])
        + element("identifier", text(fields.get("issn", "")), type="issn")
        + element("identifier", text(fields.get("isbn", "")), type="isbn")
        + element("part", "".join(_numbers(record))),
        type="host",
    )


def _numbers(record: Record) -> Iterator[str]:
    """Yield volume, issue and pages of a work in its journal or book."""
    fields = record.fields
    numbers = {"volume": fields.get("volume", "")}
    numbers["issue"] = fields.get("number", "") or fields.get("issue", "")
    for kind, number in numbers.items():
        yield element("detail", element("number", text(to_plain(number))), type=kind)
    first, last = page_range(record)
    pages = element("start", text(first)) + element("end", text(last))
    yield element("extent", pages, unit="pages")


def _identifiers(record: Record) -> Iterator[str]:
    """Yield the identifiers that a work has elsewhere."""
    yield element("identifier", text(record.doi), type="doi")
    yield element("identifier", text(record.arxiv), type="arxiv")
    yield element("identifier", text(record.fields.get("pmid", "")), type="pmid")
    yield from (element("identifier", text(url), type="uri") for url in same_as(record))
