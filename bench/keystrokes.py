"""How long the answer to a keystroke takes, over everything that was imported, through gunicorn."""

import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus

from sqlalchemy import select

from webapp import create_app
from webapp.models import Publication, db

from .client import HTMX, Connection
from .server import serving

SEQUENCES = 500


def run(instance: Path) -> str:
    dice = random.Random(7)
    titles = dice.choices(_titles(instance), k=SEQUENCES)
    sequences = [list(typed(title, dice)) for title in titles]
    with serving(instance) as port:
        times = [taken for queries in sequences for taken in _type(port, queries)]
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    cells = (cuts[49], cuts[94], cuts[98], max(times))
    return "\n".join(
        (
            "| | median | 95th percentile | 99th | slowest |",
            "|---|---|---|---|---|",
            f"| ms, {len(times):,} searches | " + " | ".join(f"{c:.1f}" for c in cells) + " |",
            "| goal for 10,000 | 8 | | 60 | |",
        )
    )


def _titles(instance: Path) -> list[str]:
    with create_app(instance).app_context():
        return list(db.session.scalars(select(Publication.title).order_by(Publication.id)))


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


def _type(port: int, queries: list[str]) -> Iterator[float]:
    """Milliseconds of each search; one visitor is one connection."""
    with Connection(port) as connection:
        for query in queries:
            request = connection.request(f"/?q={quote_plus(query)}", **HTMX)
            start = time.perf_counter()
            answer = connection.ask(request)
            yield (time.perf_counter() - start) * 1000
            if answer.status != 200:
                raise SystemExit(f"{query!r}: {answer.head.decode()}")
