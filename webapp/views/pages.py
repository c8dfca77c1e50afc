"""The list and the publication pages, with the fragments that htmx requests."""

from dataclasses import replace
from typing import Any, Final

from flask import (
    Blueprint,
    Response,
    abort,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from htmx_flask import make_response

from ..catalog import WAYS, Criteria, Page, Scope, make_address
from ..search.engine import Highlighter
from ..site import site
from ..telemetry.requests import RESULT
from ..telemetry.timing import timed
from .exports import negotiate_format
from .http.responses import cached_by_revision, catalog, is_fragment, request_kind, visible
from .http.static_files import cached_by_version, content_hash
from .people import person_scope
from .publication.metadata import list_data, with_signposts
from .publication.page import PublicationPage
from .results.alternatives import find_alternatives
from .results.chart import cached_axis
from .results.items import paragraphs
from .results.listing import Listing, make_listing
from .results.panel import hold_panel
from .scopes import list_route, list_that_keeps, requested_criteria, scope_heading
from .templating import presenter
from .urls import absolute_urls, scoped_urls, site_urls

blueprint = Blueprint("pages", __name__)

MAX_PRINTED: Final = 500  # publications on a page to print


@list_route(blueprint, "/", "")
@cached_by_revision
def index() -> ResponseReturnValue:
    """Return the list as a page or a fragment; redirect a page to its canonical URL."""
    requested = requested_criteria()
    kind = request_kind()
    if kind == "page" and (person := person_scope(requested)):
        return _canonical_redirect(requested.with_values("author", ()).with_(scope=person))
    if keeping := list_that_keeps(requested):
        return _canonical_redirect(keeping)
    if kind == "page" and list(request.args.items(multi=True)) != requested.pairs():
        return _canonical_redirect(requested)
    listing = _listing(requested)
    url = scoped_urls(requested.scope).list(listing.query_string)
    if kind == "page" and listing.criteria != requested:
        return _canonical_redirect(listing.criteria)
    request.environ[RESULT] = listing.result
    if kind != "page":
        return _fragment(listing, url, kind)
    heading = scope_heading(requested.scope)
    carried, carried_elsewhere = _carried(listing)
    return _render(
        "publications/index.html",
        requested.scope,
        heading=heading,
        listing=listing,
        criteria=listing.criteria,
        carried=carried,
        carried_elsewhere=carried_elsewhere,
        linked_data=list_data(listing, heading),
    )


def _carried(listing: Listing) -> tuple[frozenset[str], str]:
    """Return the slugs of the selection that a list keeps, and the address of those elsewhere."""
    address = listing.criteria.carried
    if not address:
        return frozenset(), ""
    slugs = catalog().scopes.selection([address], catalog().database).publications
    shown = {record.slug for record in listing.page.records}
    return frozenset(slugs), make_address([slug for slug in slugs if slug not in shown])


@list_route(blueprint, "/print", "/print")
@cached_by_revision
def print_list() -> ResponseReturnValue:
    """Return a list on one page, up to MAX_PRINTED publications. It has the list's parameters."""
    listing = _listing(requested_criteria().with_(open=()), MAX_PRINTED)
    return _render(
        "publications/print.html",
        listing.criteria.scope,
        heading=scope_heading(listing.criteria.scope),
        printed=listing,
        criteria=listing.criteria,
    )


@blueprint.get("/publications/<slug:slug>")
@negotiate_format
@cached_by_revision
def publication(slug: str) -> ResponseReturnValue:
    """Return a publication's own page."""
    stored = catalog().get(slug)
    if stored is None:
        return redirect(site_urls().publication(_present_slug(slug)), 301)
    page = PublicationPage.of(stored, catalog(), site().settings, site_urls())
    html = _render("publications/publication.html", page=page)
    return with_signposts(Response(html), page.record)


@blueprint.get("/publications/<slug:slug>/abstract")
@cached_by_revision
def abstract(slug: str) -> ResponseReturnValue:
    """Return an abstract for htmx; redirect anyone else to the publication's page."""
    stored = catalog().get(slug)
    if stored is None:
        return redirect(site_urls().abstract(_present_slug(slug)), 301)
    if not is_fragment():
        return redirect(site_urls().abstract_section(slug), 303)
    return render_template(
        "publications/_abstract.html",
        record=stored.record,
        paragraphs=paragraphs(stored.record.abstract, _search_highlighter()),
    )


@blueprint.get("/publications/<slug:slug>/authors")
@cached_by_revision
def authors(slug: str) -> ResponseReturnValue:
    """Return all names of a long byline for htmx; redirect anyone else to the publication."""
    stored = catalog().get(slug)
    if stored is None:
        return redirect(site_urls().authors(_present_slug(slug)), 301)
    if not is_fragment():
        return redirect(site_urls().publication(slug), 303)
    record = visible(stored.record)
    byline = presenter().whole_byline(record, _search_highlighter(), site_urls())
    return render_template("publications/_authors.html", byline=byline)


@blueprint.get("/theme.css")
def theme_css() -> Response:
    """Return the style sheet made from the theme settings."""
    css = site().settings.theme_css
    return cached_by_version(Response(css, mimetype="text/css"), content_hash(css.encode()))


def _listing(criteria: Criteria, size: int = 0) -> Listing:
    states = request.args.getlist("panel")
    panel = hold_panel(catalog(), criteria, states) if states else None
    page = catalog().find(criteria, panel.values if panel else None, size)
    axis = cached_axis(catalog(), criteria.scope, page.hits.revision) if page.indexed else None
    selected = catalog().selected() if not size and _shows_selected(page) else ()
    listing = make_listing(page, presenter(), site_urls(), axis, panel, selected=selected)
    if page.total or not listing.searched:
        return listing
    return replace(listing, alternatives=find_alternatives(page, catalog()))


def _shows_selected(page: Page) -> bool:
    """Return whether a page has selected works above it: the first one, in the usual order."""
    criteria = page.criteria
    is_first = not (criteria.scope or criteria.q.strip() or criteria.filters or criteria.page > 1)
    return is_first and criteria.sort in ("", "newest") and bool(page.hits.facets.get("selected"))


def _fragment(listing: Listing, url: str, kind: str) -> ResponseReturnValue:
    """Return the list; for "Show more", only its last page, since the browser has the others."""
    criteria = listing.criteria
    template = "_fragment"
    if criteria.more and kind == "link":
        template, listing = "_more", listing.last_page(site().settings.page_size)
    with timed("render"):
        html = render_template(
            f"publications/{template}.html",
            listing=listing,
            criteria=criteria,
            urls=scoped_urls(criteria.scope),
        )
    # A choice gets a history entry; typing and "Show more" do not. The forms of years and for the
    # order of a selection are choices.
    is_choice = (kind == "link" and not criteria.more) or not request.args.keys().isdisjoint(
        ("from", *WAYS)
    )
    response: Response = make_response(html, **{"push_url" if is_choice else "replace_url": url})
    return response


def _render(template: str, scope: Scope | None = None, **values: Any) -> str:
    """Return a page; in a scope, with the URLs of its list."""
    values["urls"] = scoped_urls(scope)
    values["absolute_urls"] = scoped_urls(scope, absolute_urls())
    updated = catalog().updated()
    with timed("render"):
        return render_template(template, updated=updated, **values)


def _canonical_redirect(criteria: Criteria) -> ResponseReturnValue:
    """Redirect temporarily: a later version may add parameters to the canonical URL."""
    return redirect(scoped_urls(criteria.scope).list(criteria.query_string()), 302)


def _present_slug(slug: str) -> str:
    """Return the present slug for a former one; raise NotFound for an unknown slug."""
    return catalog().present_slug(slug) or abort(404)


def _search_highlighter() -> Highlighter | None:
    """Return the highlighter of the search that requested this fragment; None without words."""
    criteria = Criteria.from_args(request.args.to_dict(flat=False))
    if not criteria.q:
        return None
    page = catalog().find(replace(criteria, open=(), page=1))
    return page.hits.highlighter if page.query else None
