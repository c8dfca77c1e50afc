"""The works of a list: each from the service that describes it best, else from the list itself."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ..errors import NotDescribedError, NotFetchedError, UnknownIdentifierError
from ..formats.json.items import Item
from ..formats.links import arxiv_in_doi
from . import arxiv, crossref, datacite, doi_org, pubmed
from .answers import brief
from .client import Client
from .listing import Listing
from .works import Failure, Work, record_of_csl

Describe = Callable[[Sequence["Entry"]], dict[str, Item]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A work as a list names it. `own` is the identifier in the list: "orcid:1234"."""

    own: str
    title: str = ""
    doi: str = ""
    arxiv: str = ""
    pmid: str = ""
    versions: tuple[str, ...] = ()  # identifiers of other versions of the work

    @property
    def identifier(self) -> str:
        """The identifier that does not change when the list describes the work again."""
        return common_identifier(self.doi, self.arxiv, self.pmid) or self.own


def common_identifier(doi: str = "", arxiv: str = "", pmid: str = "") -> str:
    """Return the identifier that services share for a work with these numbers; "" without any."""
    number = arxiv_in_doi(doi) or ("" if doi else arxiv)
    if number:
        return f"arXiv:{number}"
    return doi.lower() or (f"pmid:{pmid}" if pmid else "")


def fetch_entries(
    client: Client, entries: Sequence[Entry], describe: Describe, service: str
) -> Listing:
    """Return the works of a list. What cannot be fetched is a failure and stops no other.

    `describe` returns what the list itself knows of works that no other service has, as items of
    CSL-JSON by `Entry.own`.
    """
    entries = list({entry.identifier: entry for entry in reversed(entries)}.values())[::-1]
    listing = Listing([], frozenset(entry.identifier for entry in entries))
    prefetch(client, entries)
    unknown: list[Entry] = []
    for entry in entries:
        try:
            work = fetch_entry(client, entry)
        except NotDescribedError:
            work = None
        except NotFetchedError as error:
            listing.failures.append(Failure.of(_what(entry), error))
            continue
        if work:
            listing.works.append(_as_named(work, entry))
        else:
            unknown.append(entry)
    _add_incomplete(listing, unknown, describe, service)
    return listing


def prefetch(client: Client, entries: Sequence[Entry]) -> None:
    """Ask for many works at once where a service allows it."""
    crossref.prefetch(
        client, [entry.doi.lower() for entry in entries if entry.doi and not _is_arxiv(entry)]
    )
    pubmed.prefetch(client, [entry.pmid for entry in entries if entry.pmid and not entry.doi])


def fetch_entry(client: Client, entry: Entry) -> Work | None:
    """Return a work by the first of its identifiers that a service knows; None if none does.

    Raises NotFetchedError.
    """
    for fetch in _ways(client, entry):
        try:
            return fetch()
        except UnknownIdentifierError:
            continue
    return None


def fetch_doi(client: Client, doi: str) -> Work:
    """Return the work with a DOI, from the agency that registered it.

    Raises UnknownIdentifierError and NotFetchedError.
    """
    work = crossref.fetch(client, doi) or datacite.fetch(client, doi)
    return work or doi_org.fetch(client, doi)


def fetch_pmid(client: Client, pmid: str) -> Work:
    """Return the work with a number of PubMed.

    Raises UnknownIdentifierError and NotFetchedError.
    """
    work = pubmed.fetch(client, pmid)
    if work is None:
        raise UnknownIdentifierError(f"PubMed has no work with the number {pmid}. Check it.")
    return work


def _ways(client: Client, entry: Entry) -> Iterator[Callable[[], Work]]:
    number = arxiv_in_doi(entry.doi) or entry.arxiv
    if entry.doi and not _is_arxiv(entry):
        yield partial(fetch_doi, client, entry.doi.lower())
    if number:
        yield partial(arxiv.fetch, client, number)
    if entry.pmid:
        yield partial(fetch_pmid, client, entry.pmid)


def _is_arxiv(entry: Entry) -> bool:
    return bool(arxiv_in_doi(entry.doi))


def _add_incomplete(
    listing: Listing, entries: Sequence[Entry], describe: Describe, service: str
) -> None:
    """Add the works that only the list knows, as far as it knows them."""
    if not entries:
        return
    try:
        items = describe(entries)
    except NotFetchedError as error:
        listing.failures += [Failure.of(_what(entry), error) for entry in entries]
        return
    for entry in entries:
        try:
            if entry.own not in items:
                raise NotDescribedError(f"{service} does not describe it. Add its title there.")
            record = record_of_csl(items[entry.own], service)
        except NotFetchedError as error:
            listing.failures.append(Failure.of(_what(entry), error))
            continue
        listing.works.append(_as_named(Work("", record, is_incomplete=True), entry))


def _as_named(work: Work, entry: Entry) -> Work:
    """Return a work with the identifier and the other versions that the list has."""
    versions = tuple(name for name in entry.versions if name != entry.identifier)
    return replace(work, identifier=entry.identifier, versions=versions)


def _what(entry: Entry) -> str:
    return brief(f"{entry.identifier} ({entry.title})" if entry.title else entry.identifier)
