"""Which addresses of the site become files, and how the files are called.

DESIGN: one row for each kind of address. An address without a row is left out, as searches and
filters are: there are endlessly many, and each needs the program. File names have extensions and
nothing that is encoded in URLs, so that links work on any server and without one.
"""

import re
from collections.abc import Callable, Mapping
from posixpath import dirname, relpath
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from ..formats.documents.registry import DOCUMENT_FORMATS

_SLUG: Final = r"[A-Za-z0-9_-]+"
_SCOPE: Final = rf"/(?:lists|people)/{_SLUG}"
_LIST: Final = rf"(?P<list>{_SCOPE}|)"  # "" for all publications
_PAGES: Final = ("export", "print", "document")  # of each list

Query = Mapping[str, str]
Name = Callable[[re.Match[str], Query], str | None]


def _list_page(match: re.Match[str], query: Query) -> str | None:
    """Return "index.html", "page-2.html", "lists/compilers.html", "lists/compilers/page-2.html"."""
    path = match["list"].lstrip("/")
    if not query:
        return f"{path or 'index'}.html"
    number = query.get("page", "")
    is_page = set(query) == {"page"} and number.isdecimal()
    return f"{path}/page-{number}.html".lstrip("/") if is_page else None


def _page_of_list(match: re.Match[str], query: Query) -> str | None:
    """Return "export.html", "lists/compilers/document.html", "document-docx.docx"."""
    path = f"{match['list']}/{match['page']}".lstrip("/")
    if not query:
        return f"{path}.html"
    name = query.get("as", "")
    if match["page"] != "document" or set(query) != {"as"} or name not in DOCUMENT_FORMATS:
        return None
    return f"{path}-{name}.{DOCUMENT_FORMATS[name].extension}"


def _list_file(match: re.Match[str], query: Query) -> str | None:
    """Return "publications.bib", "publications-without-abstracts.bib", "lists/a-page-2.atom"."""
    name = match["list"].lstrip("/")
    number = query.get("page", "")
    ways = {
        (): "",
        (("abstracts", "0"),): "-without-abstracts",
        (("page", number),): f"-page-{number}" if number.isdecimal() else None,
    }
    way = ways.get(tuple(query.items()))
    return None if way is None else f"{name}{way}.{match['extension']}"


def _page(match: re.Match[str], query: Query) -> str | None:
    return None if query else f"{match[0].lstrip('/')}.html"


def _file(match: re.Match[str], query: Query) -> str | None:
    """Return the path itself. The version of a style sheet is no part of it."""
    return match[0].lstrip("/") if set(query) <= {"v"} else None


_ROWS: Final[tuple[tuple[re.Pattern[str], Name], ...]] = (
    (re.compile(rf"(?P<list>{_SCOPE}|/)"), _list_page),
    (re.compile(rf"{_LIST}/(?P<page>{'|'.join(_PAGES)})"), _page_of_list),
    (re.compile(rf"(?P<list>{_SCOPE}|/publications)\.(?P<extension>[a-z]+)"), _list_file),
    (re.compile(rf"/(?:lists|people)|/publications/{_SLUG}"), _page),
    (re.compile(rf"/publications/{_SLUG}\.[a-z]+"), _file),
    (re.compile(r"/files/.+|/static/[\w.-]+|/theme\.css|/sitemap(?:-\d+)?\.xml"), _file),
)


def file_of(url: str) -> str | None:
    """Return the name of the file for a URL of the site without host; None if there is none.

    >>> file_of("/publications/turing1936#cite")
    'publications/turing1936.html'
    """
    parts = urlsplit(url)
    path = unquote(parts.path)
    if not set(path.split("/")[1:]).isdisjoint(("", ".", "..")) and path != "/":
        return None
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    for pattern, name in _ROWS:
        if match := pattern.fullmatch(path):
            return name(match, query)
    return None


def relative_link(file: str, target: str, fragment: str = "") -> str:
    """Return the link from one file to another.

    >>> relative_link("publications/turing1936.html", "index.html")
    '../index.html'
    """
    path = quote(relpath(target, dirname(file) or "."))
    return f"{path}#{fragment}" if fragment else path
