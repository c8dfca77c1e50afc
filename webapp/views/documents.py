"""A list as a document: all citations in one style, on a page to print and as files."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from flask import Blueprint, Response, request, stream_template
from flask.typing import ResponseReturnValue

from ..catalog import Criteria, ListText, make_document, own_people
from ..formats.csl.citations import STYLES, cite_in_runs
from ..formats.csl.styling.runs import Run
from ..formats.documents.document import NUMBERINGS, Document
from ..formats.documents.grouping import GROUPINGS
from ..formats.documents.options import DocumentOptions
from ..formats.documents.registry import DOCUMENT_FORMATS, write
from ..formats.exporting import without_abstract
from ..records import Person, Record
from ..site import site
from .content import Content
from .exports import in_chunks, list_filename
from .http.responses import cached_by_revision, catalog
from .language import gettext, translation
from .markup import from_runs
from .results.listing import count_label, state_parts
from .scopes import list_route, requested_criteria, scope_heading
from .urls import scoped_urls

blueprint = Blueprint("documents", __name__)

MAX_CITED: Final = 1000  # publications in a document; each takes 2 to 15 ms
CACHED: Final = MAX_CITED  # citations; 4 to 8 kB each. The page and its files have the same ones
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
    return Response(in_chunks(page, CHUNK), mimetype="text/html")


def _document(
    criteria: Criteria, options: DocumentOptions, ids: Sequence[int], total: int
) -> Document:
    settings, heading = site().settings, scope_heading(criteria.scope)
    members, scopes, scope = catalog().choices.members, catalog().scopes, criteria.scope
    order = criteria.sort or scopes.order(scope)
    return make_document(
        (members.rename(stored.record) for stored in catalog().load(ids)),
        ListText(
            title=heading.title if heading else settings.title,
            subtitle=", ".join(state_parts(criteria)),
            note=_cut_note(len(ids), total) if total > len(ids) else "",
            author=heading.title if heading and scope and scope.kind == "people" else "",
        ),
        options,
        own_people(settings, scopes.people, scope),
        settings,
        translation(),
        oldest_first=order == "oldest",
        cite=_cite,
    )


def _cite(record: Record, style: str, own: frozenset[Person], all_people: bool) -> tuple[Run, ...]:
    return _cached_citation(Content.of(without_abstract(record)), style, own, all_people)


@lru_cache(CACHED)
def _cached_citation(
    content: Content, style: str, own: frozenset[Person], all_people: bool
) -> tuple[Run, ...]:
    return cite_in_runs(content.record, style, own, all_people)


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
