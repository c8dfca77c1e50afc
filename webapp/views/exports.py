"""Every other form of a list and of a publication: BibTeX, RIS, CSL-JSON, CSV."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Final, ParamSpec

from flask import Blueprint, Response, abort, redirect, request
from flask.typing import ResponseReturnValue

from ..catalog import Criteria
from ..formats.exporting import in_ascii, without_abstract
from ..formats.registry import FORMATS, LIST_EXPORTS, PUBLICATION_EXPORTS, write
from ..records import Record
from .http.responses import cached_by_revision, catalog, visibility
from .urls import absolute_urls, site_urls

P = ParamSpec("P")

blueprint = Blueprint("exports", __name__)

# What one answer holds at most: more than any catalog here, so that a list comes whole.
EVERYTHING: Final = 10_000_000

# Gathered before anything is sent: a packet for each record would cost more than writing it.
PIECE: Final = 32_768  # characters


@blueprint.get(f"/publications.<any({','.join(LIST_EXPORTS)}):extension>")
@cached_by_revision
def of_list(extension: str) -> ResponseReturnValue:
    """All pages of the list that the same parameters show."""
    asked = Criteria.from_args(request.args.to_dict(flat=False)).with_(open=())
    found = catalog()
    ids = found.find_hits(asked, EVERYTHING).ids
    records = (stored.record for stored in found.load(ids))
    return _answer(extension, records, "publications")


@blueprint.get(f"/publications/<slug:slug>.<any({','.join(PUBLICATION_EXPORTS)}):extension>")
@cached_by_revision
def of_publication(slug: str, extension: str) -> ResponseReturnValue:
    stored = catalog().get(slug)
    if stored is None:
        present = catalog().present_slug(slug) or abort(404)
        return redirect(site_urls().publication_export(present, extension), 301)
    response = _answer(extension, [stored.record], slug)
    page = absolute_urls().publication(slug)
    response.headers["Link"] = f'<{page}>; rel="describes"; type="text/html"'
    return response


def _answer(extension: str, records: Iterable[Record], name: str) -> Response:
    """The records in a form, as `?abstracts=0` and `?ascii=1` want them."""
    records = map(visibility(), records)
    if request.args.get("abstracts") == "0":
        records = map(without_abstract, records)
    if request.args.get("ascii") == "1" and extension == "bib":
        records = map(in_ascii, records)
    name_of_format = LIST_EXPORTS[extension]
    media_type = FORMATS[name_of_format].media_type
    response = Response(_pieces(write(records, name_of_format)), mimetype=media_type)
    response.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _pieces(texts: Iterable[str]) -> Iterator[str]:
    """The first text at once, then the others in larger pieces."""
    gathered: list[str] = []
    size = PIECE
    for text in texts:
        gathered.append(text)
        size += len(text)
        if size >= PIECE:
            yield "".join(gathered)
            gathered.clear()
            size = 0
    yield "".join(gathered)


def negotiated(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """A publication's own page, which sends whoever accepts a bibliographic form best to that."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        extension = _accepted()
        if extension:
            slug = (request.view_args or {})["slug"]
            response = redirect(site_urls().publication_export(slug, extension), 303)
        else:
            response = view(*args, **kwargs)  # type: ignore[assignment]
        response.vary.add("Accept")
        return response

    return answer


def _accepted() -> str:
    """The extension of the form that the visitor prefers to HTML, if any."""
    if "application/" not in request.headers.get("Accept", ""):
        return ""
    forms = {FORMATS[name].media_type: extension for extension, name in PUBLICATION_EXPORTS.items()}
    best = request.accept_mimetypes.best_match(["text/html", *forms], default="text/html")
    return forms.get(best or "", "")
