"""All values of one facet: a page of its own, or a fragment in place of the few in the list."""

from typing import Final

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from ..catalog import Criteria
from ..facets import FACETS
from ..search.text import fold
from .http.responses import cached_by_revision, catalog, request_kind
from .results.filters import Counts, make_facet, make_year_range, value_label

blueprint = Blueprint("facets", __name__)

LISTED: Final = 200  # values at most, besides the selected ones; visitors find others by letters
MAX_LETTERS: Final = 100

# By kind of request, see `request_kind`.
_TEMPLATES: Final = {"page": "facet.html", "typing": "_values.html", "link": "_facet.html"}


@blueprint.get("/facets/<name>")
@cached_by_revision
def values(name: str) -> ResponseReturnValue:
    """Return the values that contain the letters in `find`, as links to the list."""
    if name not in FACETS:
        abort(404)
    criteria = Criteria.from_args(request.args.to_dict(flat=False)).with_(open=())
    find = request.args.get("find", "")[:MAX_LETTERS]
    kind = request_kind()
    return render_template(
        f"publications/{_TEMPLATES[kind]}",
        facet=make_facet(criteria, name, _counts(criteria, name, find), LISTED),
        criteria=criteria,
        find=find,
        in_list=kind != "page",
        query=criteria.query_string(),
        year_range=make_year_range(criteria),
    )


def _counts(criteria: Criteria, name: str, find: str) -> Counts:
    """Return the selected values and those that match, up to one more than are listed."""
    facet, letters = FACETS[name], fold(find).strip()
    selected = criteria.selected(name)
    if not facet.has_labels:
        return catalog().count_values(criteria, name, letters, LISTED + len(selected) + 1)
    return [  # few values, and visitors type letters of their labels
        (value, count)
        for value, count in catalog().count_values(criteria, name)
        if letters in fold(value_label(name, value)) or value in selected
    ]
