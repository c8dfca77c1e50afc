"""The table of file formats, and reading and writing a file in any of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from ..errors import UnreadableFileError
from ..records import Record
from . import cff, csv, encoding
from .bibtex import bibtex
from .bibtex.truncation import find_truncation
from .building import Progress
from .csl import csl_json
from .exporting import in_plain_text, without_elements, without_tex
from .json import mathscinet, zotero
from .json.items import items
from .reading import Problem, Reading
from .tagged import endnote, isi, pubmed, ris
from .xml import endnote as endnote_xml
from .xml import pubmed as pubmed_xml

Reader = Callable[[Any, Progress | None], Reading]
Writer = Callable[[Iterable[Record]], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Format:
    """A row: what a format is called, and what Octavo does with it.

    `read` gets the text of a file, or its pieces if the syntax is JSON. `looks_like` gets the text,
    or an item of JSON. `find_truncation` returns the place of an entry in which a text ends, or -1.
    `exports` says where visitors can download the format: with a list, or with a list and each
    publication.
    """

    label: str
    extension: str  # also of the URL of an export
    media_type: str
    read: Reader | None = None
    write: Writer | None = None
    syntax: Literal["text", "xml", "json"] = "text"
    looks_like: Callable[[Any], bool] = lambda _: False
    find_truncation: Callable[[str], int] = lambda _: -1
    elements: bool = False  # whether its texts have elements, as LaTeX or HTML
    exports: Literal["nowhere", "lists", "lists and publications"] = "nowhere"


# In the order in which files are recognized, and exports are offered to visitors.
FORMATS: Final[Mapping[str, Format]] = {
    "bibtex": Format(
        "BibTeX", "bib", "application/x-bibtex", bibtex.read, bibtex.write,
        looks_like=bibtex.looks_like, find_truncation=find_truncation, elements=True,
        exports="lists and publications",
    ),
    "ris": Format(
        "RIS", "ris", "application/x-research-info-systems", ris.read, ris.write,
        looks_like=ris.looks_like, find_truncation=ris.find_truncation,
        exports="lists and publications",
    ),
    "pubmed": Format(
        "PubMed", "nbib", "application/nbib", pubmed.read, pubmed.write,
        looks_like=pubmed.looks_like, find_truncation=pubmed.find_truncation,
    ),
    "endnote": Format(
        "EndNote", "enw", "application/x-endnote-refer", endnote.read, endnote.write,
        looks_like=endnote.looks_like, find_truncation=endnote.find_truncation,
    ),
    "isi": Format(
        "Web of Science", "isi", "application/x-inst-for-scientific-info", isi.read,
        looks_like=isi.looks_like, find_truncation=isi.find_truncation,
    ),
    "cff": Format(
        "CITATION.cff", "cff", "application/yaml", cff.read, cff.write,
        looks_like=cff.looks_like, find_truncation=cff.find_truncation,
    ),
    "endnote-xml": Format(
        "EndNote XML", "xml", "application/xml", endnote_xml.read,
        syntax="xml", looks_like=endnote_xml.looks_like,
    ),
    "pubmed-xml": Format(
        "PubMed XML", "xml", "application/xml", pubmed_xml.read,
        syntax="xml", looks_like=pubmed_xml.looks_like,
    ),
    "mathscinet": Format(
        "MathSciNet JSON", "json", "application/json", mathscinet.read,
        syntax="json", looks_like=mathscinet.looks_like,
    ),
    "zotero": Format(
        "Zotero JSON", "zotero.json", "application/json", zotero.read, zotero.write,
        syntax="json", looks_like=zotero.looks_like, elements=True,
    ),
    "csl-json": Format(
        "CSL-JSON", "json", "application/vnd.citationstyles.csl+json",
        csl_json.read, csl_json.write, syntax="json", looks_like=csl_json.looks_like,
        elements=True,
        exports="lists and publications",
    ),
    "csv": Format("CSV", "csv", "text/csv", write=csv.write, exports="lists"),
}  # fmt: skip

# The formats that visitors can download, by extension.
LIST_EXPORTS: Final = {
    row.extension: name for name, row in FORMATS.items() if row.exports != "nowhere"
}
PUBLICATION_EXPORTS: Final = {
    row.extension: name for name, row in FORMATS.items() if row.exports == "lists and publications"
}
READERS: Final = {name: row.read for name, row in FORMATS.items() if row.read}
WRITERS: Final = {name: row.write for name, row in FORMATS.items() if row.write}

_HEAD: Final = 20_000  # characters in which a file begins


def read(
    data: bytes, progress: Progress | None = None, macros: Mapping[str, str] | None = None
) -> Reading:
    """Return the publications of a file in any readable format, recognized by its content.

    `progress` is called with the share that has been read, from 0 to 1. `macros` are those that
    BibTeX files before this one define. Raises UnreadableFileError.
    """
    file = encoding.DecodedFile(data)
    if next(iter(file)).lstrip()[:1] in ("[", "{"):
        name = _recognize_json(file)
        return replace(READERS[name](file, progress), format=name)
    text = "".join(file)
    name = _recognize(text)
    place = FORMATS[name].find_truncation(text)
    cut_short = 1 + text.count("\n", 0, place) if place >= 0 else 0
    if name == "bibtex":
        reading = bibtex.read(text, progress, macros)
    else:
        reading = READERS[name](text, progress)
    return replace(reading, format=name, cut_short=cut_short)


def write(records: Iterable[Record], format: str = "bibtex") -> Iterator[str]:  # noqa: A002
    """Yield the text of the records in a format of WRITERS, piece by piece."""
    if format not in WRITERS:
        raise ValueError(f"“{format}” is not a format. Choose one of {', '.join(WRITERS)}.")
    if FORMATS[format].elements:
        return WRITERS[format](records)
    return WRITERS[format](map(without_elements, records))


def write_for_visitors(records: Iterable[Record], format: str) -> Iterator[str]:  # noqa: A002
    """Yield the text of the records in a format. BibTeX alone has TeX."""
    if format == "bibtex":
        return write(records, format)
    return WRITERS[format](map(without_tex if FORMATS[format].elements else in_plain_text, records))


def _recognize(text: str) -> str:
    """Return the name of the format of a text that is not JSON."""
    head = text[:_HEAD].lstrip()
    is_xml = head[:1] == "<"
    for syntax in ("xml", "text") if is_xml else ("text",):
        for name, row in FORMATS.items():
            if row.syntax == syntax and row.looks_like(text):
                return name
    if is_xml:
        is_page = head[:14].lower().startswith(("<!doctype html", "<html"))
        kind = "a web page" if is_page else "XML that neither EndNote nor PubMed writes"
        raise UnreadableFileError(f"This is {kind}. Export BibTeX or RIS instead.")
    return "bibtex"


def _recognize_json(text: Iterable[str]) -> str:
    """Return the name of the format of the first item that is recognized."""
    rows = [(name, row) for name, row in FORMATS.items() if row.syntax == "json"]
    for item in items(text):
        if isinstance(item, Problem):
            continue
        for name, row in rows:
            if row.looks_like(item[1]):
                return name
    raise UnreadableFileError(
        "This JSON is not in the format of CSL, Zotero or MathSciNet. Export BibTeX instead."
    )
