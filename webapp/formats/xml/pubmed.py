"""PubMed's XML -> records, by way of its tagged form (.nbib)."""

import re
from collections.abc import Iterator
from typing import Final

from .. import building
from ..building import Progress
from ..reading import Block, Reading
from ..tagged import pubmed
from ..tagged.lines import Tagged
from ..time_limit import each_guarded
from .entries import Element, each, elements, line_of, words

_ENTRIES: Final = ("PubmedArticle", "PubmedBookArticle")
# PubMed's tags, and where the XML has what stands after them: in articles, then in books.
_PLACES: Final = (
    ("PMID", "MedlineCitation/PMID"), ("PMID", "BookDocument/PMID"),
    ("TI", ".//ArticleTitle"), ("BTI", "BookDocument/Book/BookTitle"),
    ("VI", ".//JournalIssue/Volume"), ("IP", ".//JournalIssue/Issue"),
    ("PG", ".//Pagination/MedlinePgn"), ("PMC", "PubmedData//ArticleId[@IdType='pmc']"),
    ("LA", ".//Article/Language"), ("LA", "BookDocument/Language"),
    ("JT", ".//Article/Journal/Title"), ("TA", ".//MedlineJournalInfo/MedlineTA"),
    ("TA", ".//Article/Journal/ISOAbbreviation"), ("IS", ".//Article/Journal/ISSN"),
    ("GN", "MedlineCitation/GeneralNote"), ("OT", ".//KeywordList/Keyword"),
    ("MH", ".//MeshHeading/DescriptorName"), ("PB", ".//Book/Publisher/PublisherName"),
    ("PL", ".//Book/Publisher/PublisherLocation"), ("EN", ".//Book/Edition"),
    ("ISBN", ".//Book/Isbn"), ("CTI", ".//Book/CollectionTitle"),
)  # fmt: skip
_DATES: Final = (".//JournalIssue/PubDate", ".//Book/PubDate", ".//ArticleDate")
_DOIS: Final = (
    ".//ELocationID[@EIdType='doi']",
    "PubmedData/ArticleIdList/ArticleId[@IdType='doi']",
    ".//BookDocument/ArticleIdList/ArticleId[@IdType='doi']",
)


def looks_like(text: str) -> bool:
    return bool(re.search(rf"<(?:{'|'.join(_ENTRIES)})\b", text))


def read(text: str, progress: Progress | None = None) -> Reading:
    found = each_guarded(elements(text, *_ENTRIES), _block, line_of)
    return building.from_text("pubmed-xml", found, progress)


def _block(article: Element) -> Block:
    return pubmed.block(Tagged(line_of(article), list(_tags(article))))


def _tags(article: Element) -> Iterator[tuple[str, str]]:
    for tag, place in _PLACES:
        yield from ((tag, value) for value in each(article, place))
    doi = next(filter(None, (words(article, place) for place in _DOIS)), "")
    yield "LID", f"{doi} [doi]" if doi else ""
    yield "DP", next(filter(None, (_date(article, place) for place in _DATES)), "")
    yield "AB", "\n\n".join(_abstract(article))
    for authors in article.iterfind(".//AuthorList"):
        yield from _people(authors)


def _date(article: Element, place: str) -> str:
    parts = ("Year", "Month", "Season", "Day", "MedlineDate")
    said = (words(article, f"{place}/{part}") for part in parts)
    year, month, season, day, free = said
    if month.isdecimal():
        return "-".join(filter(None, (year, month, day)))
    return " ".join(filter(None, (year, month or season, day))) or free


def _abstract(article: Element) -> Iterator[str]:
    for part in article.iterfind(".//Abstract/AbstractText"):
        label = part.get("Label", "")
        said = words(part, ".")
        yield f"{label}: {said}" if label not in ("", "UNLABELLED") else said


def _people(authors: Element) -> Iterator[tuple[str, str]]:
    tag = "FED" if authors.get("Type") == "editors" else "FAU"
    for author in authors.iterfind("Author"):
        if group := words(author, "CollectiveName"):
            yield "CN", group
            continue
        given = words(author, "ForeName") or words(author, "Initials")
        name = ", ".join(filter(None, (words(author, "LastName"), given, words(author, "Suffix"))))
        yield tag, name if given else f"{name},"
