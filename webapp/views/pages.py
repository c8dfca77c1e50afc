"""The pages that people read, each with the fragments that htmx asks for."""

from dataclasses import replace
from typing import Any

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

from ..catalog.criteria import Criteria
from ..search.engine import Highlighter
from ..site import site
from ..telemetry.requests import FOUND
from ..telemetry.timing import timed
from .addresses import site_root
from .exports import negotiated
from .http.responses import catalog, is_fragment, of_revision, request_kind
from .http.static_files import content_hash, kept_forever
from .publication.metadata import list_data, with_signposts
from .publication.page import PublicationPage
from .results.alternatives import alternatives
from .results.chart import axis_of
from .results.items import paragraphs
from .results.listing import Listing, make_listing
from .templating import renderers

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@of_revision
def index() -> ResponseReturnValue:
    asked = Criteria.from_args(request.args.to_dict(flat=False))
    kind = request_kind()
    if kind == "page" and list(request.args.items(multi=True)) != asked.pairs():
        return _canonical_address(asked)
    listing = _listing(asked)
    address = f"{request.script_root}/{listing.query_string}"
    if kind == "page" and listing.criteria != asked:
        return _canonical_address(listing.criteria)
    request.environ[FOUND] = listing.found
    if kind != "page":
        return _fragment(listing, address, kind)
    return _render(
        "publications/index.html",
        listing=listing,
        criteria=listing.criteria,
        linked_data=list_data(listing),
    )


@blueprint.get("/publications/<slug:slug>")
@negotiated
@of_revision
def publication(slug: str) -> ResponseReturnValue:
    stored = catalog().get(slug)
    if stored is None:
        return _present_address(slug)
    page = PublicationPage.of(
        stored, catalog(), renderers().presenter, site().settings, request.script_root
    )
    html = _render("publications/publication.html", page=page)
    return with_signposts(Response(html), page.record)


@blueprint.get("/publications/<slug:slug>/abstract")
@of_revision
def abstract(slug: str) -> ResponseReturnValue:
    stored = catalog().get(slug)
    if stored is None:
        return _present_address(slug, "/abstract")
    if not is_fragment():
        return redirect(f"{request.script_root}/publications/{slug}#abstract", 303)
    found = paragraphs(stored.record.abstract, _marker_of_search())
    return render_template("publications/_abstract.html", record=stored.record, paragraphs=found)


@blueprint.get("/theme.css")
def theme_css() -> Response:
    css = site().settings.theme_css
    return kept_forever(Response(css, mimetype="text/css"), content_hash(css.encode()))


def _listing(asked: Criteria) -> Listing:
    page = catalog().find(asked, literal=asked.literal)
    newest_first = site().settings.order == "newest"
    axis = axis_of(catalog(), page.hits.revision) if page.indexed else None
    listing = make_listing(
        page, renderers().presenter, request.script_root, axis, newest_first=newest_first
    )
    if page.total or not listing.searched:
        return listing
    return replace(listing, alternatives=alternatives(page, catalog()))


def _fragment(listing: Listing, address: str, kind: str) -> ResponseReturnValue:
    """The list, or of more than one page only the last: the others are there already."""
    criteria = listing.criteria
    template = "_results"
    if criteria.more and kind == "link":
        template, listing = "_more", listing.last_page(site().settings.page_size)
    with timed("render"):
        html = render_template(f"publications/{template}.html", listing=listing, criteria=criteria)
    chosen = kind == "link" and not criteria.more
    chosen = chosen or "from" in request.args  # a form, but years are not typed letter by letter
    response: Response = make_response(html, **{"push_url" if chosen else "replace_url": address})
    return response


def _render(template: str, **values: Any) -> str:
    updated = catalog().updated()
    with timed("render"):
        return render_template(template, address=site_root(), updated=updated, **values)


def _canonical_address(criteria: Criteria) -> ResponseReturnValue:
    """Temporary: what is canonical today may have more parameters tomorrow."""
    return redirect(f"{request.script_root}/{criteria.query_string()}", 302)


def _present_address(slug: str, suffix: str = "") -> ResponseReturnValue:
    """Where a former slug leads now."""
    present = catalog().present_slug(slug)
    if present is None:
        abort(404)
    return redirect(f"{request.script_root}/publications/{present}{suffix}", 301)


def _marker_of_search() -> Highlighter | None:
    """What marks the words of the search that the fragment was asked from."""
    asked = Criteria.from_args(request.args.to_dict(flat=False))
    if not asked.q:
        return None
    page = catalog().find(replace(asked, open=(), page=1), literal=asked.literal)
    return page.hits.highlighter if page.query else None
