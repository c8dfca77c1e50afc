"""A keystroke inside a person's page beside the same one in the list of all publications."""

import statistics
import time
from pathlib import Path
from typing import Final

from flask.testing import FlaskClient

from webapp.application import create_app
from webapp.catalog import Criteria
from webapp.config import SITE_FILE
from webapp.site import site

from . import corpus, importing
from .client import HTMX
from .keystrokes import visits
from .server import temporary_instance

VISITS: Final = 40
ROUNDS: Final = 3


def run(source: str) -> str:
    """Import a corpus, and measure with its most frequent author as the only member."""
    with temporary_instance(seed=False) as instance:
        importing.run(instance, corpus.file(source, instance))
        catalog = site(create_app(instance)).catalog
        ((name, _),) = catalog.count_values(Criteria(), "author", limit=1)
        (instance / SITE_FILE).write_text(f"[[members]]\nname = {name!r}\n")
        return measure(instance)


def measure(instance: Path) -> str:
    """Return the median times of typing in the list and in the page of the first person."""
    app = create_app(instance)
    app.test_cli_runner().invoke(args=["reindex", "--if-needed", "--quiet"])
    client = app.test_client()
    (page, *_) = site(app).catalog.scopes.people.of_members()
    addresses = [url for visit in visits(instance, VISITS) for url in visit if "?q=" in url]
    times: dict[str, list[float]] = {"": [], f"/people/{page.slug}": []}
    for number in range(ROUNDS + 1):
        for url in addresses:
            for start, taken in times.items():
                before = time.perf_counter()
                _request(client, f"{start}{url[1:]}" if start else url)
                if number:  # the first round fills caches
                    taken.append(time.perf_counter() - before)
    plain, inside = (1_000 * statistics.median(taken) for taken in times.values())
    return (
        f"| publications of the person | list, ms | page, ms | ratio |\n|---|---|---|---|\n"
        f"| {page.works:,} | {plain:.1f} | {inside:.1f} | {inside / plain:.2f} |"
    )


def _request(client: FlaskClient, url: str) -> None:
    answer = client.get(url, headers=HTMX)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
