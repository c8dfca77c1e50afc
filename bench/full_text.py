"""The engine with the texts of PDFs and without: weight, keystrokes, and known titles.

The texts are made of the corpus: each has sentences of abstracts of other publications, and the
titles and authors of some as its references, so that it has what a paper has.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from webapp.search.embedded.engine import WhooshEngine
from webapp.search.engine import Document, FullText, SearchRequest
from webapp.search.query import parse

from .engine_alone import make_document
from .enlarging import Raw
from .keystrokes import SEED, typed
from .quality import read_lines

WITH_PDF = 500
WORDS = 8_000  # of a text
CITED = 30  # publications in the references of a text
VISITS = 150
KNOWN = 500  # titles that are searched whole


def run(source: str, size: int) -> str:
    """Measure in the first `size` publications of a corpus, 500 of them with a PDF."""
    if not source.endswith((".jsonl", ".jsonl.xz")):
        raise SystemExit("The part full-text needs CORPUS=... with one JSON object per line.")
    given = [raw for _, raw in read_lines(Path(source))][: size or None]
    plain = [make_document(number, raw) for number, raw in enumerate(given)]
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name:
        engines = [WhooshEngine(Path(name) / part) for part in ("without", "with")]
        built = [_build(engines[0], plain), _build(engines[1], with_texts(plain, given))]
        sizes = [_size(Path(name) / part) for part in ("without", "with")]
        rows = [
            ("index built, s", *(f"{seconds:.0f}" for seconds in built)),
            ("index, MB", *(f"{value / 1e6:.0f}" for value in sizes)),
            ("index for 1,000 PDFs, MB", "", f"{(sizes[1] - sizes[0]) / 1e3 / WITH_PDF:.0f}"),
            *_keystrokes(engines, given),
            *_known_titles(engines, plain),
        ]
    lines = [f"| what, of {len(given):,} | without PDFs | {WITH_PDF} with a PDF |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def with_texts(documents: list[Document], given: list[Raw]) -> Iterator[Document]:
    """Yield documents, some of them with a text."""
    rng = random.Random(SEED)
    chosen = set(rng.sample(range(len(documents)), min(WITH_PDF, len(documents))))
    for number, document in enumerate(documents):
        if number in chosen:
            text = FullText(f"{number:032x}", f"{number}.pdf", make_text(given, rng))
            document = replace(document, texts=(text,))
        yield document


def make_text(given: list[Raw], rng: random.Random) -> str:
    """Return a text of some WORDS words, a line for each page."""
    words: list[str] = []
    while len(words) < WORDS:
        words += (rng.choice(given).get("abstract") or "").split()
    for raw in rng.sample(given, CITED):
        words += [*" ".join(raw.get("authors") or ()).split(), *raw["title"].split()]
    return "\f".join(" ".join(words[at : at + 600]) for at in range(0, len(words), 600))


def _build(engine: WhooshEngine, documents: Iterable[Document]) -> float:
    start = time.process_time()
    engine.rebuild(documents, "bench")
    return time.process_time() - start


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _keystrokes(engines: list[WhooshEngine], given: list[Raw]) -> Iterator[tuple[str, ...]]:
    """Measure both engines in turns, so that the load of the machine is the same for both."""
    times: list[list[float]] = [[], []]
    rng = random.Random(SEED)
    for raw in rng.choices(given, k=VISITS):
        for query in typed(raw["title"], rng):
            for number, engine in enumerate(engines):
                start = time.process_time()
                engine.search(SearchRequest(parse(query, typing=True)))
                times[number].append(1000 * (time.process_time() - start))
    for name, place in (("keystroke, median, ms of processor time", 49), ("95th percentile", 94)):
        values = (statistics.quantiles(series, n=100)[place] for series in times)
        yield (name, *(f"{value:.2f}" for value in values))


def _known_titles(
    engines: list[WhooshEngine], documents: list[Document]
) -> Iterator[tuple[str, ...]]:
    """Search whole titles: the first hit, and whether all hits are those without PDFs."""
    rng = random.Random(SEED)
    first, same, fewest = [0, 0], 0, 0
    chosen = rng.sample([document for document in documents if document.title], KNOWN)
    for document in chosen:
        request = SearchRequest(parse(document.title, typing=True))
        results = [engine.search(request) for engine in engines]
        for number, result in enumerate(results):
            first[number] += result.ids[:1] == (document.id,)
        same += results[0].ids == results[1].ids
        fewest += results[0].total == results[1].total
    yield ("whole title is first", *(f"{count / len(chosen):.3f}" for count in first))
    yield "whole title has the same first page", "", f"{same / len(chosen):.3f}"
    yield "whole title has as many hits", "", f"{fewest / len(chosen):.3f}"
