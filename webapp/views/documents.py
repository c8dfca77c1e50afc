"""A list as a document: all citations in one style, on a page to print and as files."""

from collections.abc import Iterable, Iterator
from typing import Final

from flask import Blueprint, Response, request, stream_template
from flask.typing import ResponseReturnValue

from ..catalog import Criteria, own_person
from ..formats.csl.citations import STYLES
from ..formats.documents.document import NUMBERINGS, Document
from ..formats.documents.grouping import GROUPINGS, make_sections
from ..formats.documents.options import DocumentOptions
from ..formats.documents.registry import DOCUMENT_FORMATS, write
from ..site import site
from .exports import list_filename
from .http.responses import cached_by_revision, catalog, exportable
from .language import gettext, translation
from .markup import from_runs
from .results.listing import count_label, state_parts
from .scopes import list_route, requested_criteria, scope_heading
from .urls import scoped_urls

blueprint = Blueprint("documents", __name__)

MAX_CITED: Final = 1000  # publications in a document; each takes 2 to 15 ms
CHUNK: Final = 4096  # characters, at least, to send at a time: about ten citations

# The choices on the page, with their labels.
GROUPING_LABELS: Final = dict(
    zip(GROUPINGS, ("Type and year", "Type", "Year", "Nothing"), strict=True)
)
NUMBERING_LABELS: Final = dict(zip(NUMBERINGS, ("Upwards", "Downwards", "No numbers"), strict=True))


@list_route(blueprint, "/document", "/document")
@cached_by_revision
def document() -> ResponseReturnValue:
    """Return a list as a page, or with `as` as a file. It has the parameters of the list."""
    criteria = requested_criteria().with_(open=())
    options = DocumentOptions.from_args(request.args)
    hits = catalog().find_hits(criteria, MAX_CITED)
    made = _document(criteria, options, hits.ids, hits.total)
    name = request.args.get("as", "")
    if name in DOCUMENT_FORMATS:
        return _file(made, name, list_filename(criteria))
    page = stream_template(
        "publications/document.html",
        document=made,
        options=options,
        criteria=criteria,
        query=criteria.query_string(),
        count=count_label(hits.total, criteria),
        styles={name: style.label for name, style in STYLES.items()},
        groupings=GROUPING_LABELS,
        numberings=NUMBERING_LABELS,
        formats=DOCUMENT_FORMATS,
        cited=from_runs,
        urls=scoped_urls(criteria.scope),
    )
    return Response(_in_chunks(page), mimetype="text/html")


def _document(
    criteria: Criteria, options: DocumentOptions, ids: Iterable[int], total: int
) -> Document:
    settings, export = site().settings, exportable()
    heading = scope_heading(criteria.scope)
    order = criteria.sort or catalog().scopes.order(criteria.scope)
    records = tuple(export(stored.record) for stored in catalog().load(tuple(ids)))
    is_cut = total > len(records)
    return Document(
        title=heading.title if heading else settings.title,
        sections=make_sections(
            records,
            options.grouping,
            options.numbering,
            oldest_first=order == "oldest",
            translate=gettext,
        ),
        style=options.style,
        numbering=options.numbering,
        is_own=own_person(settings),
        language=translation().language,
        direction=translation().direction,
        subtitle=", ".join(state_parts(criteria)),
        author=settings.owner,
        all_people=options.all_people,
        note=_cut_note(len(records), total) if is_cut else "",
    )


def _cut_note(count: int, total: int) -> str:
    number = translation().number
    return gettext(
        "This document has the first %(count)s of %(total)s publications.",
        count=number(count),
        total=number(total),
    )


def _file(made: Document, name: str, filename: str) -> Response:
    row = DOCUMENT_FORMATS[name]
    response = Response(write(made, name), content_type=row.media_type)
    disposition = f'attachment; filename="{filename}.{row.extension}"'
    response.headers["Content-Disposition"] = disposition
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _in_chunks(texts: Iterable[str]) -> Iterator[str]:
    """Yield texts joined into chunks: a template yields each of its parts."""
    waiting: list[str] = []
    size = 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size >= CHUNK:
            yield "".join(waiting)
            waiting.clear()
            size = 0
    yield "".join(waiting)
