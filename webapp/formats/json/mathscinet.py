"""MathSciNet's JSON to records."""

import re
from collections.abc import Iterable

from ...records import Person
from .. import building
from ..building import Progress
from ..latex import decoding
from ..links import doi_url
from ..reading import Block, Reading
from ..tagged import ris
from .items import Item, NumberedItem, items, line_of, objects, words

_RESOLVER = doi_url("")
_TOTAL_PAGES = re.compile(r"(.*\d) pp\.")


def looks_like(item: Item) -> bool:
    """Return whether an object is an item of MathSciNet."""
    return "mrnumber" in item


def read(text: str | Iterable[str], progress: Progress | None = None) -> Reading:
    """Read the items of a file."""
    return building.read_entries(items(text), _block, line_of, progress)


def _block(numbered_item: NumberedItem) -> Block:
    line, item = numbered_item
    issue, book = _object(item, "issue", "issue"), _object(item, "book")
    url = words(item.get("articleUrl"))
    fields = {
        "author": building.people_source(map(_person, objects(item.get("authors")))),
        "title": _text(_object(item, "titles"), "title"),
        "titleaddon": _text(_object(item, "titles"), "translatedTitle"),
        "journal": _text(_object(issue, "journal"), "shortTitle"),
        "date": words(issue.get("pubYear")) or words(book.get("pubYear")),
        "volume": words(issue.get("volume")),
        "number": words(issue.get("number")),
        "mrnumber": words(item.get("mrnumber")),
        "mrclass": words(_object(item, "primaryClass").get("code")),
        "doi" if url.startswith(_RESOLVER) else "url": url.removeprefix(_RESOLVER),
    }
    fields |= _pages(words(_object(item, "paging", "paging").get("text")))
    fields |= _book_fields(book)
    return Block(
        line,
        _type(words(item.get("entryType"))),
        building.citation_key(f"MR{fields['mrnumber']}"),
        [pair for pair in fields.items() if pair[1]],
    )


def _type(entry_type: str) -> str:
    """Return the BibTeX type. J: in a journal; B…: a book; BC: a part of one; BCZ: a collection."""
    types = {"BC": "incollection", "BCZ": "collection"}
    return types.get(entry_type) or {"J": "article", "B": "book"}.get(entry_type[:1], "misc")


def _book_fields(book: Item) -> dict[str, str]:
    publisher = next(iter(objects(book.get("publisher"))), {})
    series = next(iter(objects(book.get("series"))), {})
    isbn = book.get("isbn")
    fields = {
        "publisher": words(publisher.get("name")),
        "address": words(publisher.get("location")),
        "series": _text(series, "title"),
        "volume": words(series.get("volume")),
        "isbn": " ".join(map(words, isbn)) if isinstance(isbn, list) else "",
    }
    return {name: value for name, value in fields.items() if value}


def _pages(written: str) -> dict[str, str]:
    if total := _TOTAL_PAGES.fullmatch(written):
        return {"pagetotal": total[1]}
    return {"pages": re.sub(r"-+", "–", written)}


def _person(author: Item) -> Person:
    return ris.person(_text(author, "name"))


def _text(item: Item, name: str) -> str:
    """Return a value that may have LaTeX as text."""
    return decoding.text(words(item.get(name)))


def _object(item: Item, *names: str) -> Item:
    """Return the object at a path, or an empty one."""
    for name in names:
        value = item.get(name)
        item = value if isinstance(value, dict) else {}
    return item
