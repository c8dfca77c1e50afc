"""Zotero: groups, collections, and "My Publications".

Source: https://www.zotero.org/support/dev/web_api/v3/basics
"""

import json
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from ..errors import NotFetchedError, UnknownIdentifierError
from ..formats.json import zotero as zotero_json
from ..formats.json.items import Item
from .answers import get_parsed, json_of, unknown_format, usable
from .client import Answer, Client
from .listing import Listing
from .works import Failure, Work, only_record, text_of

NAME: Final = "Zotero"
_PAGE: Final = 100
_MOST_PAGES: Final = 500
_NOT_PUBLICATIONS: Final = frozenset({"note", "attachment", "annotation"})


def read_list(client: Client, library: str) -> Listing:
    """Return the items of a library: "groups/1", "groups/1/collections/AB", "users/1/publications".

    Raises UnknownIdentifierError and NotFetchedError.
    """
    listing = Listing([], frozenset())
    listed: set[str] = set()
    for item in _items(client, library):
        key = f"zotero:{text_of(item, 'key')}"
        listed.add(key)
        try:
            record = only_record(partial(zotero_json.read, json.dumps([item])), NAME)
        except NotFetchedError as error:
            listing.failures.append(Failure.of(key, error))
            continue
        listing.works.append(Work(key, record))
    listing.listed = frozenset(listed)
    return listing


def _items(client: Client, library: str) -> list[Item]:
    """Return the publications of all pages."""
    top = "" if library.endswith("/publications") else "/top"
    base = f"https://api.zotero.org/{quote(library)}/items{top}?format=json&limit={_PAGE}"
    items: list[Item] = []
    for page in range(_MOST_PAGES):
        url = f"{base}&sort=dateAdded&direction=asc&start={page * _PAGE}"
        part = get_parsed(client, url, _page, headers={"Zotero-API-Version": "3"})
        if part is None:
            raise UnknownIdentifierError(
                f"{NAME} has no public library {library}. Check the address, and that it is public."
            )
        items += part
        if len(part) < _PAGE:
            break
    return [item for item in items if _is_publication(item)]


def _page(answer: Answer) -> list[Any]:
    items = json_of(answer)
    if not isinstance(items, list):
        raise unknown_format(NAME, "list of items")
    usable(items, _is_item, "data.itemType", NAME)
    return items


def _is_item(item: Any) -> bool:
    return bool(text_of(item, "key") and text_of(item, "data", "itemType"))


def _is_publication(item: Any) -> bool:
    return _is_item(item) and text_of(item, "data", "itemType") not in _NOT_PUBLICATIONS
