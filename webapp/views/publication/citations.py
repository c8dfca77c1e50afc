"""Citations of a publication in each style and format, ready to copy."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ...formats.csl.citations import STYLES, cite
from ...formats.exporting import without_abstract
from ...formats.registry import FORMATS, PUBLICATION_EXPORTS, write_for_visitors
from ...records import Record
from ..content import Content
from ..http.responses import cached_by_revision, catalog, exportable, is_fragment
from ..markup import EMPTY, from_citation
from ..urls import site_urls

blueprint = Blueprint("cite", __name__)

CACHED: Final = 512  # publications; about 10 kB each


@dataclass(frozen=True, slots=True)
class Choice:
    """A citation in one style or format. Styles have HTML, formats a file to download."""

    name: str
    label: str
    text: str
    html: Markup = EMPTY
    extension: str = ""  # of the file to download


@blueprint.get("/publications/<slug:slug>/cite")
@cached_by_revision
def fragment(slug: str) -> ResponseReturnValue:
    """Return the citations for htmx; redirect anyone else to the publication's page."""
    stored = catalog().get(slug)
    if stored is None:
        present = catalog().present_slug(slug) or abort(404)
        return redirect(site_urls().citations(present), 301)
    if not is_fragment():
        return redirect(site_urls().citation_section(slug), 303)
    record = stored.record
    return render_template("publications/_cite.html", record=record, choices=choices(record))


def choices(record: Record) -> tuple[Choice, ...]:
    """Return the citations of a stored record, cached by its content; BibTeX is the first."""
    record = exportable()(record)
    return _cached_choices(Content.of(record))


def styled_citation(record: Record, style: str) -> Markup:
    """Return the citation of a stored record in one style, cached by its content."""
    return _cached_citation(Content.of(exportable()(record)), style)


@lru_cache(4 * CACHED)
def _cached_citation(content: Content, style: str) -> Markup:
    return from_citation(cite(without_abstract(content.record), style))


@lru_cache(CACHED)
def _cached_choices(content: Content) -> tuple[Choice, ...]:
    record = without_abstract(content.record)
    bibtex, *others = (_format_choice(record, extension) for extension in PUBLICATION_EXPORTS)
    return (bibtex, *(_styled_choice(record, style) for style in STYLES), *others)


def _styled_choice(record: Record, style: str) -> Choice:
    citation = cite(record, style)
    return Choice(style, STYLES[style].label, citation.text, from_citation(citation))


def _format_choice(record: Record, extension: str) -> Choice:
    name = PUBLICATION_EXPORTS[extension]
    text = "".join(write_for_visitors([record], name)).strip()
    return Choice(extension, FORMATS[name].label, text, extension=extension)
