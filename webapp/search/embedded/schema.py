"""Whoosh's schema: a document's terms with their positions, and its stored columns."""

import re
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3PostingsWriter
from whoosh.fields import STORED, FieldType, Schema
from whoosh.formats import Positions

from ...facets import FACETS
from ..engine import Document
from ..identifiers import normalise
from ..text import STOP_WORDS, collapse, fold, terms

# Raise the number on every change to indexing, text.py, the derived arrays or a facet's values.
SCHEMA = f"5 {' '.join(FACETS)}"

TEXT_FIELDS = ("title", "authors", "venue", "tags", "abstract")
NAME_STRIDE = 32  # positions reserved per author, tag or venue, so that no phrase spans two
MAX_POSITION = 0xFFFE  # so the number of positions also fits into 16 bits
COMPRESSED = 10  # postings, at least, in a block that is worth compressing

Posting = tuple[str, int]  # term, position

# A family name with several particles. One particle makes two words, which match as one anyway.
_WITH_PARTICLES = re.compile(r"(?<=\s)(?:[a-zà-ÿ]{1,4}\s){2,}[\w'’-]+")


class PackedPositions(Positions):  # type: ignore[misc]  # Whoosh has no types
    """Positions as 16-bit integers: a third of the size of Whoosh's format, and fast to read."""

    def encode(self, poslist: Iterable[int]) -> bytes:
        return array("H", poslist).tobytes()

    def decode_positions(self, valuestring: bytes) -> list[int]:
        return array("H", valuestring).tolist()

    def decode_frequency(self, valuestring: bytes) -> int:
        return len(valuestring) // 2


class Terms(FieldType):  # type: ignore[misc]
    """A field whose value is a series of postings, already analysed."""

    def __init__(self) -> None:
        super().__init__(PackedPositions(), None, scorable=False, stored=False)

    def index(self, value: Iterable[Posting], **_: Any) -> list[tuple[bytes, int, float, bytes]]:
        positions: dict[str, list[int]] = {}
        for term, position in value:
            if position > MAX_POSITION:
                continue
            if term not in positions:
                positions[term] = [position]
            elif positions[term][-1] < position:
                positions[term].append(position)
        return [
            (term.encode(), len(at), float(len(at)), self.format.encode(at))
            for term, at in positions.items()
        ]


class PostingsWriter(W3PostingsWriter):  # type: ignore[misc]
    """Whoosh's postings writer, without slow and useless compression of small blocks."""

    def _write_block(self, last: bool = False) -> None:
        self._compression = 3 if len(self) >= COMPRESSED else 0
        super()._write_block(last)


class Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec, without a lookup of lengths for each posting: the arrays have them."""

    length_stats = False

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> PostingsWriter:
        return PostingsWriter(dbfile, self._blocklimit, byteids)


def schema() -> Schema:
    """Return the schema of the index. `columns` stores a document's values beside its terms."""
    texts = {name: Terms() for name in TEXT_FIELDS}
    return Schema(columns=STORED(), **texts)


def fields(document: Document) -> dict[str, Any]:
    """Return a document as keyword arguments of Whoosh's `add_document`."""
    years = document.facets.get("year", ())
    return {
        "title": terms(document.title),
        "authors": _name_postings(document.authors),
        "venue": _in_strides((document.venue, document.container, *years)),
        "tags": _in_strides(document.tags),
        "abstract": (
            posting for posting in terms(document.abstract) if posting[0] not in STOP_WORDS
        ),
        "columns": _columns(document),
    }


def _columns(document: Document) -> tuple[Any, ...]:
    identifiers = tuple(dict.fromkeys(filter(None, map(normalise, document.identifiers))))
    return (
        document.id,
        document.position,
        fold(document.title).lstrip(" \"'“‘«([{$\\"),
        fold(document.venue),
        identifiers,
        *(document.facets.get(name, ()) for name in FACETS),
    )


def _in_strides(texts: Iterable[str]) -> Iterator[Posting]:
    base = 0
    for text in texts:
        position = 0
        for term, position in terms(text):
            yield term, base + position
        base += -(-(position + 2) // NAME_STRIDE) * NAME_STRIDE


def _name_postings(names: Iterable[str]) -> Iterator[Posting]:
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
