"""Publications to measure with: from a file, or generated from a fixed seed."""

import json
import lzma
import random
import shutil
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

SIZE = 10_000
SYLLABLES = "ba|co|de|fi|ga|ho|in|ka|lo|mu|na|or|pe|qui|ra|se|ti|un|ve|wo|xa|yo|zi|tion|al|er"


CSL_TYPES: Final = {"article": "article-journal", "inproceedings": "paper-conference"}


def file(source: str, folder: Path, size: int = SIZE) -> Path:
    """Return a file to import: the named one, or generated BibTeX if `source` is empty.

    `.xz` is unpacked. `.jsonl` becomes CSL-JSON: it has an object per line with `bibkey`, `title`
    and optionally `authors`, `abstract`, `venue`, `year`, `type`, `doi`, `url`, `pages`.
    """
    target = folder / (Path(source).name.removesuffix(".xz") or "corpus.bib")
    if not source:
        target.write_text("\n".join(entries(size, random.Random(1))))
    elif source.endswith(".xz"):
        with lzma.open(source) as packed, target.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
    else:
        shutil.copy(source, target)
    return _csl_json(target) if target.suffix == ".jsonl" else target


def _csl_json(lines: Path) -> Path:
    target = lines.with_suffix(".json")
    with lines.open() as source, target.open("w") as goal:
        goal.write("[")
        for number, line in enumerate(source):
            goal.write(",\n" if number else "")
            json.dump(_item(json.loads(line)), goal, ensure_ascii=False)
        goal.write("]\n")
    return target


def _item(raw: dict[str, Any]) -> dict[str, Any]:
    """Return a CSL item for a line of JSON. The last word of a name is the family name."""
    item = {
        "id": raw.get("bibkey"),
        "type": CSL_TYPES.get(raw.get("type", ""), "document"),
        "title": raw["title"],
        "abstract": raw.get("abstract"),
        "author": list(_names(raw.get("authors") or ())),
        "container-title": raw.get("venue"),
        "issued": {"date-parts": [[raw["year"]]]} if raw.get("year") else None,
        "page": raw.get("pages"),
        "DOI": raw.get("doi"),
        "URL": raw.get("url"),
    }
    return {name: value for name, value in item.items() if value}


def _names(people: Iterable[str]) -> Iterator[dict[str, str]]:
    for person in people:
        given, _, family = person.rpartition(" ")
        yield {"given": given, "family": family}


def entries(count: int, rng: random.Random) -> Iterator[str]:
    words = list(dict.fromkeys(_word(rng) for _ in range(30_000)))
    # As in a natural language, the word of rank n is n times rarer than the first.
    weights = list(accumulate(1 / (rank + 5) for rank in range(len(words))))

    def text(length: int) -> str:
        return " ".join(rng.choices(words, cum_weights=weights, k=length))

    names = [_word(rng).title() for _ in range(4_000)]
    venues = [f"Proceedings of the {text(4).title()} Conference" for _ in range(60)]
    for number in range(count):
        authors = " and ".join(
            f"{rng.choice(names)}, {rng.choice(names)}" for _ in range(rng.randint(1, 6))
        )
        yield (
            f"@inproceedings{{made-{number},\n"
            f"  title = {{{text(rng.randint(4, 14)).capitalize()}}},\n"
            f"  author = {{{authors}}},\n"
            f"  booktitle = {{{rng.choice(venues)}}},\n"
            f"  year = {{{rng.randint(1980, 2025)}}},\n"
            f"  abstract = {{{text(rng.randint(90, 180)).capitalize()}.}}\n"
            "}\n"
        )


def _word(rng: random.Random) -> str:
    return "".join(rng.choices(SYLLABLES.split("|"), k=rng.randint(1, 5)))
