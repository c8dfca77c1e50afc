"""Visitors' keystrokes, and the time of each response."""

import random
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import select

from webapp.application import create_app
from webapp.catalog.criteria import Criteria
from webapp.records import Record
from webapp.search.text import STOP_WORDS
from webapp.site import site
from webapp.store import publications
from webapp.store.connections import reading
from webapp.store.tables import Publication

from .client import HTMX, Connection

SEED = 7


def visits(instance: Path, count: int) -> list[list[str]]:
    """Return the URLs that visitors request, by visit, always the same for the same catalog."""
    rng = random.Random(SEED)
    catalog = site(create_app(instance)).catalog
    with reading(catalog.database) as connection:
        ids = connection.scalars(select(Publication.id).order_by(Publication.id)).all()
        chosen = rng.choices(ids, k=count)
        stored: dict[int, publications.Stored] = {}
        for chunk in publications.chunks(chosen):
            stored.update(publications.load(connection, chunk, whole=False))
    return [list(visit(stored[id_].record, rng)) for id_ in chosen]


def titles(instance: Path) -> list[str]:
    """Return the titles of the first publications."""
    query = select(Publication.title).order_by(Publication.id).limit(1_000)
    with reading(site(create_app(instance)).catalog.database) as connection:
        return list(connection.scalars(query))


def visit(record: Record, rng: random.Random) -> Iterator[str]:
    """Yield the URLs of a visitor who types a query for a record, and may filter or turn a page."""
    criteria = Criteria()
    for query in typed(_query_for(record, rng), rng):
        criteria = Criteria(q=query)
        yield f"/{criteria.query_string()}"
    values = {
        "year": str(record.year or ""),
        "venue": record.venue,
        "author": record.authors[0].name if record.authors else "",
    }
    facet = rng.choice((*values, "page", "", ""))
    if facet == "page":
        yield f"/{criteria.with_(page=2).query_string()}"
    elif values.get(facet):
        yield f"/{criteria.toggled(facet, values[facet]).query_string()}"


def _query_for(record: Record, rng: random.Random) -> str:
    """Return what a visitor remembers of a record: title, content words, or author and a word."""
    words = record.title.split()
    content_words = [word for word in words if word.lower() not in STOP_WORDS] or words
    family = record.authors[0].family if record.authors else ""
    choice = rng.random()
    if choice < 0.6 or not content_words:
        return record.title
    if choice < 0.8:
        return " ".join(content_words)
    return f"{family} {max(content_words, key=len)}".strip()


def typed(title: str, rng: random.Random) -> Iterator[str]:
    """Yield the queries that a browser sends while a visitor types the start of a title.

    Each letter sends one, unless the next follows faster than the page waits. One visitor in
    three mistypes a letter, notices it two letters later, deletes the three and continues.
    """
    target = " ".join(title.split()[: rng.randint(2, 6)]).lower()[:60]
    mistake = rng.randrange(1, len(target)) if rng.random() < 1 / 3 and len(target) > 3 else None
    text = ""
    for place, letter in enumerate(target):
        if place == mistake:
            wrong = text + rng.choice("abcdefghijklmnopqrstuvwxyz")
            yield from (wrong, wrong + target[place : place + 1], wrong, text)
        text += letter
        if rng.random() < 0.8:
            yield text


def ask(port: int, addresses: Iterable[str]) -> Iterator[float]:
    """Yield the time of each response in milliseconds, on one connection."""
    with Connection(port) as connection:
        for address in addresses:
            request = connection.request(address, **HTMX)
            start = time.perf_counter()
            answer = connection.ask(request)
            yield (time.perf_counter() - start) * 1000
            if answer.status != 200:
                raise SystemExit(f"{address}: {answer.head.decode()}")
