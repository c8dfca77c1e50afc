"""The owner's PDFs and slides. Each is checked here; nginx sends it where the settings allow that.

DESIGN. Whoever reads a large file slowly would hold a thread for hours. Behind nginx the answer is
therefore only a name: X-Accel-Redirect leads to an internal location (the setting `accel_location`)
whose file nginx sends by itself, with the headers given here (deploy/nginx-files.conf hands them
on), and answers ranges and conditions. The name has no symbolic link in it, so nginx refuses links
that appear later. Without nginx a large file counts as an expensive answer (limits).
Both ways give the same validators: the ETag is made as nginx makes its own.
"""

import mimetypes
from pathlib import Path
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, abort, current_app, request, send_file

from ..site import site
from .http import limits

blueprint = Blueprint("files", __name__)

# Types that a browser may show in its window; any other file is saved. None can run a script.
SHOWN_TYPES: Final = frozenset(
    {"application/pdf", "text/plain", "audio/mpeg"}
    | {f"image/{kind}" for kind in ("png", "jpeg", "gif", "webp", "avif")}
    | {f"video/{kind}" for kind in ("mp4", "webm")}
)
# Browsers show a PDF in an <object> of their own, styled by themselves.
POLICY: Final = (
    "default-src 'none'; object-src 'self'; img-src 'self'; media-src 'self'; "
    "style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
)
LARGE: Final = 65_536  # bytes; a socket takes fewer at once, however slow the reader is


@blueprint.get("/files/<path:name>")
def file(name: str) -> Response:
    folder = (Path(current_app.instance_path) / "files").resolve()
    path = _find(folder, name) or abort(404)
    settings = site().settings
    if settings.accel_location:
        response = Response(mimetype=_type(path.name))
        response.headers["X-Accel-Redirect"] = settings.accel_location + quote(
            path.relative_to(folder).as_posix()
        )
    else:
        response = _send(path, name)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # a home page may show it
    shown = response.mimetype in SHOWN_TYPES
    response.headers["Content-Disposition"] = "inline" if shown else "attachment"
    return response


def _find(folder: Path, name: str) -> Path | None:
    """The regular file of a name, all links resolved; None for one that is not to be served.

    Nothing outside the folder is, and nothing whose name, or a folder of it, begins with a dot.
    """
    try:
        path = (folder / name).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # absent, too long, links in a circle, a null
        return None
    if not path.is_relative_to(folder) or not path.is_file():
        return None
    parts = (*name.split("/"), *path.relative_to(folder).parts)
    return None if any(part.startswith(".") for part in parts) else path


def _type(name: str) -> str:
    guessed, encoding = mimetypes.guess_type(name)
    # What is packed is saved as it is: a browser would unpack it, and its name would be wrong.
    return "application/octet-stream" if encoding or not guessed else guessed


def _send(path: Path, name: str) -> Response:
    try:
        status = path.stat()
        response = send_file(
            path,
            mimetype=_type(name),
            conditional=True,
            etag=f"{int(status.st_mtime):x}-{status.st_size:x}",
            last_modified=int(status.st_mtime),
        )
    except OSError as error:
        current_app.logger.error("files/%s cannot be read: %s", name, error.strerror)
        abort(404)
    if request.method == "GET" and (response.content_length or 0) > LARGE:
        limits.hold("files.file", response)
    return response
