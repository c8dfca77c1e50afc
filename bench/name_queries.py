"""Queries with names of people and systems, and with words in other spellings."""

import re
from collections.abc import Callable
from random import Random

from .known_items import Generator, KnownItem, Sample
from .mistakes import LETTERS, words_of

BRITISH = {"ization": "isation", "izing": "ising", "ize": "ise", "ior": "iour", "eling": "elling"}


def full_name(pattern: str, *, paper_too: bool = False) -> Generator:
    """Return a generator of the first author's name, alone or beside a word of the title."""

    def generate(sample: Sample) -> KnownItem | str | None:
        author = sample.paper.document.authors[0]
        given, _, last = author.rpartition(" ")
        if not given.isalpha() or len(given) < 3 or not last.isalpha():
            return None
        text = pattern.format(
            given=given, family=last, w=sample.corpus.rarest(sample.paper.words, 1)[0]
        )
        if paper_too:
            return text
        ids = (p.document.id for p in sample.corpus.papers if author in p.document.authors)
        return KnownItem(text, frozenset(ids))

    return generate


def et_al(pattern: str) -> Generator:
    """Return a generator of citations, which mean the first author and the year."""

    def generate(sample: Sample) -> KnownItem | None:
        last = sample.family
        alike = [p for p in sample.corpus.by_family[last] if p.year == sample.paper.year]
        ids = frozenset(p.document.id for p in alike)
        text = pattern.format(family=last, year=sample.paper.year)
        return (
            KnownItem(text, ids)
            if len(sample.paper.document.authors) > 2 and sample.paper.year
            else None
        )

    return generate


def one_word(change: Callable[[str, Random], str | None]) -> Generator:
    """Return a generator of three words of a title, the rarest that can be changed."""

    def generate(sample: Sample) -> str | None:
        words = sample.corpus.rarest(
            (w for w in sample.paper.words if w.isalpha() and len(w) > 4), 3
        )
        for word in sample.corpus.rarest(words, 3) if len(words) == 3 else ():
            if (changed := change(word, sample.random)) and changed != word:
                return " ".join(changed if w == word else w for w in words)
        return None

    return generate


def britished(word: str, _: Random) -> str | None:
    """Return a word in British spelling."""
    for american, british in BRITISH.items():
        if american in word:
            return word.replace(american, british)
    return None


def other_number(word: str, _: Random) -> str | None:
    """Return the singular of a plural, or the plural of a singular."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith("s"):
        return None if word.endswith(("ss", "us", "is")) else word[:-1]
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in "aeiou" else f"{word}s"


def wrong_first_letter(word: str, random: Random) -> str:
    """Return a word with another first letter."""
    return random.choice(LETTERS) + word[1:].lower()


def blank_inside(word: str, random: Random) -> str | None:
    """Return a word written as two."""
    at = random.randrange(2, len(word) - 1)
    return f"{word[:at]} {word[at:]}"


def run_together(sample: Sample) -> str | None:
    """Type the first words, two of them without the blank between."""
    words = [word for word in sample.paper.words if word.isalpha()][:5]
    if len(words) < 4:
        return None
    at = sample.random.randrange(len(words) - 1)
    return " ".join((*words[:at], words[at] + words[at + 1], *words[at + 2 :]))


def abbreviated(sample: Sample) -> str:
    """Type the first letters of the first words."""
    return " ".join(word[: sample.random.choice((3, 4))] for word in sample.paper.words[:5])


def system(sample: Sample) -> str | None:
    """Type the name before the colon of a title, if it is one word."""
    name, colon, _ = sample.paper.document.title.partition(":")
    return name if colon and len(words_of(name)) == 1 and len(name) > 2 else None


def letter_title(sample: Sample) -> KnownItem | None:
    """Type a title of a single letter, or the part before its colon."""
    title = sample.paper.document.title
    name = title.partition(":")[0]
    ids = (
        p.document.id for p in sample.corpus.papers if p.document.title.partition(":")[0] == name
    )
    return KnownItem(name, frozenset(ids)) if re.fullmatch(r"[A-Z][*+]?", name) else None
