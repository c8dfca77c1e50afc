"""Publications to measure with: those of a file, or ones made up from a fixed seed."""

import lzma
import random
import shutil
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

SIZE = 10_000
SYLLABLES = "ba|co|de|fi|ga|ho|in|ka|lo|mu|na|or|pe|qui|ra|se|ti|un|ve|wo|xa|yo|zi|tion|al|er"


def bibtex(source: str, folder: Path, size: int = SIZE) -> Path:
    """A .bib file: the one named (.bib or .bib.xz), or a made-up one when none is."""
    target = folder / "corpus.bib"
    if not source:
        target.write_text("\n".join(entries(size, random.Random(1))))
    elif source.endswith(".xz"):
        with lzma.open(source) as packed, target.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
    else:
        shutil.copy(source, target)
    return target


def entries(count: int, dice: random.Random) -> Iterator[str]:
    words = list(dict.fromkeys(_word(dice) for _ in range(30_000)))
    # As in a language: the word of rank n is n times rarer than the first.
    weights = list(accumulate(1 / (rank + 5) for rank in range(len(words))))

    def text(length: int) -> str:
        return " ".join(dice.choices(words, cum_weights=weights, k=length))

    names = [_word(dice).title() for _ in range(4_000)]
    venues = [f"Proceedings of the {text(4).title()} Conference" for _ in range(60)]
    for number in range(count):
        authors = " and ".join(
            f"{dice.choice(names)}, {dice.choice(names)}" for _ in range(dice.randint(1, 6))
        )
        yield (
            f"@inproceedings{{made-{number},\n"
            f"  title = {{{text(dice.randint(4, 14)).capitalize()}}},\n"
            f"  author = {{{authors}}},\n"
            f"  booktitle = {{{dice.choice(venues)}}},\n"
            f"  year = {{{dice.randint(1980, 2025)}}},\n"
            f"  abstract = {{{text(dice.randint(90, 180)).capitalize()}.}}\n"
            "}\n"
        )


def _word(dice: random.Random) -> str:
    return "".join(dice.choices(SYLLABLES.split("|"), k=dice.randint(1, 5)))
