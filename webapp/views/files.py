"""The owner's PDFs and slides, checked here and sent by nginx if the settings allow that.

DESIGN. A slow reader of a large file would occupy a thread for hours. Behind nginx, the response is
therefore only a name: X-Accel-Redirect leads to an internal location (the setting `accel_location`)
whose file nginx sends, with the headers from here (see deploy/nginx-files.conf). nginx also handles
ranges and conditional requests. The name has no symbolic link in it, so nginx refuses links that
appear later. Without nginx, a large file counts as an expensive response (see `limits`).
Both ways give the same validators: the ETag is made as nginx makes it.
"""

import mimetypes
from pathlib import Path
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, abort, current_app, request, send_file

from ..site import site
from .http import limits

blueprint = Blueprint("files", __name__)

# Types that browsers may show; they save any other file. None of these types can run a script.
SHOWN_TYPES: Final = frozenset(
    {"application/pdf", "text/plain", "audio/mpeg"}
    | {f"image/{kind}" for kind in ("png", "jpeg", "gif", "webp", "avif")}
    | {f"video/{kind}" for kind in ("mp4", "webm")}
)
# Browsers show a PDF in an <object>, with inline styles.
POLICY: Final = (
    "default-src 'none'; object-src 'self'; img-src 'self'; media-src 'self'; "
    "style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
)
LARGE: Final = 65_536  # bytes; a smaller file fits into a socket buffer and holds no thread


@blueprint.get("/files/<path:name>")
def file(name: str) -> Response:
    """Return a file below `files/`, or the header that lets nginx send it."""
    return send_owner_file(site().catalog.find_file(name) or abort(404), name)


def send_owner_file(path: Path, name: str) -> Response:
    """Return the file of a path, which `OwnerFiles.find` returned for a name."""
    settings = site().settings
    if settings.accel_location:
        response = Response(mimetype=_type(path.name))
        response.headers["X-Accel-Redirect"] = settings.accel_location + quote(
            path.relative_to(site().catalog.files.folder).as_posix()
        )
    else:
        response = _send(path, name)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # a home page may show it
    is_shown = response.mimetype in SHOWN_TYPES
    response.headers["Content-Disposition"] = "inline" if is_shown else "attachment"
    return response


def _type(name: str) -> str:
    guessed, encoding = mimetypes.guess_type(name)
    # A compressed file is sent as it is: browsers would unpack it, but not change its name.
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
        current_app.logger.error("Cannot read files/%s: %s.", name, error.strerror)
        abort(404)
    if request.method == "GET" and (response.content_length or 0) > LARGE:
        limits.hold("files.file", response)
    return response
