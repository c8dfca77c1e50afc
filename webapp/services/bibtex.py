"""A bibliography at an address that the owner names: BibTeX, or any format that Octavo reads."""

from typing import Final
from urllib.parse import urlsplit

from ..errors import NotFetchedError, UnreadableFileError
from ..formats import registry
from ..formats.reading import Reading
from .answers import check_text, get_parsed
from .client import Answer, Client
from .listing import Listing
from .works import Failure, Work

_ACCEPT: Final = "application/x-bibtex, text/x-bibtex, text/plain;q=0.9, */*;q=0.5"


def read_list(client: Client, url: str) -> Listing:
    """Return the publications of a file. Raises NotFetchedError."""
    host = urlsplit(url).hostname or ""
    client.add_host(host)
    reading = get_parsed(client, url, _reading, _ACCEPT)
    if reading is None:
        raise NotFetchedError(f"{host} has no such file. Check the address of the source.")
    works = [Work(f"bibtex:{record.key}", record) for record in reading.records]
    failures = [
        Failure(f"{host} line {problem.line} {problem.key}".rstrip(), problem.message)
        for problem in reading.problems
        if problem.rejected
    ]
    if reading.cut_short:
        why = "The file ends in the middle of this entry. Run the command again later."
        failures.append(Failure(f"{host} line {reading.cut_short}", why))
    listed = None if failures else frozenset(work.identifier for work in works)
    return Listing(works, listed, failures)


def _reading(answer: Answer) -> Reading:
    check_text(answer)
    try:
        reading = registry.read(answer.body)
    except UnreadableFileError as error:
        raise NotFetchedError(f"{answer.service} sent no bibliography: {error}") from None
    if not reading.records:
        raise NotFetchedError(f"{answer.service} sent no bibliography. Check the address.")
    return reading
