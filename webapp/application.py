"""The application: all parts, wired together."""

import os
from pathlib import Path

from flask import Flask
from flask_compress import Compress
from htmx_flask import Htmx

from . import cli, views
from .accounts.oidc import make_provider
from .catalog import Catalog, FullTexts, IndexFollower, Members, OwnerChoices
from .config import ROOT, Settings
from .owner_files import OwnerFiles
from .search.embedded.engine import WhooshEngine
from .site import EXTENSION, Site
from .site_file import instance_path, load_settings
from .store.connections import Database, database_url, engine_options, prepare_engine
from .store.tables import db
from .telemetry import requests
from .translation import load_translation
from .venues import Venues
from .views.hosts import LOCAL_NAMES
from .views.http import proxies

MAX_BODY = 65_536  # bytes; no request needs a body


def create_app(instance: Path | None = None, settings: Settings | None = None) -> Flask:
    """Create the application: wire its parts together. Raise ConfigurationError."""
    instance = instance or instance_path()
    settings = settings or load_settings(instance)
    translation = load_translation(settings.language)
    app = Flask(
        __package__,
        instance_path=str(instance),
        template_folder=ROOT / "templates",
        static_folder=ROOT / "static",
    )
    database_address = database_url(settings.database_url, instance)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=database_address,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(database_address),
        SEND_FILE_MAX_AGE_DEFAULT=0,
        MAX_CONTENT_LENGTH=MAX_BODY,
        TRUSTED_HOSTS=[*settings.hosts, *LOCAL_NAMES] if settings.hosts else None,
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,  # views do this, where they set the ETag
        COMPRESS_STREAMS=False,  # large files of the owner, and exports
        # Brotli first: a list is 12 % smaller than with zstd, for 0.4 ms more (2026-11-29).
        COMPRESS_ALGORITHM=["br", "zstd", "gzip", "deflate"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_LEVEL=4,  # of gzip: 3 % larger than 6 in two thirds of the time
        COMPRESS_MIMETYPES=[
            *("text/html", "text/css", "text/javascript", "image/svg+xml", "application/atom+xml"),
            "text/xml",
        ],
    )
    db.init_app(app)
    views.init_app(app, settings, translation)
    metrics = requests.init_app(app, settings)
    app.wsgi_app = proxies.behind(app.wsgi_app, settings.proxies)  # type: ignore[assignment, method-assign]
    Compress(app)
    Htmx(app)
    database, search = _database(app), _search_engine(instance, settings)
    files = OwnerFiles(instance / "files")
    choices = OwnerChoices(Venues(settings.venues), settings.featured, Members(settings.everyone))
    texts = FullTexts(files, instance / "cache" / "full-text") if settings.full_text else None
    catalog = Catalog(database, search, settings, choices, files)
    update_sets = catalog.harvest.update_sets
    app.extensions[EXTENSION] = Site(
        settings=settings,
        catalog=catalog,
        index_follower=IndexFollower(
            database, search, str(instance), choices, texts, afterwards=update_sets
        ),
        full_texts=texts,
        metrics=metrics,
        translation=translation,
        provider=make_provider(settings, os.environ),
    )
    cli.init_app(app)
    return app


def _database(app: Flask) -> Database:
    with app.app_context():
        prepare_engine(db.engine)
        return db.engine


def _search_engine(instance: Path, settings: Settings) -> WhooshEngine:
    source = Path(settings.index_source) if settings.index_source else None
    return WhooshEngine(Path(settings.index_path or instance / "index"), source)
