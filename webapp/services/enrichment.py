"""What services know of a work beside its bibliography: retracted, free to read, cited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final, Literal
from urllib.parse import quote, urlencode

from ..formats.json.items import Item, objects
from ..formats.links import safe_url
from . import crossref
from .answers import get_parsed, json_of, member, other_item
from .client import ITEM_AGE, Answer, Client
from .works import text_of

UPDATE_AGE: Final = 6 * 24 * 3600.0  # seconds: a retraction is seen within a week

Update = Literal["retracted", "concern", "corrected"]

_UPDATES: Final[dict[str, Update]] = {
    "retraction": "retracted", "withdrawal": "retracted", "removal": "retracted",
    "partial_retraction": "retracted", "expression_of_concern": "concern",
    "correction": "corrected", "corrigendum": "corrected", "erratum": "corrected",
}  # fmt: skip
_GRAVITY: Final[tuple[Update, ...]] = ("retracted", "concern", "corrected")
_UNPAYWALL: Final = "Unpaywall"


@dataclass(frozen=True, slots=True)
class Enrichment:
    """What is known of a work. Empty values are not known."""

    update: Update | None = None
    update_doi: str = ""  # of the notice
    update_date: str = ""  # ISO 8601
    update_source: str = ""  # "publisher" or "retraction-watch"
    open_url: str = ""  # where it is free to read
    citations: int | None = None
    citations_source: str = ""


def prefetch(client: Client, dois: Iterable[str]) -> None:
    """Ask Crossref for many DOIs at once, so that `fetch_enrichment` finds them in the cache."""
    crossref.prefetch(client, (doi.lower() for doi in dois), UPDATE_AGE)


def fetch_enrichment(client: Client, doi: str, with_citations: bool = False) -> Enrichment:
    """Return what is known of the work with a DOI. Raises NotFetchedError.

    Crossref says what was retracted and how often it is cited, Unpaywall where it is free to read.
    """
    message = crossref.fetch_message(client, doi, UPDATE_AGE) or {}
    update, notice = _gravest(objects(message.get("updated-by")))
    count = message.get("is-referenced-by-count")
    has_count = with_citations and isinstance(count, int) and not isinstance(count, bool)
    return Enrichment(
        update,
        text_of(notice, "DOI").lower(),
        _date(notice),
        text_of(notice, "source"),
        fetch_open_url(client, doi),
        int(count) if has_count and count is not None else None,
        crossref.NAME if has_count else "",
    )


def fetch_open_url(client: Client, doi: str) -> str:
    """Return where a work is free to read; "" if nowhere. Raises NotFetchedError.

    Source: https://unpaywall.org/products/api
    """
    email = urlencode({"email": client.contact})
    url = f"https://api.unpaywall.org/v2/{quote(doi.lower(), safe='/')}?{email}"
    return get_parsed(client, url, partial(_open_url, doi), max_age=ITEM_AGE) or ""


def _open_url(doi: str, answer: Answer) -> str:
    value = json_of(answer)
    described_doi = member(value, "doi", str, _UNPAYWALL)
    if described_doi.lower() != doi.lower():
        raise other_item(_UNPAYWALL, doi, described_doi)
    place = value.get("best_oa_location")
    return safe_url(text_of(place, "url_for_landing_page") or text_of(place, "url"))


def _gravest(notices: list[Item]) -> tuple[Update | None, Item]:
    """Return the gravest update of a work and its notice."""
    known = [(_UPDATES.get(text_of(notice, "type").lower()), notice) for notice in notices]
    for update in _GRAVITY:
        for kind, notice in known:
            if kind == update:
                return update, notice
    return None, {}


def _date(notice: Item) -> str:
    updated = notice.get("updated")
    timestamp = updated.get("timestamp") if isinstance(updated, dict) else None
    if not isinstance(timestamp, int) or not 0 < timestamp < 10**14:
        return ""
    return datetime.fromtimestamp(timestamp / 1000, UTC).date().isoformat()
