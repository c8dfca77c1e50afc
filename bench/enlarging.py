"""A corpus of any size: publications put together from parts of those in a given corpus."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

Raw = dict[str, Any]  # a line of JSON, as corpus.py describes it

SEED = 1


def enlarge(given: Sequence[Raw], size: int) -> Iterator[Raw]:
    """Yield the given publications, then mixtures of them until there are `size`; always the same.

    They are made one by one, so memory holds only the given ones.
    """
    yield from given[:size]
    rng = random.Random(SEED)
    for number in range(len(given), size):
        yield _mixture(rng.choices(given, k=3), f"mixture{number}", rng)


def _mixture(parts: Sequence[Raw], key: str, rng: random.Random) -> Raw:
    """Return two halves of titles and sentences of three abstracts; the rest is of one publication.

    Its people keep their names: names mixed from two people would be 2.6 million in a million
    publications, and each of them in one only.
    """
    first, second, third = parts
    opening, ending = first["title"].split(), second["title"].split()
    sentences = [part for raw in parts for part in (raw.get("abstract") or "").split(". ")]
    count = len((first.get("abstract") or "").split(". "))
    chosen = sorted(rng.sample(range(len(sentences)), count))
    return {
        **third,
        "bibkey": key,
        "title": " ".join((*opening[: -(-len(opening) // 2)], *ending[len(ending) // 2 :])),
        "abstract": ". ".join(sentences[number] for number in chosen),
        "doi": f"10.5555/{key}",
        "url": None,
    }
