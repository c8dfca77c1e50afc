"""Files of publications: uploading them, and seeing which there are."""

from typing import Final

from flask import abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from ...curation.uploads import KINDS, MAX_SIZE, list_files, upload
from ...errors import CatalogChangedError, DatabaseError, RefusedFileError
from ...site import site
from ..files import send_owner_file
from ..http.responses import catalog
from ..urls import site_urls
from .access import blueprint, body_limit, editor, public
from .lookup import find_stored, saved_revision

MAX_BODY: Final = MAX_SIZE + (64 << 10)  # bytes of a form with the largest file


@blueprint.get("/<edited:slug>/files")
def show_publication_files(slug: str) -> ResponseReturnValue:
    """Return the files of a publication, and the form that uploads one."""
    return _page(slug)


@blueprint.post("/<edited:slug>/files")
@body_limit(MAX_BODY)
def upload_file(slug: str) -> ResponseReturnValue:
    """Store a file and link to it, or show why it was refused."""
    stored = find_stored(slug)
    file, kind = request.files.get("file"), request.form.get("kind", "")
    if file is None or not file.filename or kind not in KINDS:
        return _page(slug, problem="Choose a file."), 422
    try:
        done = upload(catalog(), stored, kind, file.stream, editor())
    except RefusedFileError as error:
        return _page(slug, problem=str(error)), 422
    except CatalogChangedError as error:
        return _page(slug, problem=str(error)), 503
    except (OSError, DatabaseError) as error:
        current_app.logger.error("A file of %s was not saved: %s", slug, error)
        return _page(slug, problem="The file cannot be stored at the moment. Try later."), 503
    if done.outcome.conflicts or done.outcome.record is None:
        return _page(slug, problem="Others changed the link at the same time. Try again."), 409
    url = site_urls().edit_action(stored.record.slug, "files")
    if done.outcome.revision is None:  # the link to a file of this name was there
        return redirect(f"{url}?replaced=1", 303)
    site().index_follower.notice()
    return redirect(f"{url}?saved={done.outcome.revision.counter}", 303)


@blueprint.get("/files")
def show_files() -> ResponseReturnValue:
    """Return all files that are served, and the publications that name each."""
    return render_template("edit/files.html", files=list(list_files(catalog())))


@blueprint.get("/files/<path:name>")
def show_file(name: str) -> ResponseReturnValue:
    """Return a file, also one that only hidden publications name."""
    response = send_owner_file(catalog().files.find(name) or abort(404), name)
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@blueprint.errorhandler(RequestEntityTooLarge)
def _show_too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say how much is accepted. The body was not read."""
    return _too_large(is_file=request.max_content_length == MAX_BODY)


@blueprint.get("/too-large")
@public
def show_too_large() -> ResponseReturnValue:
    """Return the page that nginx shows for a body that it does not pass on."""
    return _too_large(is_file=True)


def _too_large(*, is_file: bool) -> ResponseReturnValue:
    return render_template("edit/too_large.html", size=MAX_SIZE >> 20 if is_file else 0), 413


def _page(slug: str, problem: str = "") -> str:
    stored = find_stored(slug)
    absent = set(catalog().files.absent(stored.record))
    links = [link for link in stored.record.links if ":" not in link.url]
    return render_template(
        "edit/publication_files.html",
        stored=stored,
        links=[(link, link not in absent) for link in links],
        problem=problem,
        chosen=request.form.get("kind", ""),
        saved=saved_revision(),
        is_replaced="replaced" in request.args,
    )
