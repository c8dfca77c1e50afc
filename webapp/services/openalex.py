"""OpenAlex: the works of an author. Source: https://developers.openalex.org

Its ids of authors were all replaced once, and it confuses authors, so its list is the least certain
one. An abstract comes as a list of places for each word.
"""

import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from ..errors import UnknownIdentifierError
from ..formats import links
from ..formats.json.items import Item, objects
from .answers import get_parsed, json_of, member, usable
from .client import Answer, Client
from .items import Entry, fetch_entries
from .listing import Listing
from .works import csl_names, date_parts, text_of

NAME: Final = "OpenAlex"
_HOST: Final = "api.openalex.org"
_FIELDS: Final = (
    "id,doi,display_name,publication_date,publication_year,ids,type,authorships,primary_location,"
    "biblio,abstract_inverted_index,language"
)
_TYPES: Final = {
    "article": "article-journal", "book": "book", "book-chapter": "chapter",
    "dataset": "dataset", "dissertation": "thesis", "preprint": "article", "report": "report",
    "review": "article-journal", "software": "software", "standard": "standard",
    "reference-entry": "entry", "peer-review": "review", "editorial": "article-journal",
    "letter": "article-journal", "erratum": "article-journal",
}  # fmt: skip
_MOST_PAGES: Final = 100
_MOST_WORDS: Final = 20_000  # of an abstract
_NUMBER = re.compile(r"\d+")


def read_list(client: Client, author: str) -> Listing:
    """Return the works of an author, by the id ("A5023888391") or the ORCID iD.

    Raises UnknownIdentifierError and NotFetchedError.
    """
    works = {text_of(work, "id"): work for work in _all_works(client, author)}
    entries = [_entry(work) for work in works.values()]
    by_own = {entry.own: work for entry, work in zip(entries, works.values(), strict=True)}

    def describe(unknown: Sequence[Entry]) -> dict[str, Item]:
        return {entry.own: _to_csl(by_own[entry.own]) for entry in unknown}

    return fetch_entries(client, entries, describe, NAME)


def _all_works(client: Client, author: str) -> list[Item]:
    kind = "author.id" if author.startswith("A") else "author.orcid"
    works: list[Item] = []
    cursor = "*"
    for _ in range(_MOST_PAGES):
        values = {"filter": f"{kind}:{author}", "select": _FIELDS, "per_page": "100"}
        values |= {"cursor": cursor} | ({"api_key": key} if (key := client.key(_HOST)) else {})
        page = get_parsed(client, f"https://{_HOST}/works?{urlencode(values)}", _page)
        if page is None:
            raise UnknownIdentifierError(f"{NAME} has no author {author}. Check it.")
        works += page[0]
        cursor = page[1]
        if not cursor or not page[0]:
            break
    return works


def _page(answer: Answer) -> tuple[list[Item], str]:
    value = json_of(answer)
    results = member(value, "results", list, NAME)
    works = usable(results, lambda work: bool(text_of(work, "id")), "results.id", NAME)
    return works, text_of(value, "meta", "next_cursor")


def _entry(work: Item) -> Entry:
    pmid = _NUMBER.search(text_of(work, "ids", "pmid"))
    arxiv = links.arxiv_in_url(text_of(work, "primary_location", "landing_page_url"))
    return Entry(
        f"openalex:{text_of(work, 'id').rpartition('/')[2]}",
        text_of(work, "display_name"),
        links.doi(text_of(work, "doi")),
        arxiv,
        pmid[0] if pmid else "",
    )


def _to_csl(work: Item) -> Item:
    first, last = (text_of(work, "biblio", name) for name in ("first_page", "last_page"))
    authors = [
        text_of(row, "author", "display_name") or text_of(row, "raw_author_name")
        for row in objects(work.get("authorships"))
    ]
    return {
        "type": _TYPES.get(text_of(work, "type"), "document"),
        "title": text_of(work, "display_name"),
        "author": csl_names(authors),
        "issued": date_parts(
            text_of(work, "publication_date") or text_of(work, "publication_year")
        ),
        "container-title": text_of(work, "primary_location", "source", "display_name"),
        "volume": text_of(work, "biblio", "volume"),
        "issue": text_of(work, "biblio", "issue"),
        "page": f"{first}-{last}" if first and last else first,
        "abstract": _abstract(work.get("abstract_inverted_index")),
        "URL": text_of(work, "primary_location", "landing_page_url"),
        "DOI": links.doi(text_of(work, "doi")),
        "language": text_of(work, "language"),
    }


def _abstract(index: Any) -> str:
    """Return the text of which an index lists the places of each word."""
    words = [
        (place, word)
        for word, places in (index.items() if isinstance(index, dict) else ())
        if isinstance(places, list)
        for place in places
        if isinstance(place, int)
    ]
    return " ".join(word for _, word in sorted(words)[:_MOST_WORDS])
