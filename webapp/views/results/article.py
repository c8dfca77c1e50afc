"""An item of a list as HTML.

Written here and not in a template: a list has twenty of them at every keystroke, and a template
escapes one by one what is escaped already.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

from jinja2 import Template
from markupsafe import Markup, escape

from ...catalog import CACHED_RECORDS
from ...formats.latex.decoding import plain
from ...formats.memory import remembered
from ...formats.web.scholar import coins
from ...records import Record
from ..urls import Urls
from .bylines import Byline
from .items import Item, links

# What is inside is asked for when it is opened, and stands where the link to it stood.
_WHEN_OPENED = (
    "data-hx-trigger=\"toggle from:'closest details'\" "
    'data-hx-target="closest p" data-hx-swap="outerHTML" data-hx-sync="this:drop"'
)


class Articles:
    """Shows items."""

    def __init__(self, abstract: Template) -> None:
        """`abstract` shows an opened one."""
        self._abstract = abstract
        self.actions_below = lru_cache(maxsize=8)(_actions_below)

    def show(self, item: Item, level: int, urls: Urls) -> Markup:
        """The item; its heading is of a level."""
        if not item.paragraphs:
            return _article(item, level, urls, self.actions_below(urls)(item.record))
        opened = self._abstract.render(record=item.record, paragraphs=item.paragraphs)
        return _article(item, level, urls, _actions(item.record, urls, opened))


def _actions_below(urls: Urls) -> Callable[[Record], Markup]:
    """What can be done with a record whose abstract is closed: the same in every search, so it is
    made once. It is most of the HTML of a list.
    """
    return remembered(lambda record: _actions(record, urls), CACHED_RECORDS)


def _article(item: Item, level: int, urls: Urls, actions: Markup) -> Markup:
    slug, language = item.slug, item.record.language
    address = escape(urls.publication(slug))
    lang = f' lang="{escape(language)}"' if language else ""
    snippet = f'  <p class="snippet" dir="auto">{item.snippet}</p>\n' if item.snippet else ""
    return Markup(  # noqa: S704  each part is escaped; a slug needs not be
        f'<article class="publication" id="pub-{slug}">\n'
        f'  <h{level} class="title" dir="auto"{lang}>'
        f'<a href="{address}">{item.title}</a></h{level}>\n'
        f"{_authors(item.byline)}{_issued(item)}{snippet}{actions}\n</article>"
    )


def _authors(byline: Byline) -> str:
    if not byline.whole:
        return ""
    names: str = byline.whole
    if byline.hidden:  # no white space between the two: it would move when the second comes
        names = (
            f'<span class="authors-short">{byline.short} </span>'
            f'<details class="authors-all"><summary>'
            f'<span class="when-closed">and {byline.hidden} more</span>'
            f'<span class="when-open">Show fewer</span></summary>'
            f'<span class="authors-whole">{names}</span></details>'
        )
    equal = ' <span class="equal"><sup>*</sup> equal contribution</span>' if byline.equal else ""
    return f'  <div class="authors">{names}{equal}</div>\n'


def _issued(item: Item) -> str:
    if not (item.issued or item.versions):
        return ""
    title = escape(plain(item.record.title)) if item.versions else ""
    versions = "".join(
        f' <a class="version" href="{escape(href)}" aria-label="{escape(label)}: {title}">'
        f"{escape(label)}</a>"
        for label, href in item.versions
    )
    return f'  <p class="issued">{item.issued}{versions}</p>\n'


def _actions(record: Record, urls: Urls, abstract: str = "") -> Markup:
    """What can be done with an item, what Zotero reads, and its abstract where that is open."""
    title = escape(plain(record.title))
    address = escape(urls.publication(record.slug))
    # Markup has its text elsewhere than its count of references, which each use of it writes: what
    # the workers share stays shared.
    return Markup(  # noqa: S704  each part is escaped
        f'<div class="actions">\n{_abstract(record, title, address, abstract)}'
        f'  <details class="cite" id="citations-{record.slug}" data-hx-preserve>\n'
        f'    <summary aria-label="Cite: {title}">Cite</summary>\n'
        f'    <p class="cite-link"><a href="{address}#cite" rel="nofollow" '
        f'data-hx-get="{address}/cite" {_WHEN_OPENED}>All citations</a></p>\n  </details>\n'
        f"{_links(links(record, urls), title)}</div>\n"
        f'<span class="Z3988" title="{escape(coins(record))}"></span>'
    )


def _abstract(record: Record, title: str, address: str, opened: str) -> str:
    if not record.abstract:
        return ""
    inside = opened or (
        f'    <p class="abstract-link"><a href="{address}#abstract" '
        f'data-hx-get="{address}/abstract" data-hx-include="#q:not(:placeholder-shown), #literal" '
        f"{_WHEN_OPENED}>Read the abstract</a></p>"
    )
    return (
        f'  <details class="abstract" data-slug="{record.slug}"{" open" if opened else ""}>\n'
        f'    <summary aria-label="Abstract: {title}">Abstract</summary>\n{inside}\n  </details>\n'
    )


def _links(found: Sequence[tuple[str, str]], title: str) -> str:
    if not found:
        return ""
    each = "".join(
        f'    <li><a href="{escape(href)}" aria-label="{label}: {title}">{label}</a></li>\n'
        for label, href in found
    )
    return f'  <ul class="links">\n{each}  </ul>\n'
