"""What templates know of the site: its settings, the addresses of its files, its words as HTML."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

import nh3
from flask import Flask, request
from markdown_it import MarkdownIt
from markupsafe import Markup

from ..catalog import KEPT_RECORDS
from ..config import Settings
from ..formats.latex import plain
from ..formats.memory import remembered
from ..records import Record
from . import assets
from .articles import actions, article
from .items import Item, Presenter

MAX_DESCRIPTION = 160  # characters: what search engines show of a description

INTRO_TAGS = {"p", "a", "em", "strong", "code", "ul", "ol", "li", "br", "blockquote"}


def init_app(app: Flask, settings: Settings) -> None:
    """Give templates their globals and filters."""
    # First: the environment is made when somebody looks at it.
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    assets.init_app(app)
    theme_hash = assets.content_hash(settings.theme_css.encode())
    intro = markdown(settings.intro)
    app.extensions["presenter"] = Presenter(settings)
    app.jinja_env.globals.update(
        site=settings,
        intro=intro,
        description=settings.description or _opening(intro) or settings.subtitle,
        theme_url=lambda: f"{request.script_root}/theme.css?v={theme_hash}",
    )
    app.jinja_env.globals["article"] = _article(app)
    app.jinja_env.filters["day"] = day
    app.jinja_env.filters["plain"] = plain
    app.context_processor(lambda: {"root": request.script_root})


def _article(app: Flask) -> Callable[[Item, int, str], Markup]:
    """What shows an item of a list. What can be done with it is the same in every search while its
    abstract is closed, so it is made once for a record: it is most of the HTML of a list.
    """

    @lru_cache(maxsize=8)
    def closed_below(root: str) -> Callable[[Record], str]:
        return remembered(lambda record: actions(record, root), KEPT_RECORDS)

    def show(item: Item, level: int, root: str) -> Markup:
        if not item.paragraphs:
            return article(item, level, root, closed_below(root)(item.record))
        abstract = app.jinja_env.get_template("publications/_abstract.html")
        opened = abstract.render(record=item.record, paragraphs=item.paragraphs)
        return article(item, level, root, actions(item.record, root, opened))

    return show


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
