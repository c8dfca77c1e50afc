"""Which writer makes a list's or a publication's other forms, by the extension of its address."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from pylatexenc.latexencode import UnicodeToLatexEncoder

from ..records import Record
from . import csv
from .bibtex import bibtex
from .csl import csl_json
from .tagged import ris

_TO_LATEX: Final = UnicodeToLatexEncoder(
    non_ascii_only=True,
    replacement_latex_protection="braces-all",
    unknown_char_policy="keep",
    unknown_char_warning=False,
)


@dataclass(frozen=True, slots=True)
class Writer:
    """How a form is written, piece by piece."""

    label: str
    media_type: str
    write: Callable[[Iterable[Record]], Iterator[str]]


def without_abstract(record: Record) -> Record:
    """The record as if its source had no abstract."""
    source = {name: value for name, value in record.source.items() if name != "abstract"}
    return replace(record, abstract="", source=source)


def in_ascii(record: Record) -> Record:
    """The record with its source's characters as LaTeX, where LaTeX knows them."""
    source = {name: _ascii(value) for name, value in record.source.items()}
    return replace(record, source=source)


def _ascii(value: str) -> str:
    return value if value.isascii() else str(_TO_LATEX.unicode_to_latex(value))


WRITERS: Final = {
    "bib": Writer("BibTeX", "application/x-bibtex", bibtex.write),
    "ris": Writer("RIS", "application/x-research-info-systems", ris.write),
    "json": Writer("CSL-JSON", "application/vnd.citationstyles.csl+json", csl_json.write),
    "csv": Writer("CSV", "text/csv", csv.write),
}
