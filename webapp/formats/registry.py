"""Every format of files: which one a file is in, reading and writing it.

The site that serves writes some of them and reads none, so it does not import this.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, NoReturn

from ..errors import UnreadableFileError
from ..records import Record
from . import cff, encoding
from .bibtex import bibtex
from .bibtex.truncation import line_of_cut
from .building import Progress
from .csl import csl_json
from .json import mathscinet, zotero
from .json.entries import items
from .reading import Problem, Reading
from .tagged import endnote, isi, pubmed, ris
from .xml import endnote as endnote_xml
from .xml import pubmed as pubmed_xml

Reader = Callable[[str, Progress | None], Reading]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is read and written."""

    label: str  # as its owners call it
    extension: str
    content_type: str
    read: Reader
    write: Callable[[Iterable[Record]], Iterator[str]]


FORMATS: Final[Mapping[str, Format]] = {
    "bibtex": Format("BibTeX", ".bib", "application/x-bibtex", bibtex.read, bibtex.write),
    "ris": Format("RIS", ".ris", "application/x-research-info-systems", ris.read, ris.write),
    "csl-json": Format(
        "CSL-JSON",
        ".json",
        "application/vnd.citationstyles.csl+json",
        csl_json.read,
        csl_json.write,
    ),
    "zotero": Format("Zotero JSON", ".zotero.json", "application/json", zotero.read, zotero.write),
    "endnote": Format(
        "EndNote", ".enw", "application/x-endnote-refer", endnote.read, endnote.write
    ),
    "pubmed": Format("PubMed", ".nbib", "application/nbib", pubmed.read, pubmed.write),
    "cff": Format("CITATION.cff", ".cff", "application/yaml", cff.read, cff.write),
}

# What other programs give and nobody wants back.
READ_ONLY: Final[Mapping[str, Reader]] = {
    "endnote-xml": endnote_xml.read,
    "isi": isi.read,
    "mathscinet": mathscinet.read,
    "pubmed-xml": pubmed_xml.read,
}
_READERS: Final[Mapping[str, Reader]] = {
    **{name: each.read for name, each in FORMATS.items()},
    **READ_ONLY,
}
_TAGGED: Final = (
    ("ris", ris),
    ("pubmed", pubmed),
    ("endnote", endnote),
    ("isi", isi),
    ("cff", cff),
)
_XML: Final = (("endnote-xml", endnote_xml), ("pubmed-xml", pubmed_xml))
_JSON: Final = (("mathscinet", mathscinet), ("zotero", zotero), ("csl-json", csl_json))


def read(data: bytes, progress: Progress | None = None) -> Reading:
    """The publications in a file of any format of FORMATS or READ_ONLY, told by its content.

    `progress` is called with the share of the file that is read. Raises UnreadableFileError.
    """
    text = encoding.decode(data)
    name = _format_of(text)
    return replace(_READERS[name](text, progress), cut_short=line_of_cut(text, name))


def _format_of(text: str) -> str:
    head = text[:20_000]
    if head.lstrip()[:1] in ("[", "{"):
        return _json_format(text)
    marked_up = head.lstrip()[:1] == "<"
    for name, module in _XML if marked_up else ():
        if module.looks_like(head):
            return name
    if re.search(r"^[ \t]*@[ \t]*\w+\s*[{(]", text, re.MULTILINE):
        return "bibtex"
    for name, module in _TAGGED:
        if module.looks_like(head):
            return name
    if marked_up:
        _refuse(head)
    return "bibtex"


def _refuse(head: str) -> NoReturn:
    page = re.match(r"\s*<(?:!doctype html|html)", head, re.IGNORECASE)
    what = "a web page" if page else "XML of another kind than EndNote's and PubMed's"
    raise UnreadableFileError(f"This is {what}, which is not read; export BibTeX or RIS instead.")


def _json_format(text: str) -> str:
    for found in items(text):
        if isinstance(found, Problem):
            continue
        for name, module in _JSON:
            if module.looks_like(found[1]):
                return name
    raise UnreadableFileError(
        "This JSON is none of CSL-JSON, Zotero's and MathSciNet's; export BibTeX instead."
    )


def write(records: Iterable[Record], format: str = "bibtex") -> Iterator[str]:  # noqa: A002
    """The text of the records in a format of FORMATS, piece by piece."""
    if format not in FORMATS:
        raise ValueError(f"“{format}” is no format; there are {', '.join(FORMATS)}.")
    return FORMATS[format].write(records)
