"""Rewriting the owner's file after each change in the browser, if the settings say so."""

import logging
from pathlib import Path
from threading import Thread

from flask import Response, current_app, g, request

from ...catalog import Catalog
from ...config import LIBRARY_FILE
from ...curation.write_back import MAX_WAITED, has_unread_changes, write_back
from ...errors import OctavoError
from ...site import site
from ..http.responses import catalog
from .access import SAFE, blueprint

logger = logging.getLogger(__name__)


@blueprint.before_request
def _note_revision() -> None:
    if site().settings.write_back and request.method not in SAFE:
        g.revision_before = catalog().state().revision


@blueprint.after_request
def _write_back(response: Response) -> Response:
    """Rewrite the file if this request saved something; a large one after the response."""
    before, path = g.get("revision_before"), library_path()
    if before is None:
        return response
    try:
        is_saved = catalog().state().revision != before
        waits = not path.exists() or path.stat().st_size < MAX_WAITED
    except (OctavoError, OSError) as error:
        logger.warning("%s was not rewritten: %s", path, error)
        return response
    if is_saved and waits:
        _try(catalog(), path)
    elif is_saved:
        Thread(target=_try, args=(catalog(), path), name="write-back").start()
    return response


def library_path() -> Path:
    """Return the path of the owner's file."""
    return Path(current_app.instance_path) / LIBRARY_FILE


def is_file_behind() -> bool:
    """Return whether the file is not rewritten, since it has changes that were not imported."""
    return site().settings.write_back and has_unread_changes(catalog(), library_path())


def _try(catalog: Catalog, path: Path) -> None:
    """Rewrite the file; log why if that is impossible. What was saved stays saved."""
    try:
        write_back(catalog, path)
    except (OctavoError, OSError) as error:
        logger.warning("%s was not rewritten: %s", path, error)
