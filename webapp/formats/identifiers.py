"""The DOI and the arXiv identifier of an entry, wherever its source put them."""

from dataclasses import dataclass

from . import links
from .fields import Fields


@dataclass(frozen=True, slots=True)
class Known:
    doi: str = ""
    arxiv: str = ""


def find(fields: Fields) -> Known:
    doi = _doi(fields)
    return Known(doi, _arxiv(fields) or links.arxiv_in_doi(doi))


def says_no_more(url: str, known: Known) -> bool:
    """Whether an address only repeats the link that an identifier gives."""
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
        message = f"“{shown}” is no DOI; one begins with 10., as 10.1145/3575693.3576933."
        fields.doubt("bad-doi", message)
    for name in ("url", "ee", "bdsk-url-1"):
        if doi := links.doi_in_url(links.address(fields.raw(name))):
            return doi
    return ""


def _arxiv(fields: Fields) -> str:
    if found := links.arxiv(fields.raw("arxiv")):
        fields.taken.add("arxiv")
        return found
    kind = fields.raw("eprinttype").strip().lower()
    found = links.arxiv(fields.raw("eprint"))
    if found and (kind == "arxiv" or not kind):
        fields.taken.update(("eprint", "eprinttype"))
        return found
    for name in ("url", "ee", "pdf", "html"):
        if found := links.arxiv_in_url(links.address(fields.raw(name))):
            return found
    for name in ("journal", "volume", "howpublished", "note", "number"):
        if found := links.arxiv_in_text(fields.raw(name)):
            return found
    return ""
