"""All values of one facet, to be looked through: a page of its own, or in place of the few."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from ..catalog.criteria import Criteria
from ..facets import FACETS
from ..search.text import fold
from .http.responses import cached_by_revision, catalog, request_kind
from .results.filters import Counts, facet, value_label, year_range

blueprint = Blueprint("facets", __name__)

LISTED = 200  # values at once; more are found by their letters


@blueprint.get("/facets/<name>")
@cached_by_revision
def values(name: str) -> ResponseReturnValue:
    """The values that hold what `find` says, as links into the list."""
    if name not in FACETS:
        abort(404)
    criteria = Criteria.from_args(request.args.to_dict(flat=False)).with_(open=())
    find = request.args.get("find", "")[:100]
    kind = request_kind()
    template = {"page": "facet.html", "typing": "_values.html", "link": "_facet.html"}[kind]
    return render_template(
        f"publications/{template}",
        facet=facet(criteria, name, _counts(criteria, name, find), LISTED, request.script_root),
        criteria=criteria,
        find=find,
        in_list=kind != "page",
        search=criteria.query_string(),
        years=year_range(criteria),
    )


def _counts(criteria: Criteria, name: str, find: str) -> Counts:
    """The values that are listed, and one more where there are more."""
    letters = fold(find).strip()
    chosen = criteria.selected(name)
    if not FACETS[name].has_labels:
        return catalog().values(criteria, name, letters, LISTED + len(chosen) + 1)
    return [  # a handful, which visitors know by their labels
        (value, count)
        for value, count in catalog().values(criteria, name)
        if letters in fold(value_label(name, value)) or value in chosen
    ]
