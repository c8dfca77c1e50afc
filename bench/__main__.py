"""The command behind `make bench`: all parts, or some (`make bench ARGS="weight throughput"`)."""

import os
import sys
from collections.abc import Callable
from functools import partial

from . import (
    corpus,
    crawl,
    databases,
    engine_alone,
    full_text,
    harvest,
    history,
    importing,
    lighthouse,
    people,
    searching,
    throughput,
    weight,
)
from .server import temporary_instance

CORPUS = os.environ.get("CORPUS", "")
SIZE = int(os.environ.get("SIZE") or 0)  # publications, for the parts of the engine


def import_corpus() -> str:
    with temporary_instance(seed=False) as instance:
        return importing.run(instance, corpus.file(CORPUS, instance))


def import_repeatedly() -> str:
    with temporary_instance(seed=False) as instance:
        return history.run(instance, corpus.file(CORPUS, instance))


PARTS: dict[str, tuple[str, Callable[[], str]]] = {
    "weight": ("Weight of a visit", weight.run),
    "lighthouse": ("Lighthouse", lighthouse.run),
    "throughput": ("Throughput", throughput.run),
    "import": (f"Import of {CORPUS or 'a generated corpus'}", import_corpus),
    "history": ("Database after many imports", import_repeatedly),
    "search": (f"Search in {CORPUS or 'a generated corpus'}", partial(searching.run, CORPUS)),
    "databases": (
        f"PostgreSQL beside SQLite with {CORPUS or 'a generated corpus'}",
        partial(databases.run, CORPUS),
    ),
    "people": (f"Pages of people in {CORPUS or 'a generated corpus'}", partial(people.run, CORPUS)),
    "crawl": ("Typing beside a crawler", partial(crawl.run, CORPUS)),
    "engine": (f"The engine alone in {CORPUS}", partial(engine_alone.run, CORPUS, SIZE)),
    "harvest": (f"Harvest of {CORPUS or 'a generated corpus'}", partial(harvest.run, CORPUS)),
    "full-text": (f"Texts of PDFs in {CORPUS}", partial(full_text.run, CORPUS, SIZE)),
}

ONLY_NAMED = ("crawl", "databases", "engine", "full-text", "harvest")


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise SystemExit(f"unknown part: {', '.join(unknown)}. The parts are {', '.join(PARTS)}.")
    for name in names or (part for part in PARTS if part not in ONLY_NAMED):
        heading, run = PARTS[name]
        print(f"\n## {heading}\n\n{run()}", flush=True)


main(sys.argv[1:])
