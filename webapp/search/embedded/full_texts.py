"""The texts of PDFs in the index: their terms when it is written, and their arrays.

DESIGN. They have a vocabulary of their own, and are not in `TEXT_FIELDS`. So nothing that learns
from words learns from PDFs (spelling, acronyms, suggestions, related publications), a prefix has no
more words in titles and abstracts than before, and an index without PDFs has none of these arrays.

Only documents with a text are numbered. In the file, the names of the arrays begin with PREFIX:

ids                          the documents with a text, by their number in the segment
words, stems, ...            the vocabulary, as in derived.py; `pdf.docs` are numbers in `ids`
texts, texts.at              a line `digest name` for each text; those of document d begin at
texts.docs_at                docs_at[d]
blocks.at                    of text t: its blocks, parts of some BLOCK characters, are
blocks.positions             positions[at[t]:at[t+1]], the position of the first term of each, and
blocks.offsets               offsets[...], its start in the text, in characters
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine import FullText
from ..fields import FULL_TEXT
from ..text import STOP_WORDS, terms
from .derived import derive_words, offsets, pack_strings
from .postings import MAX_POSITION, FieldPostings, Occurrence

PREFIX = "full_text/"
BLOCK = 512  # characters

Array = NDArray[Any]
# Digest and name of a text, the positions of its blocks and their offsets.
StoredText = tuple[str, str, tuple[int, ...], tuple[int, ...]]

_SPACE = re.compile(r"\s")


class AnalysedTexts(NamedTuple):
    """What the index has of the texts of a document."""

    fields: dict[str, Iterable[Occurrence]]  # empty without texts
    stored: tuple[StoredText, ...]


def analyse_texts(texts: Sequence[FullText]) -> AnalysedTexts:
    """Return the terms of texts, one text after the other, and where their blocks begin.

    A document has about 65,000 positions. What follows is left out.
    """
    occurrences: list[Occurrence] = []
    stored: list[StoredText] = []
    base = 0
    for text in texts:
        positions, starts, start = [], [], 0
        while start < len(text.text) and base <= MAX_POSITION:
            space = _SPACE.search(text.text, start + BLOCK)
            end = space.end() if space else len(text.text)
            positions.append(base)
            starts.append(start)
            last = -1
            for term, position in terms(text.text[start:end]):
                last = max(last, position)
                if term not in STOP_WORDS:
                    occurrences.append((term, base + position))
            base += last + 1
            start = end
        stored.append((text.digest, text.name, tuple(positions), tuple(starts)))
        base += 1  # no phrase spans two texts
    return AnalysedTexts({FULL_TEXT: occurrences} if occurrences else {}, tuple(stored))


def derive_full_texts(
    reader: Any, postings_by_field: Mapping[str, FieldPostings]
) -> dict[str, Array]:
    """Return the arrays of the texts in a segment; nothing if there are none."""
    rows = {number: values["texts"] for number, values in reader.iter_docs() if values["texts"]}
    postings = postings_by_field.get(FULL_TEXT)
    if postings is None or not rows:
        return {}
    ids = np.union1d(np.array(sorted(rows), np.int32), postings.docs).astype(np.int32)
    postings = postings._replace(docs=np.searchsorted(ids, postings.docs).astype(np.int32))
    texts = [rows.get(number, ()) for number in ids.tolist()]
    arrays = {"ids": ids, **derive_words({FULL_TEXT: postings}, len(ids)), **_blocks(texts)}
    return {f"{PREFIX}{name}": values for name, values in arrays.items()}


def _blocks(rows: Sequence[Sequence[StoredText]]) -> dict[str, Array]:
    texts = [text for row in rows for text in row]
    return {
        **pack_strings("texts", (f"{digest} {name}" for digest, name, _, _ in texts)),
        "texts.docs_at": offsets([len(row) for row in rows]),
        "blocks.at": offsets([len(text[2]) for text in texts]),
        "blocks.positions": np.array([at for text in texts for at in text[2]], np.uint16),
        "blocks.offsets": np.array([at for text in texts for at in text[3]], np.uint32),
    }
