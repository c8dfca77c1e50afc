"""The DOI and the arXiv identifier of an entry, from whichever field has them."""

from dataclasses import dataclass

from . import links
from .fields import Fields


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The identifiers of an entry; empty if unknown."""

    doi: str = ""
    arxiv: str = ""


def find(fields: Fields) -> Identifiers:
    """Return the identifiers of an entry."""
    doi = _doi(fields)
    return Identifiers(doi, _arxiv(fields) or links.arxiv_in_doi(doi))


def is_redundant(url: str, known: Identifiers) -> bool:
    """Return whether a URL repeats the link of an identifier."""
    resolved = links.doi_in_url(url)
    if resolved and resolved.lower() == known.doi.lower():
        return True
    return "/abs/" in url and bool(known.arxiv) and links.arxiv_in_url(url) == known.arxiv


def _doi(fields: Fields) -> str:
    written = fields.raw("doi")
    if written.strip():
        if doi := links.doi(written):
            fields.taken.add("doi")
            return doi
        shown = written.strip()[:60]
        message = f"“{shown}” is not a DOI. A DOI looks like 10.1145/3575693.3576933."
        fields.doubt("bad-doi", message)
    for name in ("url", "ee", "bdsk-url-1"):
        if doi := links.doi_in_url(links.address(fields.raw(name))):
            return doi
    return ""


def _arxiv(fields: Fields) -> str:
    if identifier := links.arxiv(fields.raw("arxiv")):
        fields.taken.add("arxiv")
        return identifier
    archive = fields.raw("eprinttype").strip().lower()
    identifier = links.arxiv(fields.raw("eprint"))
    if identifier and archive in ("arxiv", ""):
        fields.taken.update(("eprint", "eprinttype"))
        return identifier
    for name in ("url", "ee", "pdf", "html"):
        if identifier := links.arxiv_in_url(links.address(fields.raw(name))):
            return identifier
    if links.is_arxiv(fields.text("journal")) and (identifier := links.arxiv(fields.raw("volume"))):
        return identifier
    for name in ("journal", "volume", "howpublished", "note", "number", "eid", "pages"):
        if identifier := links.arxiv_in_text(fields.raw(name)):
            return identifier
    return ""
