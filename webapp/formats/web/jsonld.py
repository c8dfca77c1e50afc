"""Publications as linked data in the words of schema.org, for search engines."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ...records import OTHERS, Person, Record
from ..csl.items import csl_type
from ..links import doi_url, safe_url
from .scholar import Addresses, page_range, pdf_url

Data = dict[str, Any]
AddressOf = Callable[[Person], str]  # a person's page or ORCID, or nothing

CONTEXT: Final = "https://schema.org"
ORCID: Final = "https://orcid.org/"

_TYPES: Final = {
    "article-journal": "ScholarlyArticle",
    "article-magazine": "Article",
    "article-newspaper": "NewsArticle",
    "article": "ScholarlyArticle",
    "paper-conference": "ScholarlyArticle",
    "review": "Review",
    "thesis": "Thesis",
    "book": "Book",
    "chapter": "Chapter",
    "entry-encyclopedia": "Chapter",
    "report": "Report",
    "dataset": "Dataset",
    "software": "SoftwareSourceCode",
    "speech": "PresentationDigitalDocument",
    "post-weblog": "BlogPosting",
    "webpage": "WebPage",
    "motion_picture": "VideoObject",
}
_MEDIA: Final = ("ScholarlyArticle", "Article", "NewsArticle")


def schema_type(record: Record) -> str:
    """The type of schema.org."""
    return _TYPES.get(csl_type(record), "CreativeWork")


def publication(record: Record, addresses: Addresses, address_of: AddressOf) -> Data:
    """A publication with its people, identifiers and what it is a part of; nothing empty."""
    kind = schema_type(record)
    first, last = page_range(record)
    pdf = pdf_url(record, addresses)
    return _without_empty(
        {
            "@context": CONTEXT,
            "@type": kind,
            "@id": addresses.page,
            "name": record.title,
            "headline": record.title,
            "author": people(record.authors, address_of),
            "editor": [] if kind == "Chapter" else people(record.editors, address_of),
            "datePublished": record.date if record.year is not None else "",
            "isPartOf": _container(record, kind, address_of),
            "pageStart": first,
            "pageEnd": last,
            **_of_type(record, kind),
            "publisher": _organization(_publisher(record)),
            "sameAs": same_as(record),
            "identifier": _identifiers(record),
            "description": record.abstract,
            "keywords": list(record.tags),
            "license": safe_url(record.fields.get("license", "")),
            "inLanguage": record.language,
            "isAccessibleForFree": bool(pdf) or None,
            "encoding": _pdf(pdf),
            "url": addresses.page,
        }
    )


def collection(name: str, address: str, total: int, items: Sequence[tuple[str, str]]) -> Data:
    """A page of a list: the title and the address of each publication on it."""
    elements = [
        {"@type": "ListItem", "position": position, "name": title, "url": url}
        for position, (title, url) in enumerate(items, 1)
    ]
    return {
        "@context": CONTEXT,
        "@type": "CollectionPage",
        "@id": address,
        "name": name,
        "mainEntity": {
            "@type": "ItemList",
            "numberOfItems": total,
            "itemListElement": elements,
        },
    }


def to_script(data: Data) -> str:
    """JSON that may stand between script tags: no `<`, `>` or `&` in it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.translate({ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"})


def people(persons: Sequence[Person], address_of: AddressOf) -> list[Data]:
    """Persons and organizations; an ORCID identifies, any other page is their `url`."""
    return [_person(person, address_of(person)) for person in persons if person != OTHERS]


def _person(person: Person, address: str) -> Data:
    orcid = address if address.startswith(ORCID) else ""
    return _without_empty(
        {
            "@type": "Organization" if person.literal else "Person",
            "@id": orcid,
            "name": person.name,
            "givenName": person.given,
            "familyName": f"{person.particle} {person.family}".strip(),
            "honorificSuffix": person.suffix,
            "url": address if address and not orcid else "",
        }
    )


def same_as(record: Record) -> list[str]:
    """The addresses of the same publication elsewhere."""
    arxiv = f"https://arxiv.org/abs/{record.arxiv}" if record.arxiv else ""
    return [address for address in (doi_url(record.doi) if record.doi else "", arxiv) if address]


def _identifiers(record: Record) -> list[Data]:
    named = {"DOI": record.doi, "arXiv": record.arxiv, "PMID": record.fields.get("pmid", "")}
    return [
        {"@type": "PropertyValue", "propertyID": name, "value": value}
        for name, value in named.items()
        if value
    ]


def _container(record: Record, kind: str, address_of: AddressOf) -> Data:
    fields = record.fields
    if not record.container or csl_type(record) == "article":
        return {}
    if kind in _MEDIA and csl_type(record) != "paper-conference":
        return _issue(record)
    return {
        "@type": "Book",
        "name": record.container,
        "isbn": fields.get("isbn", ""),
        "editor": people(record.editors, address_of) if kind == "Chapter" else [],
    }


def _issue(record: Record) -> Data:
    """The issue in its volume in its periodical, as far as known."""
    fields = record.fields
    part: Data = {
        "@type": "Periodical",
        "name": record.container,
        "issn": fields.get("issn", ""),
    }
    if volume := fields.get("volume"):
        part = {"@type": "PublicationVolume", "volumeNumber": volume, "isPartOf": part}
    if issue := fields.get("issue") or fields.get("number"):
        part = {"@type": "PublicationIssue", "issueNumber": issue, "isPartOf": part}
    return part


def _of_type(record: Record, kind: str) -> Data:
    """What only some types have."""
    fields = record.fields
    if kind == "Thesis":
        return {"inSupportOf": fields.get("type", "")}
    if kind == "Report":
        return {"reportNumber": fields.get("number", "")}
    if kind == "Book":
        return {"isbn": fields.get("isbn", ""), "bookEdition": fields.get("edition", "")}
    if kind == "SoftwareSourceCode":
        code = next((link.url for link in record.links if link.kind == "code"), "")
        return {"version": fields.get("version", ""), "codeRepository": code}
    return {}


def _publisher(record: Record) -> str:
    names = ("publisher", "school", "institution", "organization")
    return next((record.fields[name] for name in names if record.fields.get(name)), "")


def _organization(name: str) -> Data:
    return {"@type": "Organization", "name": name} if name else {}


def _pdf(address: str) -> Data:
    media = {"@type": "MediaObject", "encodingFormat": "application/pdf", "contentUrl": address}
    return media if address else {}


def _without_empty(data: Mapping[str, Any]) -> Data:
    """Without what says nothing, at any depth."""
    cleaned = {
        name: _without_empty(value) if isinstance(value, dict) else value
        for name, value in data.items()
    }
    return {name: value for name, value in cleaned.items() if value not in ("", None, [], {})}
