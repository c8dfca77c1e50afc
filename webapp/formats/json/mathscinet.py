"""What MathSciNet answers in JSON -> records."""

import re
from typing import Any

from ...records import Person
from .. import building
from ..building import Progress
from ..latex import decoding
from ..links import doi_url
from ..reading import Block, Reading
from ..tagged import ris
from ..time_limit import each_guarded
from .entries import Item, items, line_of, words

_RESOLVER = doi_url("")
_TOTAL = re.compile(r"(.*\d) pp\.")


def looks_like(item: Item) -> bool:
    return "mrnumber" in item


def read(text: str, progress: Progress | None = None) -> Reading:
    found = each_guarded(items(text), lambda item: _block(*item), line_of)
    return building.from_text("mathscinet", found, progress)


def _block(line: int, item: Item) -> Block:
    issue, book = _at(item, "issue", "issue"), _at(item, "book")
    kind = _kind(words(item.get("entryType")))
    address = words(item.get("articleUrl"))
    said = {
        "author": building.people_source(map(_person, _listed(item.get("authors")))),
        "title": decoding.text(words(_at(item, "titles").get("title"))),
        "titleaddon": decoding.text(words(_at(item, "titles").get("translatedTitle"))),
        "journal": decoding.text(words(_at(issue, "journal").get("shortTitle"))),
        "date": words(issue.get("pubYear")) or words(book.get("pubYear")),
        "volume": words(issue.get("volume")),
        "number": words(issue.get("number")),
        "mrnumber": words(item.get("mrnumber")),
        "mrclass": words(_at(item, "primaryClass").get("code")),
        "doi" if address.startswith(_RESOLVER) else "url": address.removeprefix(_RESOLVER),
    }
    said |= _pages(words(_at(item, "paging", "paging").get("text")))
    said |= _of_book(book)
    key = building.key_of(f"MR{said['mrnumber']}")
    return Block(line, kind, key, [pair for pair in said.items() if pair[1]])


def _kind(entry_type: str) -> str:
    """J: in a journal; B...: a book, of which BC is a part and BCZ the whole collection."""
    known = {"BC": "incollection", "BCZ": "collection"}
    return known.get(entry_type) or {"J": "article", "B": "book"}.get(entry_type[:1], "misc")


def _of_book(book: Item) -> dict[str, str]:
    publisher = next(iter(_listed(book.get("publisher"))), {})
    series = next(iter(_listed(book.get("series"))), {})
    isbn = book.get("isbn")
    said = {
        "publisher": words(publisher.get("name")),
        "address": words(publisher.get("location")),
        "series": decoding.text(words(series.get("title"))),
        "volume": words(series.get("volume")),
        "isbn": " ".join(map(words, isbn)) if isinstance(isbn, list) else "",
    }
    return {name: value for name, value in said.items() if value}


def _pages(written: str) -> dict[str, str]:
    if total := _TOTAL.fullmatch(written):
        return {"pagetotal": total[1]}
    return {"pages": re.sub(r"-+", "–", written)}


def _person(author: Item) -> Person:
    return ris.person(decoding.text(words(author.get("name"))))


def _at(item: Item, *names: str) -> Item:
    """The object at a path; an empty one where there is none."""
    for name in names:
        found = item.get(name)
        item = found if isinstance(found, dict) else {}
    return item


def _listed(value: Any) -> list[Item]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
