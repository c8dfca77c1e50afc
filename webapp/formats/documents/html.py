"""Documents as one HTML file that prints well, and the HTML of a citation for pages."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from ..csl.styling.runs import Run, without_formulas
from .document import Document, Section

_STYLE: Final = """\
:root { color-scheme: light dark; }
body { max-width: 45rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 Georgia, serif; }
h1 { line-height: 1.2; } h2, h3 { break-after: avoid; }
ol { margin: 0; padding-inline-start: 3rem; } ol.plain { padding: 0; list-style: none; }
li { margin-block: 0.5rem; overflow-wrap: anywhere; break-inside: avoid; }
a { color: inherit; }
.small-caps { font-variant: small-caps; }
@page { margin: 20mm; }
@media print { body { max-width: none; margin: 0; padding: 0; font-size: 10.5pt; } }
"""


def write(document: Document) -> Iterator[str]:
    """Yield a file that needs no other."""
    title = escape(document.title)
    author = f'<meta name="author" content="{escape(document.author)}">\n' * bool(document.author)
    direction = ' dir="rtl"' if document.direction == "rtl" else ""
    yield (
        f'<!doctype html>\n<html lang="{escape(document.language)}"{direction}>\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n{author}<style>\n{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n"
    )
    if document.subtitle:
        yield _paragraph(document.subtitle)
    for section in document.sections:
        yield from _section(document, section)
    if document.note:
        yield _paragraph(document.note)
    yield "</body>\n</html>\n"


def _section(document: Document, section: Section) -> Iterator[str]:
    if section.heading:
        level = section.level + 1
        yield f"<h{level}>{escape(section.heading)}</h{level}>\n"
    if not section.records:
        return
    yield f"<ol {list_attributes(document, section)}>\n"
    for entry in document.entries(section):
        yield f'<li dir="auto">{runs_to_html(entry.runs)}</li>\n'
    yield "</ol>\n"


def list_attributes(document: Document, section: Section) -> str:
    """Return the attributes of the list of a section that number its items."""
    if document.numbering == "none":
        return 'class="plain"'
    reverse = " reversed" if document.numbering == "down" else ""
    return f'start="{section.first}"{reverse}'


def _paragraph(text: str) -> str:
    return f'<p dir="auto">{escape(text)}</p>\n'


def runs_to_html(runs: Sequence[Run]) -> str:
    """Return runs as HTML, with no elements but `<i>`, `<b>`, `<sup>`, `<sub>`, `<span>`, `<a>`."""
    return "".join(map(_run, without_formulas(runs)))


def _run(run: Run) -> str:
    text = escape(run.text, quote=False)
    elements = (
        ("sup", run.superscript), ("sub", run.subscript), ("i", run.italic), ("b", run.bold),
    )  # fmt: skip
    if run.small_caps:
        text = f'<span class="small-caps">{text}</span>'
    for name, is_set in elements:
        if is_set:
            text = f"<{name}>{text}</{name}>"
    return f'<a href="{escape(run.url)}">{text}</a>' if run.url else text
