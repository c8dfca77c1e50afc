"""How to cite a publication: in each style and in each format, ready to be copied."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ...formats.csl.citations import LABELS, cite
from ...formats.writers import WRITERS, without_abstract
from ...records import Record
from ...store.publications import digest
from ..exports import OF_ONE
from ..http.responses import catalog, is_fragment, of_revision, visible
from ..results.highlighting import EMPTY

blueprint = Blueprint("cite", __name__)

KEPT: Final = 512  # publications; each takes about 10 kB


@dataclass(frozen=True, slots=True)
class Choice:
    """One way of citing. Styled ones have HTML, formats an address to be downloaded from."""

    name: str
    label: str
    text: str
    html: Markup = EMPTY
    extension: str = ""


@dataclass(frozen=True, slots=True)
class _Content:
    """A record, the same as another when their contents are."""

    digest: str
    record: Record = field(compare=False)


@blueprint.get("/publications/<slug:slug>/cite")
@of_revision
def fragment(slug: str) -> ResponseReturnValue:
    stored = catalog().get(slug)
    if stored is None:
        present = catalog().present_slug(slug) or abort(404)
        return redirect(f"{request.script_root}/publications/{present}/cite", 301)
    if not is_fragment():
        return redirect(f"{request.script_root}/publications/{slug}#cite", 303)
    record = visible(stored.record)
    return render_template("publications/_cite.html", record=record, choices=choices(record))


def choices(record: Record) -> tuple[Choice, ...]:
    """All ways of citing a record as visitors get it; made on first demand and kept."""
    return _made(_Content(digest(record), record))


@lru_cache(KEPT)
def _made(content: _Content) -> tuple[Choice, ...]:
    record = without_abstract(content.record)
    return (*(_styled(record, style) for style in LABELS), *(_form(record, e) for e in OF_ONE))


def _styled(record: Record, style: str) -> Choice:
    citation = cite(record, style)
    return Choice(style, LABELS[style], citation.text, Markup(citation.html))  # noqa: S704  escaped


def _form(record: Record, extension: str) -> Choice:
    writer = WRITERS[extension]
    text = "".join(writer.write([record])).strip()
    return Choice(extension, writer.label, text, extension=extension)
