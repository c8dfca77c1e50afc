"""The inbox of corrections from visitors. It is empty without the setting for them."""

from typing import Final

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from ...curation.corrections import accept, refuse, waiting
from ...errors import CatalogChangedError
from ...site import site
from ..http.responses import catalog
from ..urls import site_urls
from .access import blueprint, editor
from .differences import shown_difference
from .lookup import saved_revision

SHOWN: Final = 50  # corrections on the page


@blueprint.get("/inbox")
def show_inbox() -> ResponseReturnValue:
    """Return the corrections that wait for a decision."""
    return _page()


@blueprint.post("/inbox/<int:number>/accept")
def accept_correction(number: int) -> ResponseReturnValue:
    """Make a correction as one revision."""
    try:
        outcome = accept(catalog(), number, editor())
    except CatalogChangedError:
        return _page("busy"), 503
    if outcome is None:
        return _page("gone"), 404
    if outcome.conflicts:
        return _page("changed"), 409
    if outcome.revision is None:
        return redirect(site_urls().edit_page("inbox"), 303)
    site().index_follower.notice()
    return redirect(site_urls().edit_page(f"inbox?saved={outcome.revision.counter}"), 303)


@blueprint.post("/inbox/<int:number>/refuse")
def refuse_correction(number: int) -> ResponseReturnValue:
    """Remove a correction."""
    refuse(catalog(), number)
    return redirect(site_urls().edit_page("inbox"), 303)


def _page(problem: str = "") -> str:
    proposals = [
        (proposal, [shown_difference(*change) for change in proposal.correction.changes])
        for proposal in waiting(catalog(), SHOWN)
    ]
    return render_template(
        "edit/inbox.html", proposals=proposals, problem=problem, saved=saved_revision()
    )
