"""Read responses as HTML."""

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse


def soup(response: TestResponse) -> BeautifulSoup:
    assert response.mimetype == "text/html", response
    return BeautifulSoup(response.text, "html.parser")


def one(parent: Tag, selector: str) -> Tag:
    """Return the only element that a selector matches."""
    tags = parent.select(selector)
    assert len(tags) == 1, f"{selector}: {len(tags)}"
    return tags[0]


def text(parent: Tag, selector: str) -> str:
    """Return the text of the only element that a selector matches, in one line."""
    return " ".join(one(parent, selector).text.split())
