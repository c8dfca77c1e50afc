"""Whoosh's schema, and what the index holds of a document: its terms and its stored values."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, product
from typing import Any

from whoosh.analysis import CharsetFilter, RegexTokenizer
from whoosh.fields import STORED, TEXT, Schema

from ...facets import INDEXED
from ...folding import fold
from ...venues import short_name
from ..acronyms import find_acronyms
from ..engine import Document
from ..fields import FULL_TEXT
from ..identifiers import normalise
from ..text import STOP_WORDS, WORD, analyse, collapse, terms
from .postings import Occurrence

# Raise the number on every change to indexing, text.py, the derived arrays or a facet's values.
SCHEMA = f"15 {' '.join(INDEXED)}"

TEXT_FIELDS = ("title", "authors", "venue", "tags", "abstract")
STORED_TEXTS = ("title", "venue")
STORED_VALUES = ("id", "position", "forthcoming", "identifiers", "acronyms", "facets", "texts")
SUGGESTED = ("author", "venue", "tag")  # facets of which values are suggested
NAME_STRIDE = 32  # positions reserved per author, tag or venue, so that no phrase spans two
# The letters below are folded for Whoosh's parser. All of Unicode's would add 30 kB to each update.
LETTERS = 0x2000

# A family name with several particles. One particle makes two words, which match as one anyway.
_WITH_PARTICLES = re.compile(r"(?<=\s)(?:[a-zà-ÿ]{1,4}\s){2,}[\w'’-]+")


@cache
def schema() -> Schema:
    """Return the schema of the index.

    All its classes are Whoosh's own, so Whoosh opens the index without Octavo. The analyzer is only
    for queries of Whoosh's parser: it gives the terms of `search.text` for plain words, and a
    phrase for words with a hyphen. Documents are indexed as `text_fields` has them.
    """
    analyzer = RegexTokenizer(f"{WORD}+") | CharsetFilter(_folded_letters())
    texts = {
        name: TEXT(analyzer, stored=name in STORED_TEXTS, multitoken_query="phrase")
        for name in (*TEXT_FIELDS, FULL_TEXT)
    }
    return Schema(**texts, **{name: STORED() for name in STORED_VALUES})


def _folded_letters() -> dict[int, str]:
    """Return the letters that `fold` changes, below LETTERS."""
    letters = ((code, fold(chr(code))) for code in range(LETTERS))
    return {code: folded for code, folded in letters if folded != chr(code)}


def stored_values(document: Document) -> dict[str, Any]:
    """Return the stored values of a document as keyword arguments of Whoosh's `add_document`."""
    return {
        "id": document.id,
        "position": document.position,
        "forthcoming": document.forthcoming,
        "identifiers": tuple(dict.fromkeys(filter(None, map(normalise, document.identifiers)))),
        "acronyms": tuple(sorted(_acronyms(document))),
        "facets": {name: document.facets.get(name, ()) for name in INDEXED},
        # Stored, but not given to Whoosh to analyse.
        **dict.fromkeys(STORED_TEXTS, ()),
        **{f"_stored_{name}": getattr(document, name) for name in STORED_TEXTS},
    }


def text_fields(document: Document) -> dict[str, Iterable[Occurrence]]:
    """Return the terms of a document in each text field, with their positions."""
    years = document.facets.get("year", ())
    venues = [name for name in (document.venue, *document.venue_names) if name]
    venues = list(dict.fromkeys((*venues, *map(short_name, venues))))
    return {
        "title": terms(document.title),
        "authors": _name_terms(document.authors),
        "venue": chain(_in_strides((*venues, *years)), _dated_acronyms(venues, years)),
        "tags": _in_strides((*document.tags, *document.labels)),
        "abstract": (
            (term, position)
            for term, position in terms(document.abstract)
            if term not in STOP_WORDS
        ),
    }


def _dated_acronyms(names: Iterable[str], years: Iterable[str]) -> Iterator[Occurrence]:
    """Yield the acronyms among the words of venues, joined with the year: emnlp2023, emnlp23.

    An acronym that is the whole name of a venue counts twice: EMNLP, not Findings of EMNLP.
    """
    names = list(names)
    acronyms = {word for name in names for word in name.split() if sum(map(str.isupper, word)) > 1}
    for word in sorted(acronyms):
        parts, joined = analyse(word)
        for token in dict.fromkeys(token.text for token in (*parts, *joined)):
            for year, position in product(years if token.isalpha() else (), (0, 1)):
                if not position or word in names:
                    yield f"{token}{year}", position
                    yield f"{token}{year[-2:]}", position


def _acronyms(document: Document) -> set[str]:
    """Return the acronyms that title, abstract and venue explain, each before its words."""
    texts = (document.title, document.abstract, document.venue, *document.venue_names)
    return {" ".join(pair) for text in texts for pair in find_acronyms(text)}


def _in_strides(texts: Iterable[str]) -> Iterator[Occurrence]:
    base = 0
    for text in texts:
        position = 0
        for term, position in terms(text):
            yield term, base + position
        base += -(-(position + 2) // NAME_STRIDE) * NAME_STRIDE


def _name_terms(names: Iterable[str]) -> Iterator[Occurrence]:
    """Yield the terms of names, one name per stride.

    Each term is also indexed with umlauts collapsed, and "van der Goot" also as one term.
    """
    for number, name in enumerate(names):
        for term, position in terms(name):
            name_position = number * NAME_STRIDE + min(position, NAME_STRIDE - 1)
            yield term, name_position
            if (other := collapse(term)) != term:
                yield other, name_position
        for family in _WITH_PARTICLES.findall(name):
            yield "".join(term for term, _ in terms(family)), number * NAME_STRIDE
