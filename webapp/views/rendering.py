"""What templates know of the site: its settings, the addresses of its files, its words as HTML."""

import hashlib
import re
from datetime import datetime
from pathlib import Path

import nh3
from flask import Flask, Response, request
from markdown_it import MarkdownIt
from markupsafe import Markup

from ..config import Settings
from .items import Presenter

MAX_DESCRIPTION = 160  # characters: what search engines show of a description

# A year, and never asked for again: the address changes with the content.
FOREVER = "public, max-age=31536000, immutable"

INTRO_TAGS = {"p", "a", "em", "strong", "code", "ul", "ol", "li", "br", "blockquote"}


def init_app(app: Flask, settings: Settings) -> None:
    """Give templates their globals, and files with their hash in the address a long life."""
    hashes = _hashes(Path(app.static_folder or ""))
    theme_hash = _hash(settings.theme_css.encode())
    intro = markdown(settings.intro)
    app.extensions["presenter"] = Presenter(settings)
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals.update(
        site=settings,
        intro=intro,
        description=settings.description or _opening(intro) or settings.subtitle,
        static_url=lambda name: f"{request.script_root}/static/{name}?v={hashes[name]}",
        theme_url=lambda: f"{request.script_root}/theme.css?v={theme_hash}",
    )
    app.jinja_env.filters["day"] = day
    app.context_processor(lambda: {"root": request.script_root})

    @app.after_request
    def _keep(response: Response) -> Response:
        version = request.args.get("v")
        if version and request.endpoint in ("static", "pages.theme_css"):
            name = (request.view_args or {}).get("filename")
            if version == (hashes.get(name) if name else theme_hash):
                response.headers["Cache-Control"] = FOREVER
        return response


def markdown(text: str) -> Markup:
    """The owner's Markdown as HTML without anything that acts."""
    html = MarkdownIt("js-default", {"html": False}).render(text)
    return Markup(nh3.clean(html, tags=INTRO_TAGS, link_rel="noopener"))  # noqa: S704  just cleaned


def day(moment: datetime) -> str:
    """A date as people write it: "3 March 2026"."""
    return f"{moment.day} {moment:%B %Y}"


def shortened(text: str, length: int = MAX_DESCRIPTION) -> str:
    """The start of a text, cut between two words."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def _opening(html: Markup) -> str:
    return shortened(re.sub(r"\s+", " ", html.striptags()))


def _hashes(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): _hash(file.read_bytes()) for file in files}


def _hash(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=6).hexdigest()
