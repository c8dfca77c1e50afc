"""PubMed's XML to records, through the tags of PubMed's tagged format."""

import re
from collections.abc import Iterator
from typing import Final

from .. import building
from ..building import Progress
from ..reading import Block, Reading
from ..tagged import pubmed
from ..tagged.lines import Tag, Tagged
from .elements import Element, elements, first_text, line_of, texts

_ENTRIES: Final = ("PubmedArticle", "PubmedBookArticle")
# PubMed's tags, and the elements that hold their values: in articles, then in books.
_PATHS: Final = (
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
    """Return whether a text has an element that is an entry of PubMed."""
    return bool(re.search(rf"<(?:{'|'.join(_ENTRIES)})\b", text))


def read(text: str, progress: Progress | None = None) -> Reading:
    """Read the articles and books of a file."""
    return building.read_entries(elements(text, *_ENTRIES), _block, line_of, progress)


def _block(article: Element) -> Block:
    return pubmed.block(Tagged(line_of(article), list(_tags(article))))


def _tags(article: Element) -> Iterator[Tag]:
    for tag, path in _PATHS:
        yield from ((tag, value) for value in texts(article, path))
    doi = first_text(article, *_DOIS)
    yield "LID", f"{doi} [doi]" if doi else ""
    yield "DP", next(filter(None, (_date(article, path) for path in _DATES)), "")
    yield "AB", "\n\n".join(_abstract(article))
    for authors in article.iterfind(".//AuthorList"):
        yield from _people(authors)


def _date(article: Element, path: str) -> str:
    parts = ("Year", "Month", "Season", "Day", "MedlineDate")
    year, month, season, day, free = (first_text(article, f"{path}/{part}") for part in parts)
    if month.isdecimal():
        return "-".join(filter(None, (year, month, day)))
    return " ".join(filter(None, (year, month or season, day))) or free


def _abstract(article: Element) -> Iterator[str]:
    """Yield the parts of the abstract, each after its label: "METHODS: We searched"."""
    for part in article.iterfind(".//Abstract/AbstractText"):
        label = part.get("Label", "")
        text = first_text(part, ".")
        yield f"{label}: {text}" if label not in ("", "UNLABELLED") else text


def _people(authors: Element) -> Iterator[Tag]:
    tag = "FED" if authors.get("Type") == "editors" else "FAU"
    for author in authors.iterfind("Author"):
        if group := first_text(author, "CollectiveName"):
            yield "CN", group
            continue
        family, suffix = first_text(author, "LastName"), first_text(author, "Suffix")
        given = first_text(author, "ForeName", "Initials")
        name = ", ".join(filter(None, (family, given, suffix)))
        yield tag, name if given else f"{name},"
        yield "AUID", first_text(author, "Identifier[@Source='ORCID']")
