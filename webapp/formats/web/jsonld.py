"""Publications as linked data with the vocabulary of schema.org, for search engines."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from ...orcids import ADDRESS as ORCID
from ...records import OTHERS, Person, Record
from .. import exporting
from ..csl.items import csl_type
from ..enrichment import notices, open_access_url
from ..links import arxiv_url, doi_url, safe_url
from .scholar import Addresses, page_range, pdf_url

Data = dict[str, Any]
CONTEXT: Final = "https://schema.org"

_TYPES: Final = {
    "article-journal": "ScholarlyArticle", "article-magazine": "Article",
    "article-newspaper": "NewsArticle", "article": "ScholarlyArticle",
    "paper-conference": "ScholarlyArticle", "review": "Review", "thesis": "Thesis", "book": "Book",
    "chapter": "Chapter", "entry-encyclopedia": "Chapter", "report": "Report", "dataset": "Dataset",
    "software": "SoftwareSourceCode", "speech": "PresentationDigitalDocument",
    "post-weblog": "BlogPosting", "webpage": "WebPage", "motion_picture": "VideoObject",
}  # fmt: skip
_MEDIA: Final = ("ScholarlyArticle", "Article", "NewsArticle")


class PersonAddress(NamedTuple):
    """A person's ORCID iD and the URL of her page; either may be ""."""

    orcid: str = ""
    page: str = ""


Addressed = Mapping[tuple[Person, str], PersonAddress]  # by person and her ORCID iD in the record


def schema_type(record: Record) -> str:
    """Return the type in schema.org."""
    return _TYPES.get(csl_type(record), "CreativeWork")


def publication(record: Record, addresses: Addresses, addressed: Addressed) -> Data:
    """Return a publication with its people, identifiers and container, without empty values."""
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
            "author": people(record.authors, addressed),
            "editor": [] if kind == "Chapter" else people(record.editors, addressed),
            "datePublished": record.date if record.year is not None else "",
            "isPartOf": _container(record, kind, addressed),
            "pageStart": first,
            "pageEnd": last,
            **_of_type(record, kind),
            "publisher": _organization(
                exporting.first_field(record, (*exporting.PUBLISHERS, "organization"))
            ),
            "sameAs": same_as(record),
            "identifier": _identifiers(record),
            "description": record.abstract,
            "keywords": list(record.tags),
            "license": safe_url(record.fields.get("license", "")),
            "inLanguage": record.language,
            "isAccessibleForFree": bool(pdf or open_access_url(record)) or None,
            "creativeWorkStatus": [notice.label for notice in notices(record)],
            "correction": [notice.url for notice in notices(record) if notice.url],
            "encoding": _pdf(pdf),
            "url": addresses.page,
        }
    )


def collection(name: str, address: str, total: int, items: Sequence[tuple[str, str]]) -> Data:
    """Return a page of a list; `items` are the title and the URL of each publication on it."""
    elements = [
        {"@type": "ListItem", "position": position, "name": title, "url": url}
        for position, (title, url) in enumerate(items, 1)
    ]
    entity = {"@type": "ItemList", "numberOfItems": total, "itemListElement": elements}
    page = {"@context": CONTEXT, "@type": "CollectionPage", "@id": address}
    return page | {"name": name, "mainEntity": entity}


def to_script(data: Data) -> str:
    """Return JSON for a script element: it has no `<`, `>` or `&`."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.translate({ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"})


def people(persons: Sequence[Person], addressed: Addressed) -> list[Data]:
    """Return persons and organizations. An ORCID is their `@id`, their page is their `url`."""
    none = PersonAddress()
    return [
        _person(person, addressed.get((person, person.orcid), none))
        for person in persons
        if person != OTHERS
    ]


def _person(person: Person, address: PersonAddress) -> Data:
    return _without_empty(
        {
            "@type": "Organization" if person.literal else "Person",
            "@id": ORCID + address.orcid if address.orcid else "",
            "name": person.name,
            "givenName": person.given,
            "familyName": person.last_name,
            "honorificSuffix": person.suffix,
            "url": address.page,
        }
    )


def same_as(record: Record) -> list[str]:
    """Return the URLs of the same publication elsewhere."""
    urls = (record.doi and doi_url(record.doi), record.arxiv and arxiv_url(record.arxiv))
    return list(filter(None, urls))


def _identifiers(record: Record) -> list[Data]:
    named = {"DOI": record.doi, "arXiv": record.arxiv, "PMID": record.fields.get("pmid", "")}
    return [
        {"@type": "PropertyValue", "propertyID": name, "value": value}
        for name, value in named.items()
        if value
    ]


def _container(record: Record, kind: str, addressed: Addressed) -> Data:
    fields = record.fields
    if not record.container or csl_type(record) == "article":
        return {}
    if kind in _MEDIA and csl_type(record) != "paper-conference":
        return _issue(record)
    return {
        "@type": "Book",
        "name": record.container,
        "isbn": fields.get("isbn", ""),
        "editor": people(record.editors, addressed) if kind == "Chapter" else [],
    }


def _issue(record: Record) -> Data:
    """Return the issue in its volume in its periodical, as far as known."""
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
    """Return the properties of a type."""
    fields = record.fields
    if kind == "Thesis":
        return {"inSupportOf": fields.get("type", "")}
    if kind == "Report":
        return {"reportNumber": fields.get("number", "")}
    if kind == "Book":
        return {"isbn": fields.get("isbn", ""), "bookEdition": fields.get("edition", "")}
    if kind == "SoftwareSourceCode":
        repository = exporting.first_url(record, "code")
        return {"version": fields.get("version", ""), "codeRepository": repository}
    return {}


def _organization(name: str) -> Data:
    return {"@type": "Organization", "name": name} if name else {}


def _pdf(address: str) -> Data:
    media = {"@type": "MediaObject", "encodingFormat": "application/pdf", "contentUrl": address}
    return media if address else {}


def _without_empty(data: Mapping[str, Any]) -> Data:
    """Return the data without empty values at any depth."""
    cleaned = {
        name: _without_empty(value) if isinstance(value, dict) else value
        for name, value in data.items()
    }
    return {name: value for name, value in cleaned.items() if value not in ("", None, [], {})}


def profile(page: Data, person: Data) -> Data:
    """Return a page of a person's publications, of the page of a list."""
    page = {**page, "@type": "ProfilePage"}
    return page | {"hasPart": page["mainEntity"], "mainEntity": person}


def profile_person(
    name: str, url: str, orcid: str, other_names: Sequence[str], details: Mapping[str, Any]
) -> Data:
    """Return the person of a profile page; `details` are further properties."""
    return _without_empty(
        {
            "@type": "Person",
            "@id": ORCID + orcid if orcid else "",
            "name": name,
            "alternateName": list(other_names),
            "url": url,
            **details,
        }
    )
