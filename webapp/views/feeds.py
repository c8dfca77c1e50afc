"""What tells others of new publications: feeds, the site map, robots.txt."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from ..catalog import Criteria
from ..facets import FACETS
from ..formats.web import atom
from ..site import site
from ..store.additions import Additions
from ..store.publications import Stored
from .exports import EVERYTHING
from .hosts import host_name
from .http.responses import cached_by_revision, catalog
from .urls import absolute_urls, site_urls

blueprint = Blueprint("feeds", __name__)

FEED_SIZE: Final = 50  # publications on a page of a feed
SITEMAP_SIZE: Final = 50_000  # addresses in a site map, as https://www.sitemaps.org has it

_SITEMAP: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


@blueprint.get("/publications.atom")
@cached_by_revision
def feed() -> ResponseReturnValue:
    """A list by what came into the catalog last; what came together as the newest first."""
    asked = replace(Criteria.from_args(request.args.to_dict(flat=False)), open=(), sort="")
    additions = catalog().additions()
    newest = catalog().hits(replace(asked, sort="newest", page=1), EVERYTHING).ids
    ids = additions.latest_first(newest)[(asked.page - 1) * FEED_SIZE : asked.page * FEED_SIZE]
    if asked.page > 1 and not ids:
        abort(404)
    entries = [_entry(stored, additions) for stored in catalog().whole(ids)]
    written = atom.write(_feed(asked, len(newest)), entries)
    response = Response(written, mimetype=atom.MEDIA_TYPE)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _feed(asked: Criteria, total: int) -> atom.Feed:
    settings = site().settings
    title = f"{settings.title}: {asked.q.strip()}" if asked.q.strip() else settings.title
    return atom.Feed(
        id=_id(asked.query_string()),
        title=title,
        subtitle=settings.subtitle,
        updated=catalog().updated() or datetime(1970, 1, 1, tzinfo=UTC),
        links=_links(asked, max(1, -(-total // FEED_SIZE))),
        author=settings.owner,
        language=settings.language,
    )


def _links(asked: Criteria, last: int) -> dict[str, str]:
    """The pages of the feed that there are, as RFC 5005 calls them."""
    page, urls = asked.page, absolute_urls()
    pages = {"self": page, "first": 1, "previous": page - 1, "next": page + 1, "last": last}
    links = {
        relation: urls.feed(asked.with_(page=number).query_string())
        for relation, number in pages.items()
        if 1 <= number <= last
    }
    return {**links, "alternate": urls.list(asked.query_string())}


def _entry(stored: Stored, additions: Additions) -> atom.Entry:
    slug = stored.record.slug
    address = absolute_urls().publication(slug)
    came = additions.time(stored.id)
    return atom.Entry(stored.record, _id(slug), address, came, stored.updated)


def _id(name: str) -> str:
    """A name's identifier, the same whichever scheme, port and path the site is served under."""
    host = uuid.uuid5(uuid.NAMESPACE_DNS, host_name())
    return uuid.uuid5(host, name).urn


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Each publication and each page of the plain list may be read, no search and no export."""
    urls = site_urls()
    searches = ("q", "literal", *FACETS, "sort")  # an address begins with the first that it has
    lines = [
        "User-agent: *",
        *(f"Disallow: {urls.list()}?{name}=" for name in searches),
        f"Disallow: {urls.export('')}",
        "",
        f"Sitemap: {absolute_urls().sitemap()}",
        "",
    ]
    return Response("\n".join(lines), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@cached_by_revision
def sitemap() -> ResponseReturnValue:
    """Every page, or where more than fit stand."""
    parts = -(-(catalog().count(listed=True) + 1) // SITEMAP_SIZE)
    if parts == 1:
        return _sitemap(0)
    updated = _day(catalog().updated())
    addresses = map(absolute_urls().sitemap, range(1, parts + 1))
    entries = (f"<sitemap><loc>{escape(a)}</loc>{updated}</sitemap>\n" for a in addresses)
    return _xml([f"<sitemapindex {_SITEMAP}>\n", *entries, "</sitemapindex>\n"])


@blueprint.get("/sitemap-<int:part>.xml")
@cached_by_revision
def sitemap_part(part: int) -> ResponseReturnValue:
    if not 1 <= part <= -(-(catalog().count(listed=True) + 1) // SITEMAP_SIZE):
        abort(404)
    return _sitemap(part - 1)


def _sitemap(part: int) -> Response:
    """The list is the first page of the first part."""
    start = part * SITEMAP_SIZE
    found = catalog().slugs(max(0, start - 1), SITEMAP_SIZE - (part == 0))
    urls = absolute_urls()
    home = [(urls.list(), catalog().updated())] if part == 0 else []
    pages = [*home, *((urls.publication(slug), updated) for slug, updated in found)]
    return _xml([f"<urlset {_SITEMAP}>\n", *_urls(pages), "</urlset>\n"])


def _urls(pages: Sequence[tuple[str, datetime | None]]) -> Iterator[str]:
    for url, updated in pages:
        yield f"<url><loc>{escape(url)}</loc>{_day(updated)}</url>\n"


def _day(updated: datetime | None) -> str:
    return f"<lastmod>{updated.date().isoformat()}</lastmod>" if updated else ""


def _xml(parts: Sequence[str]) -> Response:
    """Return a response with the declaration of XML; up to 8 MB."""
    return Response(_XML + "".join(parts), mimetype="application/xml")
