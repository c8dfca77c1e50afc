"""Requests per second, compared with a bare Flask "hello" under the same gunicorn settings."""

import itertools
import random
import statistics
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus

from .client import HTMX, Connection, load
from .server import serving, temporary_instance

ROUNDS = 6
SECONDS = 1.5  # for each case in each round
GOALS = {"distinct searches": 0.15, "answered 304": 0.7}


def run() -> str:
    with (
        temporary_instance() as instance,
        serving(instance) as site,
        serving(instance, "bench/hello_server.py") as hello,
    ):
        return _table(_measure(site.port, hello.port, words_of_titles(instance)))


def words_of_titles(instance: Path) -> list[str]:
    """Return the words of the titles, which visitors type."""
    text = (instance / "publications.bib").read_text()
    titles = [line for line in text.splitlines() if line.strip().startswith("title")]
    words = {word.strip("{},.:").lower() for title in titles for word in title.split()[2:]}
    return sorted(word for word in words if len(word) > 3 and word.isalpha())


def _measure(site: int, hello: int, words: list[str]) -> dict[str, list[float]]:
    distinct = searches(words, random.Random(1))
    with Connection(site) as connection:
        etag = connection.ask(connection.request("/")).header("etag")
    known = itertools.repeat(Connection.request("/", If_None_Match=etag))
    cases = {
        "hello": (hello, itertools.repeat(Connection.request("/")), 200),
        "distinct searches": (site, distinct, 200),
        "answered 304": (site, known, 304),
    }
    rates: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(ROUNDS):
        for name, (port, requests, status) in cases.items():
            rates[name].append(load(port, requests, SECONDS, status))
    return rates


def searches(words: list[str], rng: random.Random) -> Iterator[bytes]:
    """Yield distinct searches as visitors type them: words, of which the last may be unfinished."""
    seen: set[str] = set()
    while True:
        chosen = rng.choices(words, k=rng.choice((1, 2, 2, 3)))
        chosen[-1] = chosen[-1][: rng.randint(2, 12)]
        query = " ".join(chosen)
        if query not in seen:
            seen.add(query)
            yield Connection.request(f"/?q={quote_plus(query)}", **HTMX)


def _table(rates: dict[str, list[float]]) -> str:
    lines = ["| requests | per second, median | relative to hello | goal |", "|---|---|---|---|"]
    for name, measured in rates.items():
        ratio = statistics.median(
            mine / hello for mine, hello in zip(measured, rates["hello"], strict=True)
        )
        goal = GOALS.get(name, "")
        lines.append(f"| {name} | {statistics.median(measured):,.0f} | {ratio:.2f} | {goal} |")
    return "\n".join(lines)
