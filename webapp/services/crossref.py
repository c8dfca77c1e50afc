"""Crossref: works by DOI. Source: https://api.crossref.org (REST API of Crossref)."""

import json
from collections.abc import Iterable
from functools import partial
from typing import Final
from urllib.parse import quote

from ..errors import NotFetchedError
from ..formats.json.items import Item
from ..formats.links import doi as plain_doi
from .answers import get_parsed, json_of, member, other_item
from .client import ITEM_AGE, Answer, Client
from .works import Work, batches, identifier_of, record_of_csl, text_of

NAME: Final = "Crossref"
_WORKS: Final = "https://api.crossref.org/works"
_BATCH: Final = 50  # DOIs in one request


def fetch(client: Client, doi: str) -> Work | None:
    """Return the work with a DOI; None if Crossref has none. Raises NotFetchedError."""
    message = fetch_message(client, doi)
    if message is None:
        return None
    record = record_of_csl(message, NAME)
    return Work(identifier_of(record), record)


def fetch_message(client: Client, doi: str, max_age: float = ITEM_AGE) -> Item | None:
    """Return what Crossref says about a DOI. Raises NotFetchedError."""
    dated = fetch_dated_message(client, doi, max_age)
    return dated[0] if dated else None


def fetch_dated_message(client: Client, doi: str, max_age: float) -> tuple[Item, float] | None:
    """Return what Crossref says about a DOI, and when. Raises NotFetchedError."""
    return get_parsed(client, _url(doi), partial(_dated_message, doi), max_age=max_age)


def prefetch(client: Client, dois: Iterable[str], max_age: float = ITEM_AGE) -> None:
    """Ask for many DOIs at once, so that `fetch_message` finds them in the cache.

    What fails here is asked for one by one later, where it is reported.
    """
    missing = [
        doi for doi in dict.fromkeys(dois) if not client.has_answer(_url(doi), max_age=max_age)
    ]
    for batch in batches([doi for doi in missing if "," not in doi], _BATCH):
        names = quote(",".join(f"doi:{doi}" for doi in batch), safe=":,/")
        url = f"{_WORKS}?filter={names}&rows={_BATCH}"
        try:
            items = get_parsed(client, url, _items) or []
        except NotFetchedError:
            continue
        for item in items:
            if doi := text_of(item, "DOI"):
                client.remember(_url(doi), json.dumps({"message": item}).encode())


def _url(doi: str) -> str:
    return f"{_WORKS}/{quote(doi.lower(), safe='')}"


def _items(answer: Answer) -> list[Item]:
    return member(json_of(answer), "message.items", list, NAME)


def _dated_message(doi: str, answer: Answer) -> tuple[Item, float]:
    message = member(json_of(answer), "message", dict, NAME)
    member(message, "title", list, NAME)
    described_doi = plain_doi(text_of(message, "DOI"))
    if described_doi.lower() != doi.lower():
        raise other_item(NAME, doi, described_doi)
    return message, answer.time
