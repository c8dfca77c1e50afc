"""The publication that an address below /edit/ names, and the revision that was just saved."""

from flask import abort, request

from ...curation import history
from ...errors import UnknownRevisionError
from ...store.publications import Stored
from ..http.responses import catalog
from .access import editor


def find_publication(slug: str) -> Stored | None:
    """Return the publication with a present or former slug, hidden or not, if there is one."""
    stored = catalog().get(slug, hidden=True)
    return stored or catalog().get(catalog().present_slug(slug, hidden=True) or "", hidden=True)


def find_stored(slug: str) -> Stored:
    """Return the publication with a present or former slug; raise NotFound if there is none."""
    return find_publication(slug) or abort(404)


def saved_revision() -> history.Entry | None:
    """Return the revision in the parameter `saved`, if this editor made it and can undo it."""
    number = request.args.get("saved", 0, int)
    try:
        entry = history.entry(catalog(), number) if number > 0 else None
    except UnknownRevisionError:
        return None
    return entry if entry and entry.who == editor() and not entry.undone_by else None
