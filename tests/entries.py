"""Records and citations of single BibTeX entries."""

from typing import Final

from webapp.formats.bibtex import bibtex
from webapp.formats.csl.citations import cite
from webapp.records import Record


def record_of(fields: str, kind: str = "article") -> Record:
    return bibtex.read(f"@{kind}{{k, {fields}}}").records[0]


def cited(fields: str, style: str, kind: str = "article") -> str:
    return cite(record_of(fields, kind), style).text


ARTICLE: Final = "title = {On Tests}, journal = {J. Tests}"
