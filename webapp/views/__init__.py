"""The blueprints, and what every answer of the site has in common."""

from flask import Flask

from .. import observation, proxy
from ..config import Settings
from . import (
    addresses,
    cite,
    errors,
    exports,
    faceting,
    feeds,
    files,
    http,
    limits,
    metadata,
    operations,
    pages,
    rendering,
)


def init_app(app: Flask, settings: Settings) -> None:
    """Register the views, their error pages and the headers of every answer."""
    app.extensions["settings"] = settings
    http.init_app(app, settings)
    addresses.init_app(app)
    rendering.init_app(app, settings)
    errors.init_app(app)
    limits.init_app(app)
    for part in (pages, files, faceting, exports, feeds, operations, cite, metadata):
        app.register_blueprint(part.blueprint)
    observation.init_app(app, settings)
    app.wsgi_app = proxy.behind(app.wsgi_app, settings.proxies)  # type: ignore[assignment, method-assign]
