"""All values of one facet, to be looked through: a page of its own, or in place of the few."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from ..criteria import FACETS, Criteria
from ..search.text import fold
from .http import catalog, of_revision, request_kind
from .refining import facet, value_label, year_range

blueprint = Blueprint("facets", __name__)

LISTED = 200  # values at once; more are found by their letters


@blueprint.get("/facets/<name>")
@of_revision
def values(name: str) -> ResponseReturnValue:
    """The values that hold what `find` says, as links into the list."""
    if name not in FACETS:
        abort(404)
    criteria = Criteria.from_args(request.args.to_dict(flat=False)).with_(open=())
    find = request.args.get("find", "")[:100]
    wanted = fold(find).strip()
    counts = [
        (value, count)
        for value, count in catalog().values(criteria, name)
        if wanted in fold(value_label(name, value)) or value in getattr(criteria, name)
    ]
    kind = request_kind()
    template = {"page": "facet.html", "typing": "_values.html", "link": "_facet.html"}[kind]
    return render_template(
        f"publications/{template}",
        facet=facet(criteria, name, counts, LISTED, request.script_root),
        criteria=criteria,
        find=find,
        in_list=kind != "page",
        search=criteria.query_string(),
        years=year_range(criteria),
    )
