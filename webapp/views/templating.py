"""Globals and filters of the templates: settings, URLs of static files, Markdown, dates."""

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, cast

from flask import Flask, current_app
from markupsafe import Markup

from ..config import Settings
from ..formats.direction import direction
from ..formats.inline import to_plain
from ..formats.registry import FORMATS, LIST_EXPORTS
from ..images import read_image_size
from ..owner_files import OwnerFiles
from ..site import site
from ..translation import Translation
from .http import static_files
from .markup import from_markdown
from .results.items import Presenter
from .results.people import People
from .urls import site_urls

MAX_PHOTO = 300_000  # bytes, without a warning
MAX_DESCRIPTION = 160  # characters that search engines show

EXTENSION = "octavo-views"  # the key in `app.extensions`


class Photo(NamedTuple):
    """The picture of a person: a file below `files/`, with its size in pixels."""

    name: str
    width: int
    height: int


def presenter(app: Flask | None = None) -> Presenter:
    """Return the presenter of an application, by default the current one."""
    return cast("Presenter", (app or current_app).extensions[EXTENSION])


def init_app(app: Flask, settings: Settings, translation: Translation) -> None:
    """Register the globals and filters of the templates."""
    # Set the options first: the first access to `jinja_env` creates it.
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    static_files.init_app(app)
    _install_translation(app, translation)
    theme_hash = static_files.content_hash(settings.theme_css.encode())
    intro = from_markdown(settings.intro)
    app.jinja_env.globals.update(
        site=settings,
        intro=intro,
        photo=_photo(app, settings.photo),
        photos=_photos(app, settings),
        list_exports={extension: FORMATS[name].label for extension, name in LIST_EXPORTS.items()},
        description=settings.description or _opening(intro) or settings.subtitle,
        theme_url=lambda: site_urls().theme(theme_hash),
        is_away=lambda: site(app).catalog.is_away,
    )
    app.jinja_env.filters["plain"] = to_plain
    app.jinja_env.filters["direction"] = direction
    files = OwnerFiles(Path(app.instance_path) / "files")
    people = People(lambda: site(app).catalog.scopes.people)
    app.extensions[EXTENSION] = Presenter(settings, app.jinja_env, files, people)


def _photos(app: Flask, settings: Settings) -> Mapping[str, Photo | None]:
    """Return the photos of the members by their names in the settings; "" has none."""
    names = dict.fromkeys(member.photo for member in settings.everyone if member.photo)
    return defaultdict(lambda: None, {name: _photo(app, name) for name in names})


def _photo(app: Flask, name: str) -> Photo | None:
    """Return the photo in the settings; None, with a warning, if its size cannot be read."""
    if not name:
        return None
    path = OwnerFiles(Path(app.instance_path) / "files").find(name)
    size = read_image_size(path) if path else None
    if size is None:
        app.logger.warning(
            "photo = %r is not shown: files/%s is not a readable PNG, JPEG, GIF or WebP image.",
            name,
            name,
        )
        return None
    if path and path.stat().st_size > MAX_PHOTO:
        app.logger.warning(
            "photo = %r has %d kB. Save it in a smaller size, of at most %d kB.",
            name,
            path.stat().st_size // 1000,
            MAX_PHOTO // 1000,
        )
    return Photo(name, *size)


def _install_translation(app: Flask, translation: Translation) -> None:
    """Give templates `{% trans %}` for texts with elements, and `_` and `ngettext` for others."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.globals.update(
        translation=translation,
        _=translation.gettext,
        gettext=translation.gettext,
        ngettext=translation.ngettext,
    )
    app.jinja_env.filters.update(day=translation.day, number=translation.number)


def shortened(text: str, length: int = MAX_DESCRIPTION) -> str:
    """Return the start of a text, at most `length` characters, cut between words."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def _opening(html: Markup) -> str:
    return shortened(re.sub(r"\s+", " ", html.striptags()))
