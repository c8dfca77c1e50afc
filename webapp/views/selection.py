"""The visitor's selection: what selects a whole list, and the bar that scripts show below lists."""

from typing import Final

from flask import Blueprint, jsonify, redirect, render_template
from flask.typing import ResponseReturnValue

from ..catalog import MAX_SELECTED, Criteria
from .http.responses import cached_by_revision, catalog, is_fragment
from .scopes import list_route, requested_criteria
from .urls import scoped_urls

blueprint = Blueprint("selection", __name__)

# A number for each category of Intl.PluralRules that a language may have.
_SAMPLES: Final = (("zero", 0), ("one", 1), ("two", 2), ("few", 3), ("many", 11), ("other", 100))


@list_route(blueprint, "/select", "/select")
@cached_by_revision
def select_list() -> ResponseReturnValue:
    """Redirect to the selection of what a list has, up to MAX_SELECTED.

    A script gets the slugs.
    """
    criteria = requested_criteria().with_(open=())
    ids = catalog().find_hits(criteria, MAX_SELECTED).ids
    scope = catalog().scopes.selection_of(ids, catalog().database)
    if is_fragment():
        return jsonify(scope.publications)
    return redirect(scoped_urls(scope).list(Criteria(scope).query_string()), 302)


@blueprint.get("/selection/bar")
@cached_by_revision
def selection_bar() -> ResponseReturnValue:
    """Return the bar with the texts that selection.js fills in."""
    return render_template("publications/_selection_bar.html", samples=_SAMPLES, most=MAX_SELECTED)
