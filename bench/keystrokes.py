"""What visitors type, and how long each answer takes."""

import random
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import select

from webapp import create_app
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
    """The addresses that visitors ask for, visit by visit; the same for the same publications."""
    dice = random.Random(SEED)
    catalog = site(create_app(instance)).catalog
    with reading(catalog.database) as connection:
        ids = connection.scalars(select(Publication.id).order_by(Publication.id)).all()
        chosen = dice.choices(ids, k=count)
        known: dict[int, publications.Stored] = {}
        for chunk in publications.chunks(chosen):
            known.update(publications.load(connection, chunk, whole=False))
    return [list(visit(known[id_].record, dice)) for id_ in chosen]


def titles(instance: Path) -> list[str]:
    """Some of what there is."""
    query = select(Publication.title).order_by(Publication.id).limit(1_000)
    with reading(site(create_app(instance)).catalog.database) as connection:
        return list(connection.scalars(query))


def visit(record: Record, dice: random.Random) -> Iterator[str]:
    """One visitor looks for a record: types, and perhaps filters what was found or turns a page."""
    asked = Criteria()
    for query in typed(_sought(record, dice), dice):
        asked = Criteria(q=query)
        yield f"/{asked.query_string()}"
    values = {
        "year": str(record.year or ""),
        "venue": record.venue,
        "author": record.authors[0].name if record.authors else "",
    }
    facet = dice.choice((*values, "page", "", ""))
    if facet == "page":
        yield f"/{asked.with_(page=2).query_string()}"
    elif values.get(facet):
        yield f"/{asked.toggled(facet, values[facet]).query_string()}"


def _sought(record: Record, dice: random.Random) -> str:
    """What is remembered of a record: the title, its telling words, an author and a word."""
    words = record.title.split()
    telling = [word for word in words if word.lower() not in STOP_WORDS] or words
    family = record.authors[0].family if record.authors else ""
    way = dice.random()
    if way < 0.6 or not telling:
        return record.title
    return " ".join(telling) if way < 0.8 else f"{family} {max(telling, key=len)}".strip()


def typed(title: str, dice: random.Random) -> Iterator[str]:
    """What a browser asks for while a visitor types the start of a title.

    Each letter asks, but for those that come faster than the page waits for. One visitor in
    three mistypes a letter, sees it two letters later, deletes the three and goes on.
    """
    target = " ".join(title.split()[: dice.randint(2, 6)]).lower()[:60]
    mistake = dice.randrange(1, len(target)) if dice.random() < 1 / 3 and len(target) > 3 else None
    text = ""
    for place, letter in enumerate(target):
        if place == mistake:
            wrong = text + dice.choice("abcdefghijklmnopqrstuvwxyz")
            yield from (wrong, wrong + target[place : place + 1], wrong, text)
        text += letter
        if dice.random() < 0.8:
            yield text


def ask(port: int, addresses: Iterable[str]) -> Iterator[float]:
    """Milliseconds of each answer; one visitor is one connection."""
    with Connection(port) as connection:
        for address in addresses:
            request = connection.request(address, **HTMX)
            start = time.perf_counter()
            answer = connection.ask(request)
            yield (time.perf_counter() - start) * 1000
            if answer.status != 200:
                raise SystemExit(f"{address}: {answer.head.decode()}")
