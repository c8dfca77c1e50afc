"""Known items: a paper, and what a visitor who remembers it badly types to find it."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import NamedTuple

from webapp.folding import fold
from webapp.search.engine import Document

from .mistakes import content_words

LONG_FORM = re.compile(r"((?:[\w-]+ ){1,7}[\w-]+) \(([A-Z]{2,7})s?\)")


class KnownItem(NamedTuple):
    """A query, and the documents of which one must be found."""

    text: str
    ids: frozenset[int]


@dataclass(frozen=True)
class Paper:
    """A document, and what only the corpus knows of it."""

    document: Document
    conferences: tuple[str, ...] = ()  # acronyms of the series that it appeared in
    address: str = ""
    arxiv: str = ""  # an id that only one of its identifiers contains

    @cached_property
    def words(self) -> list[str]:
        """The words of the title as written, without stop words."""
        return content_words(self.document.title)

    @property
    def year(self) -> str:
        return next(iter(self.document.facets.get("year", ())), "")


class Corpus:
    """The papers, and what generators look up about all of them."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self.papers = list(papers)
        self.by_title: dict[str, set[int]] = defaultdict(set)
        self.by_family: dict[str, list[Paper]] = defaultdict(list)
        for paper in self.papers:
            self.by_title[fold(paper.document.title)].add(paper.document.id)
            for author in paper.document.authors[:1]:
                self.by_family[author.split()[-1]].append(paper)

    def same_title(self, paper: Paper) -> frozenset[int]:
        """Return the ids of a paper and of others with its title."""
        return frozenset(self.by_title[fold(paper.document.title)])

    @cached_property
    def frequency(self) -> Counter[str]:
        """The number of titles that each folded word occurs in."""
        return Counter(word for p in self.papers for word in set(map(fold, p.words)))

    @cached_property
    def vocabulary(self) -> list[str]:
        """The words of titles, sorted."""
        return sorted(word for word in self.frequency if word.isalpha() and len(word) > 3)

    @cached_property
    def acronyms(self) -> dict[str, str]:
        """Acronyms that at least two titles or abstracts explain in the same words."""
        pairs: Counter[tuple[str, str]] = Counter()
        for paper in self.papers:
            text = f"{paper.document.title}. {paper.document.abstract}"
            for words, acronym in LONG_FORM.findall(text):
                initials = words.lower().replace("-", " ").split()[-len(acronym) :]
                if "".join(word[0] for word in initials) == acronym.lower():
                    pairs[acronym, " ".join(initials)] += 1
        best: dict[str, str] = {}
        for (acronym, words), count in pairs.most_common():
            if count > 1:
                best.setdefault(acronym, words)
        return best

    def rarest(self, words: Iterable[str], count: int) -> list[str]:
        """Return the rarest of some words of titles, in their order."""
        words = list(dict.fromkeys(words))
        chosen = sorted(words, key=lambda word: (self.frequency[fold(word)], word))[:count]
        return [word for word in words if word in chosen]


@dataclass(frozen=True)
class Sample:
    """A paper drawn from a corpus, and a random generator for what is typed for it."""

    paper: Paper
    corpus: Corpus
    random: Random

    @property
    def family(self) -> str:
        """The family name of the first author."""
        return self.paper.document.authors[0].split()[-1]


Generator = Callable[[Sample], str | KnownItem | None]


class Kind(NamedTuple):
    """A way to look for a paper."""

    point: int  # 1: partial memory; 2: identifiers; 3: acronyms; 4: names and spelling
    name: str
    generate: Generator
    shortest: int = 3  # words of a title, at least


def known_items(corpus: Corpus, kind: Kind, count: int, seed: int) -> list[KnownItem]:
    """Return up to `count` known items of a kind, the same for the same seed."""
    draw = Random(f"{seed} {kind.name}")
    result: list[KnownItem] = []
    for paper in draw.sample(corpus.papers, len(corpus.papers)):
        if len(result) == count:
            break
        if len(paper.words) < kind.shortest or not paper.document.authors:
            continue
        if not paper.document.title.isascii():
            continue
        item = kind.generate(Sample(paper, corpus, draw))
        if isinstance(item, str):
            item = KnownItem(item, corpus.same_title(paper))
        if item and item.text.strip():
            result.append(item)
    return result
