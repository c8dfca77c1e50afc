"""Quality of search: known items typed letter by letter, and test collections.

    python bench/quality.py CORPUS.jsonl.xz COLLECTION/ ...
    python bench/quality.py --kinds CORPUS.jsonl.xz

A corpus is a file of records, one JSON object per line with `title` and optionally `authors`,
`abstract`, `venue`, `venue_ids`, `year`, `type`, `doi` and `url`. With `--kinds`, its first
`--papers` are searched by queries of many kinds (query_kinds.py). A collection is a folder with
`docs.jsonl` (`id`, `title`, `text`), `queries.jsonl` (`id`, `text`) and `qrels.tsv` (query,
document, grade). Choose constants on `--half tune` and report results on `--half report`.
"""

import argparse
import csv
import json
import lzma
import math
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import engines
from bench.known_items import Corpus, Paper
from bench.known_items import known_items as items_of_kind
from bench.mistakes import LETTERS, mistyped, words_of
from bench.query_kinds import KINDS
from webapp.folding import fold
from webapp.search.embedded.engine import WhooshEngine
from webapp.search.engine import Document, SearchRequest
from webapp.search.query import parse
from webapp.search.text import STOP_WORDS

CHECKED = 500  # words of titles, and strings of random letters
CORRECTED = ("spelling", "split")
LENGTHS = (6, 10, 15, 22, 30)  # characters typed


@dataclass(frozen=True)
class Item:
    """A paper to find, and the text that a visitor would type for it."""

    ids: frozenset[int]  # of the paper, and others with the same title
    typed: dict[str, str]  # way of typing -> the full text


# -- reading


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the lines of a corpus with their numbers, from 0."""
    with lzma.open(path, "rt") if path.suffix == ".xz" else path.open() as file:
        for number, line in enumerate(file):
            yield number, json.loads(line)


def documents(path: Path) -> Iterator[Document]:
    """Yield the documents of a corpus."""
    return (read_document(number, raw) for number, raw in read_lines(path))


def read_document(number: int, raw: dict[str, Any]) -> Document:
    authors = raw.get("authors") or ()
    return Document(
        id=number + 1,
        position=number,
        title=raw.get("title") or "",
        authors=(authors,) if isinstance(authors, str) else tuple(authors),
        venue=raw.get("venue") or "",
        abstract=raw.get("abstract") or raw.get("text") or "",
        identifiers=tuple(filter(None, (raw.get("doi"), raw.get("bibkey")))),
        facets={"year": (str(raw["year"]),) if raw.get("year") else ()},
    )


def papers(path: Path, count: int) -> Iterator[Paper]:
    """Yield the first `count` papers of a corpus, all if it is 0.

    Each gets its address and, as no corpus has them, an arXiv id in one of three forms.
    """
    for number, raw in islice(read_lines(path), count or None):
        document, address = read_document(number, raw), raw.get("url") or ""
        arxiv = f"{1501 + number // 100_000}.{number % 100_000:05}"
        forms = (arxiv, f"10.48550/arXiv.{arxiv}", f"https://arxiv.org/abs/{arxiv}v2")
        identifiers = (*document.identifiers, address, forms[number % len(forms)])
        yield Paper(
            replace(document, identifiers=tuple(filter(None, identifiers))),
            tuple(raw.get("venue_ids") or ()),
            address,
            arxiv,
        )


# -- typed text


def items(corpus: list[Document], count: int, seed: int, half: str) -> list[Item]:
    """Draw papers with a seed. Return each with the text to type for it."""
    draw = random.Random(seed)
    same_title = defaultdict(set)
    for document in corpus:
        same_title[fold(document.title)].add(document.id)
    usable = [document for document in corpus if len(words_of(document.title)) >= 3]
    drawn = draw.sample(usable, min(count, len(usable)))
    pairs = ((frozenset(same_title[fold(d.title)]), _typed(d, draw)) for d in drawn)
    return [Item(*pair) for number, pair in enumerate(pairs) if half in ("all", _half(number))]


def _half(number: int) -> str:
    return ("tune", "report")[number % 2]


def _typed(document: Document, draw: random.Random) -> dict[str, str]:
    words = [word for word in words_of(document.title) if word not in STOP_WORDS]
    typed = {"title from its start": document.title, "title words in order": " ".join(words)}
    if document.authors:
        family = document.authors[0].split()[-1]
        typed["author and a word"] = f"{family} {max(words, key=len)}"
    long = sorted({word for word in words_of(document.abstract) if len(word) > 5})
    if len(long) >= 4:
        typed["four words of the abstract"] = " ".join(draw.sample(long, 4))
    return typed


# -- measuring


Engine = engines.Rival | WhooshEngine
Search = Callable[[str], tuple[tuple[int, ...], int]]


def searcher(corpus: Iterable[Document], folder: Path, name: str) -> Search:
    """Index a corpus. Return a function that gives the first ten ids of a query and the total."""
    engine = _engine(corpus, folder, name)

    def search(text: str) -> tuple[tuple[int, ...], int]:
        hits = engine.search(_request(text))
        return hits.ids, hits.total

    return search


def _engine(corpus: Iterable[Document], folder: Path, name: str) -> Engine:
    engine = engines.rival(name, folder) if name else WhooshEngine(folder)
    if engine.revision is None:
        engine.rebuild(corpus, "quality")
    return engine


def _request(text: str) -> SearchRequest:
    return SearchRequest(parse(text, typing=True), limit=10)


def known_items(path: Path, folder: Path, options: argparse.Namespace) -> None:
    """Print success@10 after each number of characters, for each way of typing."""
    corpus = list(documents(path))
    search = searcher(corpus, folder, options.engine)
    drawn = items(corpus, options.items, options.seed, options.half)
    print(f"\n{path.name}: {len(corpus)} records, {len(drawn)} known items, success@10\n")
    print(f"| typed | {' | '.join(map(str, LENGTHS))} | all | no hits |")
    print("|" + "---|" * (len(LENGTHS) + 3))
    for way in dict.fromkeys(way for item in drawn for way in item.typed):
        _row(way, [(i.ids, i.typed[way]) for i in drawn if way in i.typed], search, None)
    way = "title words in order"
    draw = random.Random(options.seed)
    _row(f"{way}, one typo", [(i.ids, i.typed[way]) for i in drawn], search, draw)


def _row(
    name: str, texts: list[tuple[frozenset[int], str]], search: Search, draw: random.Random | None
) -> None:
    """Print one line of the table. With `draw`, the typed text gets a typo."""
    cells, empty = [], 0
    for length in (*LENGTHS, 256):
        successes = 0
        for ids, text in texts:
            typed = text[:length]
            top, total = search(mistyped(typed, draw) if draw else typed)
            successes += bool(ids.intersection(top))
            empty += total == 0
        cells.append(f"{successes / len(texts):.3f}")
    print(f"| {name} | {' | '.join(cells)} | {empty / len(texts) / len(cells):.4f} |", flush=True)


def kinds(path: Path, folder: Path, options: argparse.Namespace) -> None:
    """Print success@1, success@10 and the share without results for each kind of query."""
    corpus = Corpus(papers(path, options.papers))
    engine = _engine((paper.document for paper in corpus.papers), folder, options.engine)
    print(f"\n{path.name}: {len(corpus.papers)} papers, {options.half} half of the queries\n")
    print("| point | query | queries | success@1 | success@10 | empty |\n|---|---|---|---|---|---|")
    by_point: dict[int, list[list[float]]] = defaultdict(list)
    for kind in KINDS:
        drawn = items_of_kind(corpus, kind, options.items, options.seed)
        rows = []
        for number, item in enumerate(drawn):
            if options.half in ("all", _half(number)):
                ids = engine.search(_request(item.text)).ids
                rows.append([bool(ids and ids[0] in item.ids), bool(item.ids & {*ids}), not ids])
                if options.failures and not rows[-1][1]:
                    print(f"    {item.text}", file=sys.stderr)
        if rows:
            means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
            by_point[kind.point].append(means)
            print(f"| {kind.point} | {kind.name} | {len(rows)} | {_cells(means)} |", flush=True)
    for point, means_of_kinds in by_point.items():
        means = [sum(column) / len(column) for column in zip(*means_of_kinds, strict=True)]
        print(f"| {point} | mean | | {_cells(means)} |")
    _false_alarms(corpus, engine, options.seed)


def _cells(figures: Iterable[float]) -> str:
    return " | ".join(f"{figure:.3f}" for figure in figures)


def _false_alarms(corpus: Corpus, engine: Engine, seed: int) -> None:
    """Print the words of titles that are corrected, and the random letters that match."""
    draw = random.Random(seed)
    words = sorted({word for paper in corpus.papers for word in paper.words if word.isalpha()})
    corrected = [
        f"{word} ({hits.shown_query})"
        for word in draw.sample(words, min(CHECKED, len(words)))
        if (hits := engine.search(_request(word + draw.choice(("", " "))))).rewritten in CORRECTED
    ]
    noise = ("".join(draw.choices(LETTERS, k=draw.randint(6, 12))) for _ in range(CHECKED))
    matching = [text for text in noise if engine.search(_request(text)).total]
    print(f"\nOf {CHECKED} words of titles, {len(corrected)} corrected: {', '.join(corrected)}")
    print(f"Of {CHECKED} strings of random letters, {len(matching)} match: {', '.join(matching)}")


def collection(path: Path, folder: Path, options: argparse.Namespace) -> None:
    """Print nDCG@10 for a test collection."""
    raw = [json.loads(line) for line in (path / "docs.jsonl").open()]
    names = {number + 1: document["id"] for number, document in enumerate(raw)}
    collected = (read_document(number, document) for number, document in enumerate(raw))
    search = searcher(collected, folder, options.engine)
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    with (path / "qrels.tsv").open() as file:
        for query, document, grade in list(csv.reader(file, delimiter="\t"))[1:]:
            grades[query][document] = int(grade)
    gains = []
    for number, line in enumerate((path / "queries.jsonl").open()):
        query = json.loads(line)
        if options.half in ("all", _half(number)) and grades[query["id"]]:
            ids, _ = search(query["text"])
            gains.append(_ndcg([names[i] for i in ids], grades[query["id"]]))
    print(f"\n{path.name}: {len(raw)} documents, {len(gains)} queries")
    print(f"nDCG@10 {sum(gains) / len(gains):.4f}")


def _ndcg(names: list[str], grades: dict[str, int]) -> float:
    def gain(ranked: Iterable[int]) -> float:
        return sum(grade / math.log2(rank + 2) for rank, grade in enumerate(ranked))

    ideal = gain(sorted(grades.values(), reverse=True)[:10])
    return gain(grades.get(name, 0) for name in names) / ideal if ideal else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("paths", type=Path, nargs="+", help="corpora and collections")
    parser.add_argument("--half", choices=("tune", "report", "all"), default="report")
    parser.add_argument("--items", type=int, default=300, help="papers drawn from a corpus")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--indexes", type=Path, help="a folder to keep the indexes in")
    parser.add_argument("--kinds", action="store_true", help="queries of many kinds instead")
    parser.add_argument("--papers", type=int, default=10_000, help="for --kinds; 0 is all")
    parser.add_argument("--engine", default="", help="one of engines/ instead of the site's own")
    parser.add_argument(
        "--failures", action="store_true", help="print queries of --kinds that fail"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.indexes or Path(temporary)
        for path in options.paths:
            measure = kinds if options.kinds else collection if path.is_dir() else known_items
            name = f"{path.name}.{options.papers}" if options.kinds else path.name
            measure(path, folder / name, options)


if __name__ == "__main__":
    main()
