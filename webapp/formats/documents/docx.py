"""Documents for Word: the parts of a DOCX file (ECMA-376) in a ZIP archive.

DESIGN: the text needs paragraphs, runs, links and one numbered list, which are a few elements; a
library would bring a hundred times as much. The archive is written while citations are made, so
that a long list does not wait for its last one, and the links, which are known then, come last.
"""

from collections.abc import Iterator
from html import escape as escape_html
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ..characters import without_controls
from ..csl.styling.runs import Run, without_formulas
from ..direction import direction
from . import docx_parts
from .document import Document, Entry
from .fields import in_ascii

_BODY: Final = "word/document.xml"
_LINKS: Final = "word/_rels/document.xml.rels"
_FIRST_LINK: Final = 10  # the relationships before are styles and numbers


class _Stream:
    """A file that is taken away piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def close(self) -> None:
        """Do nothing: there is no file to close."""

    def flush(self) -> None:
        """Do nothing: `take` returns what was written."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def write(document: Document) -> Iterator[bytes]:
    """Yield the archive. A piece may be empty."""
    stream, links = _Stream(), _Links()
    with ZipFile(stream, "w") as archive:
        for name, xml in docx_parts.constant_parts(document).items():
            archive.writestr(_part(name), xml)
        with archive.open(_part(_BODY), "w") as body:
            for xml in _body(document, links):
                body.write(xml.encode())
                yield stream.take()
        archive.writestr(_part(_LINKS), docx_parts.relationships(links.urls))
    yield stream.take()


def _part(name: str) -> ZipInfo:
    """Return a member of the archive without the time, so that equal documents are equal files."""
    part = ZipInfo(name)
    part.compress_type = ZIP_DEFLATED
    return part


class _Links:
    """The URLs that a document links to, by the names of their relationships."""

    def __init__(self) -> None:
        self.urls: dict[str, str] = {}  # URL -> name

    def name(self, url: str) -> str:
        return self.urls.setdefault(in_ascii(url), f"rId{_FIRST_LINK + len(self.urls)}")


def _body(document: Document, links: _Links) -> Iterator[str]:
    yield docx_parts.BODY_START
    yield _paragraph("Title", document.title)
    if document.subtitle:
        yield _paragraph("Subtitle", document.subtitle)
    for section in document.sections:
        if section.heading:
            yield _paragraph(f"Heading{section.level}", section.heading)
        for entry in document.entries(section):
            yield _citation(entry, document.numbering, links)
    if document.note:
        yield _paragraph("Normal", document.note)
    yield docx_parts.BODY_END


def escape(text: str) -> str:
    """Return text for an element or an attribute of XML."""
    return escape_html(without_controls(text))


def _paragraph(style: str, text: str) -> str:
    bidirectional = "<w:bidi/>" if direction(text) == "rtl" else ""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/>{bidirectional}</w:pPr>'
    return f"<w:p>{properties}{_run(Run(text))}</w:p>"


def _citation(entry: Entry, numbering: str, links: _Links) -> str:
    """Return a paragraph. Word counts upwards itself; other numbers are text before a tab."""
    counted = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    numbers = counted if numbering == "up" else ""
    bidirectional = "<w:bidi/>" if entry.direction == "rtl" else ""
    properties = f'<w:pPr><w:pStyle w:val="Citation"/>{numbers}{bidirectional}</w:pPr>'
    label = f"<w:r><w:t>{entry.number}.</w:t><w:tab/></w:r>" if numbering == "down" else ""
    runs = (_linked(run, links) if run.url else _run(run) for run in without_formulas(entry.runs))
    return f"<w:p>{properties}{label}{''.join(runs)}</w:p>"


def _linked(run: Run, links: _Links) -> str:
    text = _run(run, style="Hyperlink")
    return f'<w:hyperlink r:id="{links.name(run.url)}" w:history="1">{text}</w:hyperlink>'


def _run(run: Run, style: str = "") -> str:
    """Return a run. The properties are in the order of the schema."""
    shift = "superscript" if run.superscript else "subscript"
    properties = (
        (f'<w:rStyle w:val="{style}"/>', bool(style)),
        ("<w:b/><w:bCs/>", run.bold),
        ("<w:i/><w:iCs/>", run.italic),
        ("<w:smallCaps/>", run.small_caps),
        (f'<w:vertAlign w:val="{shift}"/>', run.superscript or run.subscript),
        ("<w:rtl/>", direction(run.text) == "rtl"),
    )
    chosen = "".join(xml for xml, is_set in properties if is_set)
    start = f"<w:rPr>{chosen}</w:rPr>" if chosen else ""
    return f'<w:r>{start}<w:t xml:space="preserve">{escape(run.text)}</w:t></w:r>'
