"""doi.org: who has registered a DOI, and the DOI that a short one abbreviates.

Sources: the DOI Handbook, "Which RA? Service" (https://doi.org/doiRA/), "Handle System Proxy REST
API" (https://doi.org/api/handles/), and "Content Negotiation".
"""

from functools import partial
from typing import Any, Final
from urllib.parse import quote

from ..errors import NotFetchedError, UnknownIdentifierError
from ..formats.json.items import Item, objects
from ..formats.links import doi as plain_doi
from .answers import brief, get_parsed, json_of, member, other_item, unknown_format
from .client import ITEM_AGE, Answer, Client
from .works import Work, identifier_of, record_of_csl, text_of

NAME: Final = "doi.org"
_CSL: Final = "application/vnd.citationstyles.csl+json"


def expand(client: Client, short_doi: str) -> str:
    """Return the DOI that a short one ("10/abcd") stands for.

    Raises UnknownIdentifierError and NotFetchedError.
    """
    doi = get_parsed(client, f"https://doi.org/api/handles/{quote(short_doi)}", _alias)
    if not doi:
        raise UnknownIdentifierError(f"{NAME} knows no short DOI {short_doi}. Check it.")
    return doi


def _alias(answer: Answer) -> str:
    for value in objects(member(json_of(answer), "values", list, NAME)):
        if value.get("type") == "HS_ALIAS":
            return plain_doi(text_of(value, "data", "value"))
    return ""


def fetch(client: Client, doi: str) -> Work:
    """Return a work that neither Crossref nor DataCite has.

    Raises UnknownIdentifierError if no agency has the DOI, and NotFetchedError.
    """
    agency = get_parsed(client, f"https://doi.org/doiRA/{quote(doi)}", _agency) or ""
    if not agency:
        raise UnknownIdentifierError(
            f"No such DOI: neither Crossref nor DataCite has {doi}, and doi.org does not know it. "
            "Check it."
        )
    place = f"{doi} is registered with {brief(agency)}"
    try:
        item = get_parsed(
            client, f"https://doi.org/{quote(doi)}", partial(_item, doi), _CSL, ITEM_AGE
        )
    except NotFetchedError as error:
        raise NotFetchedError(f"{place}. {error}") from None
    if item is None:
        raise NotFetchedError(f"{place}, which does not describe it. Enter it by hand.")
    record = record_of_csl(item, agency)
    return Work(identifier_of(record), record)


def _agency(answer: Answer) -> str:
    """Return the registration agency; "" if the DOI does not exist."""
    value: Any = json_of(answer)
    row = value[0] if isinstance(value, list) and value else None
    if not isinstance(row, dict) or not (text_of(row, "RA") or text_of(row, "status")):
        raise unknown_format(NAME, "RA")
    return text_of(row, "RA")


def _item(doi: str, answer: Answer) -> Item:
    item: Any = json_of(answer)
    member(item, "title", str, NAME)
    if plain_doi(text_of(item, "DOI")).lower() != doi.lower():
        raise other_item(NAME, doi, text_of(item, "DOI"))
    return dict(item)
