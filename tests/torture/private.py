"""Import files full of private notes: no visitor gets any of them, by any route.

The words of the private fields are looked for in every page, fragment, citation, export, feed and
facet, in every format that a publication's address is negotiated in, and in searches for the words
themselves. The files are in every format that is read; what the owner's own export makes of them
in every format is imported as well.
"""

import random
import re
import shutil
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient

from tests import importing
from tests.private_fields import FILES, TITLE, PrivateWords
from webapp.catalog import synchronise
from webapp.curation.importing import carry_out, make_plan
from webapp.curation.library import read_files
from webapp.facets import FACETS
from webapp.formats import registry
from webapp.site import site

from .site import PreparedSite, opened

QUERIES: Final = ("", f"?q={TITLE}", "?sort=newest", "?sort=title", f"?q={TITLE}&page=2")
HTMX: Final = {"HX-Request": "true"}
LIMIT: Final = 1 << 22  # bytes of a file
SEARCHES: Final = 25


def run(
    prepared: PreparedSite,
    folder: Path,
    times: int,
    exports: Collection[str] = sorted(registry.READERS.keys() & registry.WRITERS.keys()),
    seed: int = 1,
) -> str:
    """Import and look `times` times, with other words each time, and at exports in the formats."""
    requests = words = 0
    for number in range(times):
        private = PrivateWords(random.Random(seed + number))
        files = [(name, write(private)) for name, write in FILES.items()]
        instance = Path(shutil.copytree(prepared.instance, folder / f"instance {number}"))
        with opened(instance) as app:
            requests += _import_and_look(app, files, private)
            records = importing.records(site(app).catalog).values()
            texts = {name: "".join(registry.write(records, name)) for name in exports}
        assert sum(word in texts["bibtex"] for word in private.made) > len(private.made) / 2
        shutil.rmtree(instance)
        requests += _look_at_exports(prepared, folder / "again", texts, private)
        words += len(private.made)
    report = f"{words} private words in {len(FILES)} files and their exports"
    return f"{report}; {requests} answers, none has any"


def _look_at_exports(
    prepared: PreparedSite, instance: Path, texts: dict[str, str], private: PrivateWords
) -> int:
    """Import each of the owner's exports into an instance of its own; return the requests."""
    requests = 0
    for name, text in texts.items():
        shutil.copytree(prepared.instance, instance)
        with opened(instance) as app:
            requests += _import_and_look(app, [(name, text)], private)
        shutil.rmtree(instance)
    return requests


def _import_and_look(app: Flask, files: Iterable[tuple[str, str]], private: PrivateWords) -> int:
    """Import files and look for private words in every answer; return the requests."""
    catalog = site(app).catalog
    contents = [(name, text.encode()) for name, text in files]
    carry_out(catalog, make_plan(catalog, read_files(contents, LIMIT)), "test")
    synchronise(catalog.database, catalog.search, choices=catalog.choices)
    client = app.test_client()
    slugs = [record.slug for record in importing.records(catalog).values() if TITLE in record.title]
    names = [name for name, _ in contents]
    assert len(slugs) >= len(names), f"{len(slugs)} publications of {names}"
    requests = 0
    for address, headers in _requests(app, slugs):
        answer = client.get(address, headers=headers)
        assert answer.status_code < 500, f"{answer.status} for {address}"
        match = re.search(rf"{private.prefix}\w*", f"{answer.headers}{answer.text}".lower())
        assert not match, f"{names}: {address} {headers} has {match}"
        requests += 1
    return requests + _search(client, private)


def _requests(app: Flask, slugs: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the addresses of every route, with the headers that change its answer."""
    types = {format_.media_type for format_ in registry.FORMATS.values()}
    accepted = [*types, "application/ld+json", "application/atom+xml", "application/json"]
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/static", "/files")):
            continue
        for address in _addresses(rule.rule, slugs):
            yield from ((address, headers) for headers in ({}, HTMX))
            if rule.endpoint == "pages.publication":
                yield from ((address, {"Accept": content_type}) for content_type in accepted)


def _addresses(rule: str, slugs: list[str]) -> Iterator[str]:
    """Yield the addresses of a rule: each publication, each facet, each extension."""
    extensions = re.search(r"<any\(([^)]*)\):extension>", rule)
    endings = extensions[1].split(",") if extensions else [""]
    for ending in endings:
        address = re.sub(r"<any[^>]*>", ending, rule).replace("<int:part>", "1")
        if "<slug:slug>" in address:
            yield from (address.replace("<slug:slug>", slug) for slug in slugs)
        elif "<name>" in address:
            yield from (address.replace("<name>", name) for name in FACETS)
        else:
            yield from (f"{address}{query}" for query in QUERIES)
            yield from (f"/?open={slug}" for slug in slugs if address == "/")


def _search(client: FlaskClient, private: PrivateWords) -> int:
    """Search for some of the words, and for what they begin with: nothing is found."""
    sample = private.rng.sample(private.made, min(SEARCHES, len(private.made)))
    for query in (private.prefix, *sample, *(f'"{word}"' for word in sample[:3])):
        for page in ("/?q={}", "/publications.json?q={}", "/facets/author?q={}"):
            text = client.get(page.format(quote(query)), headers=HTMX).text.lower()
            assert TITLE not in text, f"{query} finds a publication: {page}"
            others = text.replace(query.strip('"'), "")
            assert private.prefix not in others, f"{query} finds another word: {page}"
    return 3 * (1 + len(sample) + len(sample[:3]))
