"""dblp: works by key, and the list of a person.

Source: https://dblp.org/faq/13501473 and https://dblp.org/faq/1474706
"""

from typing import Final
from urllib.parse import quote

from ..errors import NotFetchedError, UnknownIdentifierError, UnreadableFileError
from ..formats import registry
from ..formats.reading import Reading
from .answers import check_text, get_parsed, other_item
from .client import ITEM_AGE, Answer, Client
from .listing import Listing
from .works import Failure, Work, with_new_key

NAME: Final = "dblp"
_BIBTEX: Final = "application/x-bibtex"
_PREFIX: Final = "DBLP:"


def fetch(client: Client, key: str) -> Work:
    """Return the work with a key, "journals/jacm/Lovelace43".

    Raises UnknownIdentifierError and NotFetchedError.
    """
    reading = get_parsed(
        client, f"https://dblp.org/rec/{key}.bib?param=1", _reading, _BIBTEX, ITEM_AGE
    )
    if reading is None:
        raise UnknownIdentifierError(f"{NAME} has no work with the key {key}. Check it.")
    works = _works(reading)
    if len(works) != 1 or works[0].identifier != f"dblp:{key}":
        raise other_item(NAME, key, works[0].identifier if works else "")
    return works[0]


def read_list(client: Client, pid: str) -> Listing:
    """Return the works of a person, by the number in the address of the page: "64/7659".

    Raises UnknownIdentifierError and NotFetchedError.
    """
    reading = get_parsed(
        client, f"https://dblp.org/pid/{quote(pid)}.bib?param=1", _reading, _BIBTEX
    )
    if reading is None:
        raise UnknownIdentifierError(f"{NAME} has no person {pid}. Check the address of the page.")
    works = _works(reading)
    failures = [
        Failure(f"{NAME} {problem.key or f'line {problem.line}'}", problem.message)
        for problem in reading.problems
        if problem.rejected
    ]
    listed = None if failures else frozenset(work.identifier for work in works)
    return Listing(works, listed, failures)


def _reading(answer: Answer) -> Reading:
    check_text(answer)
    try:
        reading = registry.read(answer.body)
    except UnreadableFileError as error:
        raise NotFetchedError(f"{NAME} sent something that is not BibTeX: {error}") from None
    if reading.format != "bibtex" or not reading.records:
        raise NotFetchedError(f"{NAME} sent something that is not BibTeX. Run it again later.")
    if reading.cut_short:
        raise NotFetchedError(f"{NAME} sent half an answer. Run the command again later.")
    return reading


def _works(reading: Reading) -> list[Work]:
    return [
        Work(f"dblp:{record.key.removeprefix(_PREFIX)}", with_new_key(record))
        for record in reading.records
    ]
