"""Exports of a list or a publication: BibTeX, RIS, CSL-JSON, CSV."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Final, ParamSpec

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..catalog import MAX_SELECTED, Criteria
from ..folding import fold
from ..formats.exporting import in_ascii, without_abstract
from ..formats.registry import FORMATS, LIST_EXPORTS, PUBLICATION_EXPORTS, write_for_visitors
from ..records import Record
from .http.responses import cached_by_revision, catalog, exportable, is_fragment
from .results.listing import count_label, state_parts
from .scopes import list_route, requested_criteria
from .urls import absolute_urls, scoped_urls, site_urls

P = ParamSpec("P")

blueprint = Blueprint("exports", __name__)

EVERYTHING: Final = 10_000_000  # publications on a page: more than in any catalog
# Characters, at least, to send at a time. A packet for each record would cost more than writing it.
CHUNK: Final = 32_768
_EXTENSION: Final = f"<any({','.join(LIST_EXPORTS)}):extension>"
MAX_NAME: Final = 60  # characters of a search in the name of its file


@list_route(blueprint, "/export", "/export")
@cached_by_revision
def formats() -> ResponseReturnValue:
    """Return the formats of a list and the page to print; it has the parameters of the list."""
    criteria = requested_criteria().with_(open=())
    total = catalog().find_hits(criteria, 1).total
    return render_template(
        f"publications/{'_exports' if is_fragment() else 'exports'}.html",
        count=count_label(total, criteria),
        total=total,
        most=MAX_SELECTED,
        query=criteria.query_string(),
        urls=scoped_urls(criteria.scope),
    )


@list_route(blueprint, f"/publications.{_EXTENSION}", f".{_EXTENSION}")
@cached_by_revision
def export_list(extension: str) -> ResponseReturnValue:
    """Return all pages of a list. It has the parameters of the list."""
    criteria = requested_criteria().with_(open=())
    ids = catalog().find_hits(criteria, EVERYTHING).ids
    records = (stored.record for stored in catalog().load(ids))
    return _export(extension, records, list_filename(criteria))


@blueprint.get(f"/publications/<slug:slug>.<any({','.join(PUBLICATION_EXPORTS)}):extension>")
@cached_by_revision
def export_publication(slug: str, extension: str) -> ResponseReturnValue:
    """Return a publication in a format, with a link to its page."""
    stored = catalog().get(slug)
    if stored is None:
        present = catalog().present_slug(slug) or abort(404)
        return redirect(site_urls().publication_export(present, extension), 301)
    response = _export(extension, [stored.record], slug)
    url = absolute_urls().publication(slug)
    response.headers["Link"] = f'<{url}>; rel="describes"; type="text/html"'
    return response


def list_filename(criteria: Criteria) -> str:
    """Return the name of a list's file without extension: "publications-emnlp-2021".

    It is in ASCII. A search that has no such letters is called "publications-search".
    """
    parts = state_parts(criteria)
    start = (criteria.scope.slug or criteria.scope.kind) if criteria.scope else "publications"
    if not parts:
        return start
    slug = re.sub("[^a-z0-9]+", "-", fold(" ".join(parts)))
    return f"{start}-{slug.strip('-')[:MAX_NAME].rstrip('-') or 'search'}"


def _export(extension: str, records: Iterable[Record], filename: str) -> Response:
    """Return records as a file, without abstracts for `?abstracts=0`, in ASCII for `?ascii=1`."""
    records = map(exportable(), records)
    if request.args.get("abstracts") == "0":
        records = map(without_abstract, records)
    if request.args.get("ascii") == "1" and extension == "bib":
        records = map(in_ascii, records)
    name = LIST_EXPORTS[extension]
    media_type = FORMATS[name].media_type
    response = Response(in_chunks(write_for_visitors(records, name)), mimetype=media_type)
    response.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}.{extension}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def in_chunks(texts: Iterable[str], least: int = CHUNK) -> Iterator[str]:
    """Yield the first text at once, then the others joined into chunks of `least` characters."""
    waiting: list[str] = []
    size = least
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size >= least:
            yield "".join(waiting)
            waiting.clear()
            size = 0
    yield "".join(waiting)


def negotiate_format(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Redirect requests for a publication that prefer a bibliographic format to its export."""

    @wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        extension = _preferred_format()
        if extension:
            slug = (request.view_args or {})["slug"]
            response = redirect(site_urls().publication_export(slug, extension), 303)
        else:
            response = view(*args, **kwargs)  # type: ignore[assignment]
        response.vary.add("Accept")
        return response

    return wrapper


def _preferred_format() -> str:
    """Return the extension of the format that a request prefers to HTML; "" if there is none."""
    if "application/" not in request.headers.get("Accept", ""):
        return ""
    extensions = {
        FORMATS[name].media_type: extension for extension, name in PUBLICATION_EXPORTS.items()
    }
    best = request.accept_mimetypes.best_match(["text/html", *extensions], default="text/html")
    return extensions.get(best or "", "")
