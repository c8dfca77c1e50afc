"""The page of the owner's lists."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from ..catalog import Criteria, Scope
from ..site import site
from .http.responses import cached_by_revision, catalog
from .results.listing import count_label
from .scopes import scope_heading
from .urls import absolute_urls

blueprint = Blueprint("lists", __name__)


@blueprint.get("/lists")
@cached_by_revision
def lists() -> ResponseReturnValue:
    """Return the lists with their texts and numbers of publications."""
    scopes = [Scope("lists", named.slug) for named in site().settings.lists] or abort(404)
    rows = []
    for scope in scopes:
        criteria = Criteria(scope)
        count = count_label(catalog().count_hits(criteria), criteria)
        rows.append((scope.slug, scope_heading(scope), count))
    return render_template(
        "publications/lists.html",
        rows=rows,
        updated=catalog().updated(),
        absolute_urls=absolute_urls(),
    )
