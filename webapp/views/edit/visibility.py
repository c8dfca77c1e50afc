"""Hiding a publication from visitors, and showing it again."""

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from ...curation.editing import FieldChange, save_changes
from ...site import site
from ..http.responses import catalog
from ..urls import site_urls
from .access import blueprint, editor
from .lookup import find_stored


@blueprint.post("/<edited:slug>/visibility")
def change_visibility(slug: str) -> ResponseReturnValue:
    """Set the field `hidden`, or remove it."""
    stored = find_stored(slug)
    wanted = request.form.get("to", "")
    if wanted not in ("hidden", "shown"):
        abort(400)
    url = site_urls().edit(stored.record.slug)
    if stored.record.is_hidden == (wanted == "hidden"):
        return redirect(f"{url}?unchanged=1", 303)
    present = stored.record.source.get("hidden", "")
    change = FieldChange("hidden", present, "true" if wanted == "hidden" else "")
    verb = "hide" if wanted == "hidden" else "show"
    command = f"{verb} {stored.record.slug} in the browser"
    outcome = save_changes(catalog(), stored.id, [change], command, editor())
    if outcome.revision is None:  # others changed it at the same time
        return redirect(url, 303)
    site().index_follower.notice()
    return redirect(f"{url}?saved={outcome.revision.counter}", 303)
