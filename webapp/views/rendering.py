"""What templates know of the site: its settings, the addresses of its files, its words as HTML."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

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
from .items import Item, Presenter, coins_of, links

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
    app.jinja_env.globals["actions"] = _actions(app)
    app.jinja_env.filters["day"] = day
    app.jinja_env.filters["plain"] = plain
    app.context_processor(lambda: {"root": request.script_root})


def _actions(app: Flask) -> Callable[[Item, str], Markup]:
    """What can be done with an item, and its abstract. While that is closed this is the same in
    every search, so it is made once for a record: it is most of the HTML of a list.
    """

    def make(record: Record, root: str, opened: Sequence[Markup] = ()) -> Markup:
        module: Any = app.jinja_env.get_template("publications/_actions.html").module
        html: Markup = module.actions(record, links(record, root), coins_of(record), opened, root)
        return html

    @lru_cache(maxsize=8)
    def closed_below(root: str) -> Callable[[Record], Markup]:
        return remembered(lambda record: make(record, root), KEPT_RECORDS)

    def actions(item: Item, root: str) -> Markup:
        if item.paragraphs:
            return make(item.record, root, item.paragraphs)
        return closed_below(root)(item.record)

    return actions


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
