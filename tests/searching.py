"""Sample publications and helpers for tests of search engines."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from webapp.facets import facet_values
from webapp.records import Person, Record
from webapp.search.embedded.engine import WhooshEngine
from webapp.search.engine import Document, SearchEngine, SearchRequest, SearchResult
from webapp.search.query import parse

# The engines that the tests of the contract run on.
ENGINES: dict[str, Callable[[Path], SearchEngine]] = {"whoosh": WhooshEngine}


def paper(*texts: Any, year: int | None = None, kind: str = "", **more: Any) -> Document:
    """Return a document whose facets have its year, its kind, and the values in its texts."""
    document = Document(*texts, **more)
    record = Record(
        key="",
        type=kind,
        authors=tuple(Person(literal=name) for name in document.authors),
        venue=document.venue,
        year=year,
        tags=document.tags,
    )
    return replace(document, facets=facet_values(record))


PAPERS = (
    paper(
        id=1,
        position=0,
        title="TensorIR: An Abstraction for Automatic Tensorized Program Optimization",
        authors=("Siyuan Feng", "Bohan Hou", "Tianqi Chen"),
        venue="ASPLOS",
        venue_names=("Architectural Support for Programming Languages and Operating Systems",),
        year=2023,
        kind="inproceedings",
        tags=("compilers", "tensor programs"),
        abstract="Deploying deep learning models has become important. We present TensorIR.",
        identifiers=("10.1145/3575693.3576933", "2207.04296", "feng2023tensorir"),
    ),
    paper(
        id=2,
        position=1,
        title=r"$\tau^2$-Bench: Few-Shot Résumés of GPT-4",
        authors=("Jörg Müller", "Laurens van der Maaten"),
        venue="Preprint",
        year=2025,
        kind="misc",
        tags=("agents",),
        abstract="We evaluate language models on the SWE-bench and others. Greedy ε search wins.",
        identifiers=("2406.12045",),
    ),
    paper(
        id=3,
        position=2,
        title="Relax: Composable Abstractions for Dynamic Machine Learning",
        authors=("Ruihang Lai", "Siyuan Feng"),
        venue="ASPLOS",
        year=2025,
        kind="inproceedings",
        tags=("compilers",),
        abstract="Dynamic shape computations have become critical in language models.",
        identifiers=("lai2025relax",),
    ),
    paper(
        id=4,
        position=3,
        title="机器学习的方法",
        authors=("王伟",),
        venue="软件学报",
        kind="article",
        abstract="Learning methods of machines, dynamic and relaxed.",
    ),
    paper(
        id=5,
        position=4,
        title="Relax",
        authors=("S. O'Brien",),
        venue="ISSTA",
        year=2019,
        kind="article",
    ),
)

WORDS = ("alpha", "beta", "gammas", "gamma", "delta", "deltas", "epsilon", "zetas", "eta")
WORDS += ("theta", "network", "networks")
NAMES = ("Ann Alpha", "Bo Beta", "Cy Network", "Dee Networks")


def document(number: int, draw: random.Random) -> Document:
    return paper(
        id=number,
        position=number,
        title=" ".join(draw.choices(WORDS, k=draw.randint(1, 6))),
        authors=tuple(draw.sample(NAMES, draw.randint(0, 3))),
        venue=draw.choice(("ACL", "VLDB", "")),
        year=draw.choice((2019, 2020, None)),
        kind=draw.choice(("article", "misc")),
        abstract=" ".join(draw.choices(WORDS, k=draw.randint(0, 30))),
    )


def folder_of(engine_folder: Path) -> Path:
    name = json.loads((engine_folder / "current").read_text().partition("\n")[2])["name"]
    return engine_folder / str(name)


def search(engine: SearchEngine, text: str, **options: object) -> SearchResult:
    return engine.search(SearchRequest(parse(text, typing=True), **options))  # type: ignore[arg-type]
