"""A list for another site: as a page for a frame, as a fragment, and by a script."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ... import theme
from ...catalog import Criteria, Kind, Page, Scope
from ...formats.documents.grouping import make_sections
from ...formats.exporting import in_plain_text
from ...formats.web.scholar import coins
from ...records import Record
from ...site import site
from ..http.responses import catalog
from ..http.static_files import cached_by_version, content_hash, read_static_file
from ..language import gettext
from ..markup import EMPTY
from ..publication.citations import styled_citation
from ..results.items import Item, paragraphs
from ..results.links import LabelledUrl, record_links
from ..results.mathml import FormulaBudget
from ..scopes import scope_heading
from ..templating import presenter
from ..urls import EMBED_SCOPES, Urls, absolute_urls, scoped_urls
from .access import blueprint, embeddable, share
from .options import read_options

MAX_SIZE: Final = 200_000  # characters of a list


@dataclass(frozen=True, slots=True)
class Entry:
    """A publication in a list for another site."""

    item: Item
    citation: Markup  # in the chosen style; "" for that of the site's lists
    links: tuple[LabelledUrl, ...]
    paragraphs: tuple[Markup, ...]  # of the abstract, if it is shown
    coins: str


@dataclass(frozen=True, slots=True)
class Group:
    """A heading and the publications below it."""

    heading: str  # "" if the list is not grouped
    level: int  # 1, or 2 for a year below a type
    entries: tuple[Entry, ...]  # none for a type whose years follow


@dataclass(frozen=True, slots=True)
class EmbeddedList:
    """A list for another site, ready for `embed/_list.html`."""

    title: str
    url: str  # of the list in this site
    groups: tuple[Group, ...]
    options: dict[str, str]
    rest: int  # publications that are left out

    @classmethod
    def of(cls, page: Page, options: dict[str, str], records: tuple[Record, ...]) -> Self:
        criteria = page.criteria
        urls, budget = absolute_urls(), FormulaBudget()
        heading = scope_heading(criteria.scope)
        sections = make_sections(
            records,
            options["group"],
            "none",
            oldest_first=criteria.sort == "oldest",
            translate=gettext,
        )
        return cls(
            title=heading.title if heading else site().settings.title,
            url=scoped_urls(criteria.scope, urls).list(criteria.with_(open=()).query_string()),
            groups=tuple(
                Group(
                    section.heading,
                    section.level,
                    tuple(_entry(record, options, urls, budget) for record in section.records),
                )
                for section in sections
            ),
            options=options,
            rest=page.total - len(records),
        )


def requested_list() -> Criteria:
    """Return the criteria of the requested list, which may be of a scope."""
    named = [(kind, name) for kind, name in EMBED_SCOPES.items() if name in request.args]
    if len(named) + ("of" in request.args) > 1:
        abort(400, "Name a person, a list or publications, and not two of them.")
    args = request.args.to_dict(flat=False)
    scope = find_scope("selection", "", args["of"]) if "of" in args else None
    for kind, name in named:
        scope = find_scope(kind, request.args[name])
    return Criteria.from_args(args, scope).with_(page=1, more=0, open=())


def find_scope(kind: Kind, slug: str, selected: Iterable[str] = ()) -> Scope:
    """Return a scope. Abort with 404 if there is none."""
    scopes = catalog().scopes
    if kind == "selection":
        return scopes.selection(selected, catalog().database)
    scope = Scope(kind, slug)
    return scope if scopes.has(scope) else abort(404, f"There is no list {slug[:50]!r}.")


@blueprint.get("/embed")
@embeddable
def frame() -> ResponseReturnValue:
    """Return a small page for a frame; its links open outside of it."""
    return _render("embed/frame.html")


@blueprint.get("/embed.html")
@embeddable
def fragment() -> ResponseReturnValue:
    """Return the list alone: HTML to be put into a page, with absolute addresses."""
    return _render("embed/_list.html")


@blueprint.get("/embed.js")
def script() -> ResponseReturnValue:
    """Return the script that makes `<octavo-list>` of a page a list."""
    return _asset("embed.js", "text/javascript")


@blueprint.get("/embed/frame.js")
def frame_script() -> ResponseReturnValue:
    """Return the script of the page in a frame."""
    return _asset("embed-frame.js", "text/javascript")


@blueprint.get("/embed/frame.css")
def frame_style() -> ResponseReturnValue:
    """Return the style sheet of the page in a frame."""
    settings = site().settings
    forced = {"light": settings.accent, "dark": settings.dark_accent}
    accent = forced.get(request.args.get("theme", ""))
    css = theme.stylesheet(accent, accent) if accent else settings.theme_css
    return _asset("embed.css", "text/css", css)


def _render(template: str) -> str:
    """Return a list with as many publications as MAX_SIZE allows."""
    options, criteria = read_options(request.args), requested_list()
    if "year" in options["group"] and not (criteria.sort or criteria.q.strip()):
        criteria = criteria.with_(sort="newest")
    page = catalog().find(criteria, None, int(options["n"]))
    records = tuple(page.records)
    while True:
        embedded = EmbeddedList.of(page, options, records)
        html = render_template(template, embedded=embedded, options=options)
        if len(html) <= MAX_SIZE or len(records) < 2:
            return html
        records = records[: len(records) // 2]


def _entry(record: Record, options: dict[str, str], urls: Urls, budget: FormulaBudget) -> Entry:
    style = options["style"]
    visible = catalog().files.with_existing(record)
    with_year = "year" not in options["group"]
    return Entry(
        item=presenter().item(record, None, urls, with_year=with_year, budget=budget),
        citation=EMPTY if style == "list" else styled_citation(record, style),
        links=record_links(visible, urls) if options["links"] == "1" else (),
        paragraphs=paragraphs(record.abstract) if options["abstracts"] == "1" else (),
        coins=coins(in_plain_text(record)),
    )


def _asset(name: str, media_type: str, ending: str = "") -> Response:
    body = read_static_file(name) + ending.encode()
    response = share(Response(body, mimetype=media_type))
    cached_by_version(response, content_hash(body))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
