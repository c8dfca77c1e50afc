"""Files for programs that follow the site: feeds, site maps, robots.txt."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from ..catalog import Criteria, Scope
from ..facets import FACETS
from ..formats.web import atom
from ..site import site
from ..store.additions import Additions
from ..store.publications import Stored
from .exports import EVERYTHING
from .hosts import host_name
from .http.responses import cached_by_revision, catalog
from .language import gettext
from .scopes import list_route, requested_criteria, scope_heading
from .urls import Urls, absolute_urls, scoped_urls, site_urls

blueprint = Blueprint("feeds", __name__)

FEED_SIZE: Final = 50  # publications on a page of a feed
SITEMAP_SIZE: Final = 50_000  # addresses in a site map, at most: https://www.sitemaps.org

_SITEMAP: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


@list_route(blueprint, "/publications.atom", ".atom")
@cached_by_revision
def feed() -> ResponseReturnValue:
    """Return a list as a feed: the latest additions first, of one import the newest first."""
    criteria = replace(requested_criteria(), open=(), sort="")
    page, additions = criteria.page, catalog().additions()
    newest_first = catalog().find_hits(replace(criteria, sort="newest", page=1), EVERYTHING).ids
    ids = additions.latest_first(newest_first)[(page - 1) * FEED_SIZE : page * FEED_SIZE]
    if page > 1 and not ids:
        abort(404)
    entries = [_entry(stored, additions) for stored in catalog().load(ids)]
    xml = atom.write(_feed(criteria, len(newest_first)), entries)
    response = Response(xml, mimetype=atom.MEDIA_TYPE)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _feed(criteria: Criteria, total: int) -> atom.Feed:
    settings, query = site().settings, criteria.q.strip()
    heading = scope_heading(criteria.scope)
    title = f"{heading.title} · {settings.title}" if heading else settings.title
    urls = scoped_urls(criteria.scope, Urls())
    return atom.Feed(
        id=_id(f"{urls.list() if criteria.scope else ''}{criteria.query_string()}"),
        title=f"{title}: {query}" if query else title,
        subtitle=settings.subtitle,
        updated=catalog().updated() or datetime(1970, 1, 1, tzinfo=UTC),
        links=_links(criteria, max(1, -(-total // FEED_SIZE))),
        author=settings.owner,
        language=settings.language,
        untitled=gettext("Untitled"),
    )


def _links(criteria: Criteria, last: int) -> dict[str, str]:
    """Return the pages of a feed by their link relations in RFC 5005."""
    page, urls = criteria.page, scoped_urls(criteria.scope, absolute_urls())
    pages = {"self": page, "first": 1, "previous": page - 1, "next": page + 1, "last": last}
    links = {
        relation: urls.feed(criteria.with_(page=number).query_string())
        for relation, number in pages.items()
        if 1 <= number <= last
    }
    return {**links, "alternate": urls.list(criteria.query_string())}


def _entry(stored: Stored, additions: Additions) -> atom.Entry:
    record = catalog().choices.members.rename(stored.record)
    slug = record.slug
    url, added = absolute_urls().publication(slug), additions.time(stored.id)
    return atom.Entry(record, _id(slug), url, added, stored.updated)


def _id(name: str) -> str:
    """Return an identifier for a name on this host. It does not depend on scheme, port and path."""
    host = uuid.uuid5(uuid.NAMESPACE_DNS, host_name())
    return uuid.uuid5(host, name).urn


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Allow publications and the pages of the plain list; disallow searches and exports."""
    urls, scopes = site_urls(), catalog().scopes.declared()
    kinds = dict.fromkeys(scope.kind for scope in scopes)
    lists = (urls.list(), *(scoped_urls(Scope(kind, "*")).list() for kind in kinds))
    searches = (
        "of",
        "q",
        "literal",
        *FACETS,
        "sort",
    )  # the first parameters of canonical addresses
    lines = [
        "User-agent: *",
        *(f"Disallow: {url}?{name}=" for url in lists for name in searches),
        *(
            f"Disallow: {url}"
            for url in (
                *(urls.export(""), urls.exports(), urls.select(), urls.print(), urls.facet("")),
                urls.embed("/how"),
            )
        ),
        *(f"Disallow: {url}{end}" for url in lists[1:] for end in ("/", ".")),
        f"Disallow: {scoped_urls(Scope('selection')).list()}",
        f"Disallow: {urls.document()}",
        *([f"Disallow: {urls.oai()}"] if site().settings.oai else []),
        "",
        f"Sitemap: {absolute_urls().sitemap()}",
        "",
    ]
    return Response("\n".join(lines), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@cached_by_revision
def sitemap() -> ResponseReturnValue:
    """Return the site map; for many publications, the index of its parts."""
    parts = _count_sitemaps()
    if parts == 1:
        return _sitemap(0)
    updated = _day(catalog().updated())
    locations = map(absolute_urls().sitemap, range(1, parts + 1))
    entries = (f"<sitemap><loc>{escape(url)}</loc>{updated}</sitemap>\n" for url in locations)
    return _xml([f"<sitemapindex {_SITEMAP}>\n", *entries, "</sitemapindex>\n"])


@blueprint.get("/sitemap-<int:part>.xml")
@cached_by_revision
def sitemap_part(part: int) -> ResponseReturnValue:
    """Return a part of the site map."""
    if not 1 <= part <= _count_sitemaps():
        abort(404)
    return _sitemap(part - 1)


def _count_sitemaps() -> int:
    """Return the number of parts for the lists and all listed publications."""
    return -(-(catalog().count(listed=True) + len(_lists())) // SITEMAP_SIZE)


def _lists() -> list[str]:
    """Return the addresses of all lists and of the pages about them."""
    urls, scopes = absolute_urls(), catalog().scopes.declared()
    kinds = {scope.kind for scope in scopes}
    about = {"people": urls.people(), "lists": urls.lists()}
    pages = (url for kind, url in about.items() if kind in kinds)
    return [urls.list(), *pages, *(scoped_urls(scope, urls).list() for scope in scopes)]


def _sitemap(part: int) -> Response:
    """Return a part, counted from 0. The lists come first."""
    urls, updated, lists = absolute_urls(), catalog().updated(), _lists()
    start = part * SITEMAP_SIZE
    pages = [(url, updated) for url in lists[start : start + SITEMAP_SIZE]]
    slugs = catalog().list_slugs(max(0, start - len(lists)), SITEMAP_SIZE - len(pages))
    pages += ((urls.publication(slug), changed) for slug, changed in slugs)
    return _xml([f"<urlset {_SITEMAP}>\n", *_urls(pages), "</urlset>\n"])


def _urls(pages: Sequence[tuple[str, datetime | None]]) -> Iterator[str]:
    for url, updated in pages:
        yield f"<url><loc>{escape(url)}</loc>{_day(updated)}</url>\n"


def _day(updated: datetime | None) -> str:
    return f"<lastmod>{updated.date().isoformat()}</lastmod>" if updated else ""


def _xml(parts: Sequence[str]) -> Response:
    """Return a response in XML, of up to 8 MB."""
    return Response(_XML + "".join(parts), mimetype="application/xml")
