"""The table of formats of documents."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from . import docx, html, json_resume, latex, markdown, rendercv, text
from .document import Document


@dataclass(frozen=True, slots=True)
class DocumentFormat:
    """A row: what a format is called, and the function that writes it."""

    label: str
    extension: str
    media_type: str
    write: Callable[[Document], Iterator[str] | Iterator[bytes]]


# By their names in URLs and for the command, in the order in which they are offered.
DOCUMENT_FORMATS: Final[Mapping[str, DocumentFormat]] = {
    "docx": DocumentFormat(
        "Word", "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx.write,
    ),
    "tex": DocumentFormat("LaTeX", "tex", "application/x-tex; charset=utf-8", latex.write),
    "md": DocumentFormat("Markdown", "md", "text/markdown; charset=utf-8", markdown.write),
    "html": DocumentFormat("HTML", "html", "text/html; charset=utf-8", html.write),
    "txt": DocumentFormat("Plain text", "txt", "text/plain; charset=utf-8", text.write),
    "rendercv": DocumentFormat(
        "RenderCV", "yaml", "application/yaml; charset=utf-8", rendercv.write,
    ),
    "jsonresume": DocumentFormat(
        "JSON Resume", "json", "application/json", json_resume.write,
    ),
}  # fmt: skip


def write(document: Document, name: str) -> Iterator[bytes]:
    """Yield a document in a format of DOCUMENT_FORMATS, piece by piece; some may be empty."""
    for piece in DOCUMENT_FORMATS[name].write(document):
        yield piece.encode() if isinstance(piece, str) else piece
