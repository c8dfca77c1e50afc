"""The home page of editors: the same search, with results that lead to the forms."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from ...catalog import Criteria
from ...site import site
from ..http.responses import catalog, request_kind
from ..results.listing import make_listing
from ..templating import presenter
from ..urls import EditUrls, edit_urls
from .access import blueprint


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Return the publications that a search finds, each with a link to edit it."""
    criteria = Criteria.from_args(request.args.to_dict(flat=False)).with_(open=())
    page = catalog().find(criteria)
    urls: EditUrls = edit_urls()
    if request_kind() == "page" and list(request.args.items(multi=True)) != page.criteria.pairs():
        return redirect(urls.list(page.criteria.query_string()), 302)
    newest_first = site().settings.order == "newest"
    listing = make_listing(page, presenter(), urls, None, None, newest_first=newest_first)
    template = "edit/home.html" if request_kind() == "page" else "edit/_results.html"
    return render_template(template, listing=listing, criteria=listing.criteria, urls=urls)
