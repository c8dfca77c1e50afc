"""Records <-> text: pure functions, one module a format."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..records import Record
from . import bibtex, cff, csl_json, encoding, endnote, pubmed, ris, zotero
from .building import Progress
from .json_items import items
from .reading import Problem, Reading, UnreadableFile

__all__ = ["FORMATS", "Format", "Problem", "Reading", "UnreadableFile", "read", "write"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is read and written."""

    label: str  # as its owners call it
    extension: str
    content_type: str
    read: Callable[[str, Progress | None], Reading]
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

# What others are known by, and what their owners should export instead.
_UNSUPPORTED: Final = (
    (r"\s*(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE[^>]*>\s*)?<PubmedArticle", "PubMed's XML", ".nbib"),
    (r"\s*(?:<\?xml[^>]*>\s*)?<xml>\s*<records>", "EndNote's XML", "BibTeX or RIS"),
    (r"\s*(?:FN .*\n)?(?:VR .*\n)?\s*PT [A-Z]\b", "Web of Science's own form", "BibTeX or RIS"),
    (r"\s*(?:<!doctype html|<html)", "a web page", "BibTeX or RIS"),
    (r"\s*<", "XML", "BibTeX or RIS"),
)


def read(data: bytes, progress: Progress | None = None) -> Reading:
    """The publications in a file of any format of FORMATS, told by its content.

    `progress` is called with the count of entries read so far. Raises UnreadableFile.
    """
    text = encoding.decode(data)
    return FORMATS[_format_of(text)].read(text, progress)


def _format_of(text: str) -> str:
    head = text[:20_000]
    if head.lstrip()[:1] in ("[", "{"):
        return _json_format(text)
    if re.search(r"^[ \t]*@[ \t]*\w+\s*[{(]", text, re.MULTILINE):
        return "bibtex"
    for name, module in (("ris", ris), ("pubmed", pubmed), ("endnote", endnote), ("cff", cff)):
        if module.looks_like(head):
            return name
    for pattern, what, instead in _UNSUPPORTED:
        if re.match(pattern, head, re.IGNORECASE):
            raise UnreadableFile(f"This is {what}, which is not read; export {instead} instead.")
    return "bibtex"


def _json_format(text: str) -> str:
    for found in items(text):
        if isinstance(found, Problem):
            continue
        if zotero.looks_like(found[1]):
            return "zotero"
        if csl_json.looks_like(found[1]):
            return "csl-json"
    raise UnreadableFile("This JSON is neither CSL-JSON nor Zotero's; export BibTeX instead.")


def write(records: Iterable[Record], format: str = "bibtex") -> Iterator[str]:  # noqa: A002
    """The text of the records in a format of FORMATS, piece by piece."""
    if format not in FORMATS:
        raise ValueError(f"“{format}” is no format; there are {', '.join(FORMATS)}.")
    return FORMATS[format].write(records)
