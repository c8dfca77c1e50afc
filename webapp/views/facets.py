"""All values of one facet: a page of its own, or a fragment in place of the few in the list."""

from typing import Final

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from ..facets import FACETS
from .http.responses import cached_by_revision, catalog, request_kind
from .results.filters import make_year_range
from .results.panel import find_values, make_facet
from .scopes import list_route, requested_criteria
from .urls import scoped_urls

blueprint = Blueprint("facets", __name__)

# By kind of request, see `request_kind`.
_TEMPLATES: Final = {"page": "facet.html", "typing": "_values.html", "link": "_facet.html"}


@list_route(blueprint, "/facets/<name>", "/facets/<name>")
@cached_by_revision
def values(name: str) -> ResponseReturnValue:
    """Return the values that contain the letters in `find`, as links to the list."""
    if name not in FACETS:
        abort(404)
    criteria = requested_criteria().with_(open=())
    shown, counts = find_values(catalog(), criteria, name, request.args.get("find", ""))
    kind = request_kind()
    return render_template(
        f"publications/{_TEMPLATES[kind]}",
        facet=make_facet(criteria, shown, counts),
        criteria=criteria,
        in_list=kind != "page",
        query=criteria.query_string(),
        year_range=make_year_range(criteria),
        urls=scoped_urls(criteria.scope),
    )
