"""The words of a publication, and how much each tells about it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..engine import Document
from ..text import CHAIN, STOP_WORDS, analyse, stem

# Chosen with the constants of related.py.
READ = 20_000  # characters of a text, several times the length of an abstract
TITLED = 0.4  # weight of a word of the title, 1 if there is no abstract; the rest is the abstract's
PART = 0.5  # weight of a word that is only part of another in the title
HALF = 2.0  # occurrences in the publication's abstract that give half of the weight there
SHORTEST = 3  # letters of a word, unless an abbreviation or ideographs

# Words common in all titles and abstracts, which are rare only in a small catalog.
_EMPTY_WORDS = """
    about across against all also among any based been being between both can do does during each
    first get good here however including indeed its large low many may meanwhile more most much
    must new no not novel one only other own over per present propose same several show small so
    some such than then there they through toward towards two under until up use very via while
    within without you your
    achieve address aim allow approach better case compare demonstrate effective efficient enable
    evaluate existing experiment extensive high improve introduce less make method outperform paper
    perform performance problem provide recent require result significant state study substantial
    task various way well work
"""
_EMPTY = frozenset(map(stem, (*_EMPTY_WORDS.split(), *STOP_WORDS)))


class _Form(NamedTuple):
    """A word as written in a text."""

    text: str  # the term
    name: str
    is_part: bool  # of a compound or of a name like "TensorIR"


class Word(NamedTuple):
    """A word of the publication."""

    name: str  # as written in the text
    text: str  # the term
    weight: float  # importance for the publication, up to 1
    postings: int  # of the word and its inflections in the publication itself


def read_words(document: Document) -> Iterator[Word]:
    """Yield each word of title and abstract once, with its inflections counted together."""
    in_title = _forms(document.title[:READ])
    in_abstract = _forms(document.abstract[:READ])
    for root in {**in_title, **in_abstract}:
        titled, others = in_title.get(root, []), in_abstract.get(root, [])
        text, name, _ = _best_form(titled, others)
        weight = len(others) / (len(others) + HALF)
        if titled:
            weight = TITLED + (1 - TITLED) * weight if document.abstract else 1.0
        if titled and all(form.is_part for form in titled):
            weight *= PART
        postings = len({form.text for form in titled}) + len({form.text for form in others})
        yield Word(name, text, weight, postings)


def _best_form(titled: Sequence[_Form], others: Sequence[_Form]) -> _Form:
    """Return the first form, or for a capitalised word of the title its form in the abstract."""
    first = (*titled, *others)[0]
    if first.name.istitle():
        plain = [form for form in others if form.name.islower()]
        return next((form for form in plain if form.text == first.text), (*plain, first)[0])
    return first


def _forms(text: str) -> dict[str, list[_Form]]:
    """Return the forms of each word in a text, by stem, one entry per occurrence."""
    forms: dict[str, list[_Form]] = {}
    for chain in CHAIN.findall(text):
        parts, joined = analyse(chain)
        for token in (*parts, *joined):
            name = chain[token.start : token.end]
            is_word = len(name) >= SHORTEST or (len(name) == 2 and name == name.upper())
            if is_word and not name.isdecimal() and (root := stem(token.text)) not in _EMPTY:
                is_part = len(parts) > 1 and token in parts
                forms.setdefault(root, []).append(_Form(token.text, name, is_part))
    return forms
