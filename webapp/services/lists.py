"""The lists that the owner names in the settings."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from ..errors import ConfigurationError, NotFetchedError, UnknownIdentifierError
from ..formats.json.items import Item
from . import bibtex, dblp, identifiers, items, openalex, orcid, pubmed, zotero
from .client import Client
from .items import Entry
from .listing import Listing
from .works import Failure

_MOST_BYTES: Final = 1_000_000  # of a file of identifiers


class Source(Protocol):
    """A source of the settings: `kind` is a key of READERS, or "list"."""

    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> str: ...


def read_list(client: Client, source: Source, folder: Path | None = None) -> Listing:
    """Return the works of a list. A file of identifiers is looked up in `folder`.

    Raises UnknownIdentifierError if there is no such list, and NotFetchedError.
    """
    if source.kind == "list":
        return read_identifiers(client, (folder or Path()) / source.value)
    return READERS[source.kind](client, source.value)


def read_search(client: Client, term: str) -> Listing:
    """Return the works that a search in PubMed finds. Raises NotFetchedError."""
    entries = [Entry(f"pmid:{pmid}", pmid=pmid) for pmid in pubmed.search(client, term)]
    return items.fetch_entries(client, entries, _describe_nothing, pubmed.NAME)


def read_identifiers(client: Client, file: Path) -> Listing:
    """Return the works of a file with an identifier in each line; "#" begins a comment.

    Raises ConfigurationError if the file cannot be read.
    """
    listing = Listing([], frozenset())
    parsed: dict[str, identifiers.Identifier] = {}
    for number, line in enumerate(_lines(file), 1):
        text = line.partition(" #")[0].strip() if not line.lstrip().startswith("#") else ""
        if not text:
            continue
        try:
            parsed[text] = identifiers.parse(text)
        except UnknownIdentifierError as error:
            listing.failures.append(Failure(f"{file.name} line {number}", str(error)))
    items.prefetch(client, [_entry(identifier) for identifier in parsed.values()])
    is_complete = not listing.failures
    listed: set[str] = set()
    for text in parsed:
        try:
            work = identifiers.fetch(client, text)
        except (NotFetchedError, UnknownIdentifierError) as error:
            listing.failures.append(Failure.of(text, error))
            is_complete = False
            continue
        if work.identifier not in listed:
            listed.add(work.identifier)
            listing.works.append(work)
    listing.listed = frozenset(listed) if is_complete else None
    return listing


def _lines(file: Path) -> Sequence[str]:
    try:
        with file.open("rb") as opened:
            data = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(
            f"Cannot read {file}: {error.strerror}. Correct the source in site.toml."
        ) from None
    if len(data) > _MOST_BYTES:
        raise ConfigurationError(f"{file} has more than 1 MB. Split it.")
    return data.decode("utf-8-sig", "replace").splitlines()


def _entry(identifier: identifiers.Identifier) -> Entry:
    values = {identifier.kind: identifier.value}
    return Entry("", doi=values.get("doi", ""), pmid=values.get("pmid", ""))


def _describe_nothing(_entries: Sequence[Entry]) -> dict[str, Item]:
    return {}


READERS: Final[Mapping[str, Callable[[Client, str], Listing]]] = {
    "orcid": orcid.read_list,
    "dblp": dblp.read_list,
    "openalex": openalex.read_list,
    "zotero": zotero.read_list,
    "pubmed": read_search,
    "bibtex": bibtex.read_list,
}
