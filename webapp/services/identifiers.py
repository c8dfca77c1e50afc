"""The works that identifiers name."""

from collections.abc import Callable
from typing import Final

from ..errors import UnknownIdentifierError
from ..formats.pasted_identifiers import Identifier, Kind, parse
from . import arxiv, dblp, doi_org, items, open_library, pubmed
from .client import Client
from .works import Work

__all__ = ["Identifier", "fetch", "parse"]


def fetch(client: Client, identifier: str) -> Work:
    """Return the work that a pasted text names.

    Raises UnknownIdentifierError if no service has it, and NotFetchedError.
    """
    parsed = parse(identifier)
    return _FETCH[parsed.kind](client, parsed.value)


def _fetch_short_doi(client: Client, value: str) -> Work:
    return items.fetch_doi(client, doi_org.expand(client, value).lower())


def _fetch_pmcid(client: Client, pmcid: str) -> Work:
    pmids = pubmed.search(client, f"{pmcid}[pmcid]")
    if len(pmids) != 1:
        raise UnknownIdentifierError(f"PubMed has no work with the number {pmcid}. Check it.")
    return items.fetch_pmid(client, pmids[0])


def _fetch_isbn(client: Client, isbn: str) -> Work:
    work = open_library.fetch(client, isbn)
    if work is None:
        raise UnknownIdentifierError(f"Open Library has no book with the ISBN {isbn}. Check it.")
    return work


_FETCH: Final[dict[Kind, Callable[[Client, str], Work]]] = {
    "doi": items.fetch_doi,
    "short-doi": _fetch_short_doi,
    "arxiv": arxiv.fetch,
    "pmid": items.fetch_pmid,
    "pmcid": _fetch_pmcid,
    "isbn": _fetch_isbn,
    "dblp": dblp.fetch,
}
