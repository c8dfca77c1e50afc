"""The place of a publication in the owner's order."""

from typing import Final

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ...catalog import Criteria
from ...curation.ordering import PLACES, Place, move, neighbours
from ...errors import CatalogChangedError
from ...site import site
from ..http.responses import catalog
from ..urls import site_urls
from .access import blueprint, editor
from .lookup import find_stored, saved_revision

AROUND: Final = 3  # publications shown before and after the one that is moved
FOUND: Final = 20  # publications found by a search for the one to come after


@blueprint.get("/<edited:slug>/position")
def show_position(slug: str) -> ResponseReturnValue:
    """Return the buttons that move a publication, with its neighbours and a search."""
    return _page(slug)


@blueprint.post("/<edited:slug>/position")
def move_publication(slug: str) -> ResponseReturnValue:
    """Move a publication to the place that a button names."""
    _require_order()
    stored = find_stored(slug)
    place = _place(request.form.get("to", "")) or abort(400)
    command = f"move {stored.record.slug} in the browser"
    try:
        revision = move(catalog(), stored.id, place, command, editor())
    except CatalogChangedError:
        return _page(slug, is_busy=True), 503
    url = site_urls().edit_action(stored.record.slug, "position")
    if revision is None:
        return redirect(f"{url}?unchanged=1", 303)
    site().index_follower.notice()
    return redirect(f"{url}?saved={revision.counter}", 303)


def _require_order() -> None:
    """Raise NotFound if the list is by year, where places mean nothing."""
    if site().settings.order == "newest":
        abort(404)


def _place(written: str) -> Place | int | None:
    """Return a place in the list, or the id of the publication named by `after:SLUG`."""
    if written.startswith("after:"):
        return find_stored(written.removeprefix("after:")).id
    return next((place for place in PLACES if place == written), None)


def _page(slug: str, *, is_busy: bool = False) -> str:
    _require_order()
    stored = find_stored(slug)
    words = request.args.get("q", "").strip()
    found = catalog().find(Criteria(q=words), size=FOUND).records if words else ()
    return render_template(
        "edit/position.html",
        stored=stored,
        neighbours=neighbours(catalog(), stored.id, AROUND),
        words=words,
        found=[record for record in found if record.slug != stored.record.slug],
        saved=saved_revision(),
        is_unchanged="unchanged" in request.args,
        is_busy=is_busy,
    )
