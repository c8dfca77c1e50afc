"""The static files: read and compressed once, addressed with their hash, kept for a year."""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from flask import Flask, Response, abort, request

from ..urls import site_urls

# A year, and never asked for again: the address changes with the content.
FOREVER = "public, max-age=31536000, immutable"

COMPRESSED = frozenset({"text/css", "text/javascript", "image/svg+xml"})


@dataclass(frozen=True, slots=True)
class Asset:
    """One file. `brotli` is its body at the best compression there is, empty for other types.

    `version` is the ETag that nginx gives the file, and a hash of its content: where nginx serves
    it, nginx can tell whether it is the file that a page was written for.
    """

    body: bytes
    brotli: bytes
    mimetype: str
    version: str


def init_app(app: Flask) -> None:
    """Answer `/static/…` from memory, and give templates `static_url(name)`."""
    assets = _read(Path(app.static_folder or ""))

    def send(filename: str) -> Response:
        return _answer(assets.get(filename) or abort(404))

    app.view_functions["static"] = send
    app.jinja_env.globals["static_url"] = lambda name: site_urls().static(
        name, assets[name].version
    )


def content_hash(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=6).hexdigest()


def kept_forever(response: Response, version: str) -> Response:
    """Let browsers keep an answer whose address names its content, and ask again for any other."""
    response.headers["Cache-Control"] = FOREVER if request.args.get("v") == version else "no-cache"
    response.set_etag(version, weak=True)
    response.make_conditional(request)
    return response


def _answer(asset: Asset) -> Response:
    small = asset.brotli and request.accept_encodings.quality("br") > 0
    response = Response(asset.brotli if small else asset.body, mimetype=asset.mimetype)
    if small:
        response.content_encoding = "br"
    response.vary.add("Accept-Encoding")
    return kept_forever(response, asset.version)


def _read(folder: Path) -> dict[str, Asset]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): _asset(file) for file in files}


def _asset(file: Path) -> Asset:
    body = file.read_bytes()
    mimetype = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    small = brotli.compress(body, quality=11) if mimetype in COMPRESSED else b""
    status = file.stat()
    version = f"{int(status.st_mtime):x}-{status.st_size:x}-{content_hash(body)}"
    return Asset(body, small, mimetype, version)
