"""Answers read as HTML."""

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse


def soup(response: TestResponse) -> BeautifulSoup:
    assert response.mimetype == "text/html", response
    return BeautifulSoup(response.text, "html.parser")


def one(parent: Tag, selector: str) -> Tag:
    found = parent.select(selector)
    assert len(found) == 1, f"{selector}: {len(found)}"
    return found[0]


def text(parent: Tag, selector: str) -> str:
    return " ".join(one(parent, selector).text.split())
