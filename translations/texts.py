"""The texts of the interface, from the calls of gettext in templates and views, and from tables."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from werkzeug.http import HTTP_STATUS_CODES

from webapp.config import ROOT
from webapp.facets import FACETS
from webapp.formats.csl.citations import STYLES
from webapp.formats.documents.grouping import FORTHCOMING, HEADINGS, UNDATED
from webapp.formats.documents.registry import DOCUMENT_FORMATS
from webapp.formats.enrichment import NOTICES
from webapp.formats.public_fields import PUBLIC_FIELDS
from webapp.formats.registry import FORMATS
from webapp.records import LINK_KINDS, TYPE_LABELS, type_label
from webapp.search.fields import FULL_TEXT
from webapp.search.query import FIELDS
from webapp.views.documents import GROUPING_LABELS, NUMBERING_LABELS
from webapp.views.edit.field_groups import FIELD_LABELS
from webapp.views.embed.options import OPTIONS
from webapp.views.publication.details import ADDED_LABELS
from webapp.views.results.filters import ORDERS

# As `webapp.views.templating` sets them.
_JINJA: Final = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "no"}
_KEYWORDS: Final = {"_": None, "gettext": None, "ngettext": (1, 2)}

# Errors whose name is a heading: bad requests, forbidden metrics, methods, large bodies, bodies of
# another type, ranges.
_NAMED_ERRORS: Final = (400, 403, 405, 413, 415, 416)

# Names in queries of what chips show in the singular.
_PLURAL_FIELDS: Final = {"authors", "tags"}


def collect() -> Catalog:
    """Return a catalog with all texts, each with the files that have it."""
    catalog = Catalog(header_comment="# The texts of the interface of Octavo.", fuzzy=False)
    for place, text in (*_texts_of_calls(), *_texts_of_tables()):
        catalog.add(text, locations=[(place, 0)])
    return catalog


def _texts_of_calls() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    views = sorted((ROOT / "webapp" / "views").rglob("*.py"))
    templates = sorted((ROOT / "templates").rglob("*.html"))
    for file in (*templates, *views):
        method = "jinja2.ext:babel_extract" if file.suffix == ".html" else "python"
        with file.open("rb") as source:
            for _, text, _, _ in extract(method, source, _KEYWORDS, options=_JINJA):
                yield file.relative_to(ROOT).as_posix(), text


def _texts_of_tables() -> Iterator[tuple[str, str]]:
    """Yield the labels in tables. A view translates them when it shows them."""
    for place, texts in _tables().items():
        for text in dict.fromkeys(filter(None, texts)):
            yield place, text


def _tables() -> Mapping[str, Iterable[str]]:
    fields = sorted({*FIELDS.values()} - {*FACETS, "is", FULL_TEXT} - _PLURAL_FIELDS)
    facets = ((row.label, row.label.lower(), row.plural) for row in FACETS.values())
    exports = (row.label for row in FORMATS.values() if row.exports != "nowhere")
    return {
        "webapp/facets.py": chain(chain.from_iterable(facets), ["Yes"]),
        "webapp/search/query.py": chain(map(str.capitalize, fields), fields),
        "webapp/records.py": chain(LINK_KINDS.values(), TYPE_LABELS.values(), [type_label("misc")]),
        "webapp/formats/enrichment.py": NOTICES.values(),
        "webapp/formats/public_fields.py": (row.label for row in PUBLIC_FIELDS.values()),
        "webapp/formats/registry.py": exports,
        "webapp/formats/documents/grouping.py": (*HEADINGS, FORTHCOMING, UNDATED),
        "webapp/formats/documents/registry.py": (row.label for row in DOCUMENT_FORMATS.values()),
        "webapp/views/embed/options.py": chain.from_iterable(o.texts for o in OPTIONS.values()),
        "webapp/views/documents.py": (*GROUPING_LABELS.values(), *NUMBERING_LABELS.values()),
        "webapp/formats/csl/citations.py": (style.label for style in STYLES.values()),
        "webapp/views/publication/details.py": ADDED_LABELS.values(),
        "webapp/views/edit/field_groups.py": FIELD_LABELS.values(),
        "webapp/views/results/filters.py": ORDERS.values(),
        "webapp/views/http/errors.py": map(HTTP_STATUS_CODES.__getitem__, _NAMED_ERRORS),
    }
