"""Removing a publication: a page that names what goes, and the removal."""

from flask import current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ...curation.removal import consequences, remove
from ...errors import CannotRemoveError, CatalogChangedError, DatabaseError
from ...site import site
from ..http.responses import catalog
from ..urls import site_urls
from .access import blueprint, editor
from .lookup import find_stored


@blueprint.get("/<edited:slug>/remove")
def confirm_removal(slug: str) -> ResponseReturnValue:
    """Return what a removal means, with the button that does it."""
    return _page(slug)


@blueprint.post("/<edited:slug>/remove")
def remove_publication(slug: str) -> ResponseReturnValue:
    """Remove a publication, and lead its addresses where the form says."""
    stored = find_stored(slug)
    leading_to = ""
    if request.form.get("redirect") == "published":
        leading_to = stored.record.version_of
    elif request.form.get("redirect") == "other":
        leading_to = request.form.get("other", "").strip() or "?"
    command = f"remove {stored.record.slug} in the browser"
    try:
        revision = remove(catalog(), stored.id, leading_to, command, editor())
    except CannotRemoveError as error:
        return _page(slug, problem=str(error)), 422
    except CatalogChangedError as error:
        return _page(slug, problem=str(error)), 503
    except DatabaseError as error:
        current_app.logger.error("The removal of %s was not saved: %s", slug, error)
        return _page(slug, problem=str(error)), 503
    site().index_follower.notice()
    return redirect(site_urls().edit_page(f"history?saved={revision.counter}"), 303)


def _page(slug: str, problem: str = "") -> str:
    stored = find_stored(slug)
    return render_template(
        "edit/remove.html",
        stored=stored,
        consequences=consequences(catalog(), stored.id),
        problem=problem,
        redirect=request.form.get("redirect", ""),
        other=request.form.get("other", ""),
    )
