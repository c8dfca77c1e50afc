"""What services know of a work beside its bibliography: retracted, free to read, cited.

Crossref says what was retracted or corrected and how often it is cited, Unpaywall where it is free
to read. The values are fields, as `formats.enrichment` writes and reads them.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Final
from urllib.parse import quote, urlencode

from ..errors import NotFetchedError
from ..formats.building import source_of
from ..formats.enrichment import (
    CITATIONS,
    NOTICES,
    CitationCount,
    written_count,
    written_notice,
)
from ..formats.json.items import Item, objects
from ..formats.links import doi as plain_doi
from ..formats.links import safe_url
from ..formats.vocabulary import OPEN_ACCESS
from ..records import Record
from . import crossref
from .answers import get_parsed, json_of, member, other_item
from .client import ITEM_AGE, Answer, Client
from .works import Enrichment, Failure, record_of_csl, text_of, with_fields

UPDATE_AGE: Final = 6 * 24 * 3600.0  # seconds: a retraction is seen within a week

_UPDATES: Final = {
    "retraction": "retracted", "withdrawal": "retracted", "removal": "retracted",
    "partial_retraction": "retracted", "expression_of_concern": "expressionofconcern",
    "correction": "corrected", "corrigendum": "corrected", "erratum": "corrected",
}  # fmt: skip
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_UNPAYWALL: Final = "Unpaywall"
# What publishers write before the title of a retracted work.
_BEFORE_TITLE = re.compile(
    r"^(?:retracted|withdrawn|removed|retraction)(?:\s(?:article|paper|chapter))?\s?[:.–—-]\s*+",
    re.IGNORECASE,
)


def fetch_enrichments(
    client: Client, dois: Iterable[str], with_citations: bool = False
) -> tuple[dict[str, Enrichment], list[Failure]]:
    """Return what is known of the works with DOIs, by DOI, and what could not be fetched."""
    names = [doi.lower() for doi in dois]
    crossref.prefetch(client, (doi for doi in names if not _is_unknown(client, doi)), UPDATE_AGE)
    enrichments: dict[str, Enrichment] = {}
    failures: list[Failure] = []
    for doi in dict.fromkeys(names):
        enrichments[doi] = enrichment = Enrichment()
        try:
            _add_notice_and_count(client, doi, enrichment, with_citations)
        except NotFetchedError as error:
            enrichment.unknown |= {*NOTICES, CITATIONS}
            failures.append(Failure(doi, str(error)))
        try:
            if url := fetch_open_url(client, doi):
                enrichment.fields[OPEN_ACCESS] = source_of("url", url)
        except NotFetchedError as error:
            enrichment.unknown.add(OPEN_ACCESS)
            failures.append(Failure(doi, str(error)))
    return enrichments, failures


def _add_notice_and_count(
    client: Client, doi: str, enrichment: Enrichment, with_citations: bool
) -> None:
    """Add what Crossref says. Raises NotFetchedError."""
    if _is_unknown(client, doi):
        return
    dated = crossref.fetch_dated_message(client, doi, UPDATE_AGE)
    if dated is None:
        client.remember(_unknown_url(doi), b"")
        return
    message, time = dated
    enrichment.fields |= dict(_gravest_notice(objects(message.get("updated-by"))))
    enrichment.record = _described(message)
    count = message.get("is-referenced-by-count")
    if with_citations and isinstance(count, int) and not isinstance(count, bool) and count >= 0:
        date = datetime.fromtimestamp(time, UTC).date().isoformat()
        enrichment.fields[CITATIONS] = written_count(CitationCount(count, crossref.NAME, date))


def _is_unknown(client: Client, doi: str) -> bool:
    """Return whether Crossref answered a few days ago that it has no such DOI."""
    return client.has_answer(_unknown_url(doi), max_age=UPDATE_AGE)


def _unknown_url(doi: str) -> str:
    """Return the name in the cache for the fact that Crossref does not have a DOI."""
    return f"https://api.crossref.org/works/{quote(doi, safe='')}#unknown"


def _described(message: Item) -> Record | None:
    """Return the work as Crossref describes it; None if that cannot be read."""
    try:
        record = record_of_csl(message, crossref.NAME)
    except NotFetchedError:
        return None
    return with_fields(record, {"title": _BEFORE_TITLE.sub("", record.source.get("title", ""))})


def fetch_open_url(client: Client, doi: str) -> str:
    """Return where a work is free to read; "" if nowhere. Raises NotFetchedError.

    Source: https://unpaywall.org/products/api
    """
    email = urlencode({"email": client.contact})
    url = f"https://api.unpaywall.org/v2/{quote(doi.lower(), safe='/')}?{email}"
    found = get_parsed(client, url, partial(_open_url, doi), max_age=ITEM_AGE)
    if found is None:  # remembered, so that it is not asked for again each night
        client.remember(url, json.dumps({"doi": doi, "best_oa_location": None}).encode())
    return found or ""


def _open_url(doi: str, answer: Answer) -> str:
    value = json_of(answer)
    described_doi = member(value, "doi", str, _UNPAYWALL)
    if described_doi.lower() != doi.lower():
        raise other_item(_UNPAYWALL, doi, described_doi)
    place = value.get("best_oa_location")
    return safe_url(text_of(place, "url_for_landing_page") or text_of(place, "url"))


def _gravest_notice(updates: list[Item]) -> Iterator[tuple[str, str]]:
    """Yield the field for the gravest of the updates of a work, with its date and DOI."""
    for name in NOTICES:
        for update in updates:
            if _UPDATES.get(re.sub(r"[\s-]", "_", text_of(update, "type").lower())) == name:
                notice = written_notice(_date(update), plain_doi(text_of(update, "DOI")).lower())
                yield name, source_of("note", notice)
                return


def _date(update: Item) -> str:
    """Return the day of an update; "" if it is not known."""
    updated = update.get("updated")
    if day := _DAY.match(text_of(updated, "date-time")):
        return day[0]
    timestamp = updated.get("timestamp") if isinstance(updated, dict) else None
    if not isinstance(timestamp, int) or not 0 < timestamp < 10**14:
        return ""
    return datetime.fromtimestamp(timestamp / 1000, UTC).date().isoformat()
