"""arXiv: works by their numbers. Source: https://info.arxiv.org/help/api/user-manual.html

DataCite is asked first, because arXiv's own service refuses well-behaved clients when it is busy.
"""

import re
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from lxml import etree

from ..errors import NotFetchedError, UnknownIdentifierError
from ..formats.json.items import Item
from . import datacite
from .answers import check_text, get_parsed, other_item, unknown_format
from .client import ITEM_AGE, Answer, Client
from .works import Work, csl_names, date_parts, record_of_csl, with_fields

NAME: Final = "arXiv"
_QUERY: Final = "https://export.arxiv.org/api/query?max_results=1&id_list="
_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_ARXIV: Final = "{http://arxiv.org/schemas/atom}"
_NUMBER = re.compile(r"arxiv\.org/abs/(.+?)(?:v\d+)?$", re.IGNORECASE)


def fetch(client: Client, number: str) -> Work:
    """Return the work with a number, "2207.04296": the preprint, not what was made of it.

    Raises UnknownIdentifierError and NotFetchedError.
    """
    fault: NotFetchedError | None = None
    try:
        work = datacite.fetch_arxiv(client, number)
    except NotFetchedError as error:
        work, fault = None, error
    work = work or _fetch_from_arxiv(client, number)
    if work:
        return work
    if fault:
        raise fault
    raise UnknownIdentifierError(
        f"No such work: neither DataCite nor arXiv has {number}. Check it."
    )


def _fetch_from_arxiv(client: Client, number: str) -> Work | None:
    entry = get_parsed(
        client,
        f"{_QUERY}{quote(number)}",
        partial(_entry, number),
        "application/atom+xml",
        ITEM_AGE,
    )
    if entry is None:
        return None
    record = record_of_csl(_to_csl(entry, number), NAME)
    return Work(f"arXiv:{number}", with_fields(record, _other_fields(entry)))


def _entry(number: str, answer: Answer) -> Any:
    """Return the entry for a number; None if arXiv has no such work."""
    check_text(answer)
    try:
        feed = etree.fromstring(answer.body, _parser())
    except etree.XMLSyntaxError:
        raise NotFetchedError("arXiv sent half an answer. Run the command again later.") from None
    if feed is None or feed.tag != f"{_ATOM}feed":
        raise unknown_format(NAME, "feed")
    entry = feed.find(f"{_ATOM}entry")
    if entry is None or not _text(entry, f"{_ATOM}author/{_ATOM}name"):
        return None
    match = _NUMBER.search(_text(entry, f"{_ATOM}id"))
    if not match:
        return None  # an entry that describes an error
    if match[1].lower() != number.lower():
        raise other_item(NAME, number, match[1])
    return entry


def _parser() -> Any:
    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)


def _to_csl(entry: Any, number: str) -> Item:
    authors = [_words(name) for name in entry.iterfind(f"{_ATOM}author/{_ATOM}name")]
    return {
        "type": "article",
        "title": _text(entry, f"{_ATOM}title"),
        "author": csl_names(authors),
        "issued": date_parts(_text(entry, f"{_ATOM}published")[:10]),
        "abstract": _text(entry, f"{_ATOM}summary"),
        "number": f"arXiv:{number}",
    }


def _other_fields(entry: Any) -> dict[str, str]:
    category = entry.find(f"{_ARXIV}primary_category")
    name = category.get("term", "") if category is not None else ""
    return {"eprintclass": name} if re.fullmatch(r"[\w.-]{1,30}", name) else {}


def _text(element: Any, path: str) -> str:
    child = element.find(path)
    return _words(child) if child is not None else ""


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())
