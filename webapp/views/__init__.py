"""The blueprints, the templates' globals, and the headers and error pages of every response."""

from flask import Flask

from ..config import Settings
from ..translation import Translation
from . import (
    corrections,
    documents,
    edit,
    embed,
    exports,
    facets,
    feeds,
    files,
    hosts,
    lists,
    oai,
    operations,
    pages,
    people,
    scopes,
    selection,
    templating,
    urls,
)
from .http import crawlers, errors, limits, responses
from .publication import citations, metadata


def init_app(app: Flask, settings: Settings, translation: Translation) -> None:
    """Register the views, their error pages and the headers of every response."""
    responses.init_app(app, settings, translation)
    crawlers.init_app(app, settings)
    hosts.init_app(app)
    urls.init_app(app)
    templating.init_app(app, settings, translation)
    errors.init_app(app)
    limits.init_app(app)
    scopes.init_app(app)
    for part in (
        *(pages, people, lists, files, facets, exports, documents, feeds),
        *(operations, citations, metadata, selection),
    ):
        app.register_blueprint(part.blueprint)
    if settings.embed:
        app.register_blueprint(embed.blueprint)
    if settings.oai:
        app.register_blueprint(oai.blueprint)
    if settings.corrections:
        app.register_blueprint(corrections.blueprint)
    if settings.editors:
        app.register_blueprint(edit.blueprint)
