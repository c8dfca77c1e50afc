"""Metadata of a page for machines: meta tags, linked data, typed links."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, current_app
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ...formats.exporting import in_plain_text
from ...formats.inline import to_plain
from ...formats.links import doi_url, safe_url
from ...formats.registry import FORMATS, PUBLICATION_EXPORTS
from ...formats.web import jsonld
from ...formats.web.scholar import Addresses, highwire, pdf_url
from ...orcids import ADDRESS
from ...records import Record, with_limited_people
from ...site import site
from ..http.responses import cached_by_revision, catalog, visible
from ..markup import json_ld
from ..people import PersonHeading, profile_data
from ..results.listing import Listing
from ..scopes import ScopeHeading
from ..templating import presenter, shortened
from ..urls import absolute_urls, scoped_urls

blueprint = Blueprint("metadata", __name__)


@dataclass(frozen=True, slots=True)
class Link:
    """A typed link from a page (RFC 8288)."""

    relation: str
    url: str
    media_type: str = ""

    def __str__(self) -> str:
        kind = f'; type="{self.media_type}"' if self.media_type else ""
        return f'<{self.url}>; rel="{self.relation}"{kind}'


def addresses_of(record: Record) -> Addresses:
    """Return the absolute URLs that the metadata of a record needs."""
    urls = absolute_urls()
    return Addresses(urls.publication(record.slug), urls.file(""))


@dataclass(frozen=True, slots=True)
class HeadMetadata:
    """The metadata in the head of a publication's page."""

    highwire: list[tuple[str, str]]  # name and content of each `citation_*` tag
    open_graph: list[tuple[str, str]]  # property and content
    linked_data: Markup  # JSON-LD, for a script element


def head_metadata(record: Record) -> HeadMetadata:
    """Return the metadata for the head of a publication's page."""
    addresses = addresses_of(record)
    record = in_plain_text(with_limited_people(record))
    known = presenter().people.addresses(record, absolute_urls())
    return HeadMetadata(
        highwire=highwire(record, addresses),
        open_graph=_open_graph(record, addresses.page),
        linked_data=json_ld(jsonld.publication(record, addresses, known)),
    )


def list_data(listing: Listing, heading: ScopeHeading | PersonHeading | None) -> Markup:
    """Return a page of a list as JSON-LD, for a script element."""
    items = [
        (to_plain(record.title), addresses_of(record).page)
        for record in listing.page.records
        if record.title
    ]
    url = scoped_urls(listing.criteria.scope, absolute_urls()).list(listing.query_string)
    title = heading.title if heading else site().settings.title
    data = jsonld.collection(title, url, listing.page.total, items)
    if isinstance(heading, PersonHeading):
        person_url = scoped_urls(listing.criteria.scope, absolute_urls()).list()
        data = jsonld.profile(data, profile_data(heading, person_url))
    return json_ld(data)


def _open_graph(record: Record, url: str) -> list[tuple[str, str]]:
    properties = [
        ("og:type", "article"),
        ("og:title", record.title),
        ("og:url", url),
        ("og:site_name", site().settings.title),
        ("og:description", shortened(record.abstract)),
        ("article:published_time", record.date if record.year is not None else ""),
    ]
    return [(name, content) for name, content in properties if content]


def links_of(record: Record) -> list[Link]:
    """Return the typed links of a record, as defined by https://signposting.org."""
    addresses = addresses_of(record)
    known = presenter().people.addresses(record, absolute_urls())
    authors = [
        f"{ADDRESS}{address.orcid}" if address.orcid else address.page
        for person in record.authors
        if (address := known.get((person, person.orcid)))
    ]
    pdf = pdf_url(record, addresses)
    license_ = safe_url(record.fields.get("license", ""))
    return [
        Link("cite-as", doi_url(record.doi) if record.doi else addresses.page),
        *(Link("author", url) for url in authors),
        *(
            Link(
                "describedby",
                absolute_urls().publication_export(record.slug, extension),
                FORMATS[name].media_type,
            )
            for extension, name in PUBLICATION_EXPORTS.items()
        ),
        *([Link("item", pdf, "application/pdf")] if pdf else []),
        Link("type", f"https://schema.org/{jsonld.schema_type(record)}"),
        Link("type", "https://schema.org/AboutPage"),
        *([Link("license", license_)] if license_ else []),
    ]


def with_signposts(response: Response, record: Record) -> Response:
    """Add the record's typed links and the URL of its link set to a page's Link header."""
    linkset = Link("linkset", absolute_urls().linkset(record.slug), "application/linkset+json")
    response.headers["Link"] = ", ".join(map(_encoded, [*links_of(record), linkset]))
    return response


def _encoded(link: Link) -> str:
    """Return the link in ASCII, as headers require."""
    return quote(str(link), safe="<>; =\"'/:?&%#+~@!$()*,[]-._")


@blueprint.get("/publications/<slug:slug>/linkset")
@cached_by_revision
def linkset(slug: str) -> ResponseReturnValue:
    """Return the publication's typed links as a link set (RFC 9264)."""
    stored = catalog().get(slug) or abort(404)
    context: dict[str, Any] = {"anchor": addresses_of(stored.record).page}
    for link in links_of(visible(stored.record)):
        target = {"href": link.url} | ({"type": link.media_type} if link.media_type else {})
        context.setdefault(link.relation, []).append(target)
    response = current_app.json.response({"linkset": [context]})
    response.mimetype = "application/linkset+json"
    return response
