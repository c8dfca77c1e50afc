"""PubMed: works by their numbers, and searches. Source: E-utilities,
https://www.ncbi.nlm.nih.gov/books/NBK25499/ (esearch, efetch).
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from lxml import etree

from ..errors import NotFetchedError
from ..formats.xml import pubmed as pubmed_xml
from ..records import Record
from .answers import check_text, get_parsed, json_of, member, other_item, unknown_format
from .client import ITEM_AGE, Answer, Client
from .works import Work, batches, is_number, only_record, text_of, with_fields

NAME: Final = "PubMed"
_HOST: Final = "eutils.ncbi.nlm.nih.gov"
_BASE: Final = f"https://{_HOST}/entrez/eutils"
_XML: Final = "text/xml"
_BATCH: Final = 200  # articles in one request
_MOST: Final = 9_999  # that one search returns
_ARTICLES: Final = ("PubmedArticle", "PubmedBookArticle")


def fetch(client: Client, pmid: str) -> Work | None:
    """Return the work with a number; None if PubMed has none. Raises NotFetchedError."""
    record = get_parsed(client, _url(client, [pmid]), partial(_record, pmid), _XML, ITEM_AGE)
    return Work(f"pmid:{pmid}", record) if record else None


def prefetch(client: Client, pmids: Sequence[str]) -> None:
    """Ask for many numbers at once, so that `fetch` finds them in the cache."""
    missing = [
        pmid for pmid in dict.fromkeys(pmids) if not client.has_answer(_url(client, [pmid]), _XML)
    ]
    for batch in batches(missing, _BATCH):
        try:
            articles = get_parsed(client, _url(client, batch), _articles, _XML) or []
        except NotFetchedError:
            continue  # they are asked for one by one, and then reported
        for article in articles:
            body = b"<PubmedArticleSet>" + etree.tostring(article) + b"</PubmedArticleSet>"
            client.remember(_url(client, [_pmid(article)]), body, _XML)


def search(client: Client, term: str) -> list[str]:
    """Return the numbers of the works that a search finds. Raises NotFetchedError."""
    values = {"db": "pubmed", "term": term, "retmax": str(_MOST), "retmode": "json"}
    pmids = get_parsed(client, _with_contact(client, "esearch", values), _pmids)
    if pmids is None:
        raise unknown_format(NAME, "esearchresult")
    return pmids


def _pmids(answer: Answer) -> list[str]:
    result = member(json_of(answer), "esearchresult", dict, NAME)
    pmids = member(result, "idlist", list, NAME)
    count = text_of(result, "count")
    if is_number(count) and len(count) < 10 and int(count) > len(pmids):
        raise NotFetchedError(f"{NAME} has more than {_MOST} works for this search. Narrow it.")
    return [pmid for pmid in pmids if isinstance(pmid, str) and is_number(pmid)]


def _url(client: Client, pmids: Sequence[str]) -> str:
    values = {"db": "pubmed", "id": ",".join(pmids), "retmode": "xml"}
    return _with_contact(client, "efetch", values)


def _with_contact(client: Client, program: str, values: dict[str, str]) -> str:
    key = client.key(_HOST)
    values |= {"tool": "octavo", "email": client.contact} | ({"api_key": key} if key else {})
    return f"{_BASE}/{program}.fcgi?{urlencode(values)}"


def _articles(answer: Answer) -> list[Any]:
    check_text(answer)
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    try:
        root = etree.fromstring(answer.body, parser)
    except etree.XMLSyntaxError:
        raise NotFetchedError(
            f"{NAME} sent half an answer, or none in XML. Run the command again later."
        ) from None
    if root is None or root.tag != "PubmedArticleSet":
        raise unknown_format(NAME, "PubmedArticleSet")
    return [article for article in root if article.tag in _ARTICLES]


def _record(pmid: str, answer: Answer) -> Record | None:
    articles = _articles(answer)
    if not articles:
        return None
    if _pmid(articles[0]) != pmid:
        raise other_item(NAME, pmid, _pmid(articles[0]))
    text = etree.tostring(articles[0], encoding="unicode")
    record = only_record(lambda: pubmed_xml.read(text), NAME)
    return with_fields(record, {"title": _without_stop(record.source["title"])})


def _without_stop(title: str) -> str:
    """Return a title without the full stop that PubMed puts after each."""
    return title if title.endswith("..") else title.removesuffix(".")


def _pmid(article: Any) -> str:
    return str(
        article.findtext("MedlineCitation/PMID") or article.findtext("BookDocument/PMID") or ""
    ).strip()
