"""Static files: minified and compressed once, their hash in the URL, cached for a year."""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import rcssmin
import rjsmin
from flask import Flask, Response, abort, current_app, request

from ..urls import site_urls

# A year without revalidation, because the URL changes with the content.
FOREVER = "public, max-age=31536000, immutable"

COMPRESSED = frozenset({"text/css", "text/javascript", "image/svg+xml"})
# Without comments and indentation a first visit is 1.6 kB smaller, compressed (make bench
# ARGS=weight, 2026-11-29).
MINIFIERS = {"text/css": rcssmin.cssmin, "text/javascript": rjsmin.jsmin}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file.

    `version` is the ETag that nginx gives the file and a hash of the body, so that nginx can check
    whether a page was rendered for the file that it serves.
    """

    body: bytes
    mimetype: str
    version: str

    def compressed(self) -> bytes:
        """Return the body at the highest compression; empty for a type that would gain nothing."""
        return _compress(self.body) if self.mimetype in COMPRESSED else b""


def init_app(app: Flask) -> None:
    """Serve `/static/…` from memory, and give templates `static_url(name)`."""
    assets = _read(Path(app.static_folder or ""))

    def send(filename: str) -> Response:
        return _answer(assets.get(filename) or abort(404))

    app.view_functions["static"] = send
    app.jinja_env.globals["static_url"] = lambda name: site_urls().static(
        name, assets[name].version
    )


def read_static_file(name: str) -> bytes:
    """Return a static file as it is served, for an address of its own."""
    return _asset(Path(current_app.static_folder or "") / name).body


def compress_files(app: Flask) -> None:
    """Compress the static files, before workers fork: no visitor waits for it.

    Commands do not need it, and it would take most of the time that they start in.
    """
    for asset in _read(Path(app.static_folder or "")).values():
        asset.compressed()


def content_hash(content: bytes) -> str:
    """Return a short hash for use in a URL."""
    return hashlib.blake2b(content, digest_size=6).hexdigest()


def cached_by_version(response: Response, version: str) -> Response:
    """Make a response immutable if the URL has its version, and validated at every use if not."""
    response.headers["Cache-Control"] = FOREVER if request.args.get("v") == version else "no-cache"
    response.set_etag(version, weak=True)
    response.make_conditional(request)
    return response


def _answer(asset: Asset) -> Response:
    accepts_brotli = request.accept_encodings.quality("br") > 0
    compressed = asset.compressed() if accepts_brotli else b""
    response = Response(compressed or asset.body, mimetype=asset.mimetype)
    if compressed:
        response.content_encoding = "br"
    response.vary.add("Accept-Encoding")
    return cached_by_version(response, asset.version)


def _read(folder: Path) -> dict[str, Asset]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): _asset(file) for file in files}


def _asset(file: Path) -> Asset:
    mimetype = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    body = file.read_bytes()
    if mimetype in MINIFIERS and ".min." not in file.name:
        body = MINIFIERS[mimetype](body.decode()).encode()
    status = file.stat()
    version = f"{int(status.st_mtime):x}-{status.st_size:x}-{content_hash(body)}"
    return Asset(body, mimetype, version)


@cache
def _compress(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=11))
