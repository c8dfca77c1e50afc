"""Open Library: books by ISBN. Source: https://openlibrary.org/dev/docs/api/books"""

import re
from functools import partial
from typing import Final

from ..formats.json.items import Item, objects
from .answers import get_parsed, json_of, unknown_format
from .client import ITEM_AGE, Answer, Client
from .works import Work, csl_names, date_parts, record_of_csl, text_of

NAME: Final = "Open Library"
_YEAR: Final = re.compile(r"(?<!\d)(?:1[4-9]|20)\d\d(?!\d)")  # "March 2009", "c1999.", "2010-05-03"
_BOOKS: Final = "https://openlibrary.org/api/books?format=json&jscmd=data&bibkeys=ISBN:"


def fetch(client: Client, isbn: str) -> Work | None:
    """Return the book with an ISBN; None if Open Library has none. Raises NotFetchedError."""
    book = get_parsed(client, f"{_BOOKS}{isbn}", partial(_book, isbn), max_age=ITEM_AGE)
    if not book:
        return None
    return Work(f"isbn:{isbn}", record_of_csl(_to_csl(book, isbn), NAME))


def _book(isbn: str, answer: Answer) -> Item:
    books = json_of(answer)
    if not isinstance(books, dict) or (books and f"ISBN:{isbn}" not in books):
        raise unknown_format(NAME, f"ISBN:{isbn}")
    book = books.get(f"ISBN:{isbn}", {})
    if not isinstance(book, dict):
        raise unknown_format(NAME, f"ISBN:{isbn}")
    return book


def _to_csl(book: Item, isbn: str) -> Item:
    title, subtitle = text_of(book, "title"), text_of(book, "subtitle")
    year = _YEAR.search(text_of(book, "publish_date"))
    publishers, places = objects(book.get("publishers")), objects(book.get("publish_places"))
    return {
        "type": "book",
        "title": ": ".join(filter(None, (title, subtitle))),
        "author": csl_names(text_of(author, "name") for author in objects(book.get("authors"))),
        "issued": date_parts(year[0] if year else ""),
        "publisher": next((text_of(publisher, "name") for publisher in publishers), ""),
        "publisher-place": next((text_of(place, "name") for place in places), ""),
        "number-of-pages": text_of(book, "number_of_pages"),
        "ISBN": isbn,
    }
