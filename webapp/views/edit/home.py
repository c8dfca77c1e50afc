"""The home page of editors: the same search, with results that lead to the forms."""

from typing import Final

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from htmx_flask import make_response

from ...catalog import Criteria, hidden_publications
from ..http.responses import catalog, request_kind
from ..results.items import Item
from ..results.listing import make_listing
from ..results.mathml import FormulaBudget
from ..templating import presenter
from ..urls import EditUrls, edit_urls
from .access import blueprint

# How a fragment changes the address: typing gets no entry in the history.
_HISTORY: Final = {"typing": "replace", "link": "push"}


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Return the publications that a search finds, each with a link to edit it."""
    criteria = Criteria.from_args(request.args.to_dict(flat=False)).with_(open=())
    page = catalog().find(criteria)
    urls: EditUrls = edit_urls()
    kind = request_kind()
    if kind == "page" and list(request.args.items(multi=True)) != page.criteria.pairs():
        return redirect(urls.list(page.criteria.query_string()), 302)
    listing = make_listing(page, presenter(), urls, None, None)
    hidden = _hidden_items(page.criteria, urls)
    values = {"listing": listing, "criteria": listing.criteria, "hidden": hidden, "urls": urls}
    if kind == "page":
        return render_template("edit/home.html", **values)
    html = render_template("edit/_results.html", **values)
    url = urls.list(listing.query_string)
    response: Response = make_response(html, **{f"{_HISTORY[kind]}_url": url})
    return response


def _hidden_items(criteria: Criteria, urls: EditUrls) -> list[Item]:
    """Return the hidden publications with all words, for the first page of a list without filters.

    The search index has none of them.
    """
    if criteria.filters or criteria.page > 1:
        return []
    records, _ = hidden_publications(catalog().database, criteria.q)
    budget = FormulaBudget()
    return [presenter().item(record, None, urls, budget=budget) for record in records]
