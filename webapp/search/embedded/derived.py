"""The arrays that searches read, derived from one Whoosh segment.

words, words.at              the sorted vocabulary of these fields, as UTF-8
stems, stems.at              the sorted stems; their words: stem_words, stem_words.at
<field>.at, .docs, .counts   word w is in documents docs[at[w]:at[w+1]], counts[...] times
<field>.positions_at, .positions   the positions of word w, document by document
<field>.lengths              number of terms in the field of each document
title.content_positions      positions counted without stop words
title.extents                number of content positions in the title of each document
title.names                  number of terms in the name of a system before the colon of each title
<facet>.values, .values.at   the sorted values; document d has codes[docs_at[d]:docs_at[d+1]]
<facet>.beginnings, .at      of a suggested facet: its values, and their ends from each word on,
                             folded and sorted; of value v is entry 2v, or 2v + 1 of an end:
<facet>.beginnings.entries
identifiers, .at, .docs      sorted, and the document of each; last segments follow ENDS_WITH
acronyms.values, ...         acronyms, each followed by the words that a document explains it with
ids, positions, forthcoming, title_keys, venue_keys   one entry per document
Texts of PDFs have a vocabulary of their own, see full_texts.py.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...facets import INDEXED
from ...folding import fold
from ..identifiers import last_segment
from ..text import STOP_WORDS, stem, terms
from .postings import NO_POSTINGS, FieldPostings
from .schema import SUGGESTED, TEXT_FIELDS

ENDS_WITH = "/"  # precedes the last segment of an identifier, and begins no identifier
NAME_LENGTH, SHORT_NAME = 6, 3  # terms in the name of a system, at most; letters in a short one
_KEY = 48  # bytes in a sort key
_TYPED = 64  # characters that are typed of a value, at most, while it is suggested
_SUGGESTED = 1000  # characters of a value that visitors may begin to type at any word of
_OPENING = " \"'“‘«([{$\\"  # skipped at the start of a title when sorting
_VALUES = ("id", "position", "forthcoming", "title", "venue", "identifiers", "acronyms")

Array = NDArray[Any]


def derive_arrays(reader: Any, postings_by_field: Mapping[str, FieldPostings]) -> dict[str, Array]:
    """Return the arrays of a segment from Whoosh's reader and the postings of each text field."""
    size = reader.doc_count_all()
    arrays = _columns(reader, size)
    fields = {field: postings_by_field.get(field, NO_POSTINGS) for field in TEXT_FIELDS}
    return arrays | derive_words(fields, size)


def derive_words(fields: Mapping[str, FieldPostings], size: int) -> dict[str, Array]:
    """Return the vocabulary of some fields and their postings in `size` documents."""
    words = sorted({term for postings in fields.values() for term in postings.terms})
    numbers = {word: number for number, word in enumerate(words)}
    arrays = pack_strings("words", words) | _stems(words)
    for field, postings in fields.items():
        arrays |= _postings(field, postings, numbers, size)
    return arrays


def pack_strings(name: str, values: Iterable[str]) -> dict[str, Array]:
    """Return strings as UTF-8, concatenated into one array, and the offset of each."""
    encoded = [value.encode() for value in values]
    return {
        name: np.frombuffer(b"".join(encoded), np.uint8),
        f"{name}.at": offsets([len(value) for value in encoded]),
    }


def offsets(sizes: Sequence[int] | Array) -> Array:
    """Return where each of some consecutive runs begins, and the end of the last."""
    starts = np.zeros(len(sizes) + 1, np.uint32)
    np.cumsum(sizes, out=starts[1:])
    return starts


def _stems(words: list[str]) -> dict[str, Array]:
    groups: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        groups.setdefault(stem(word), []).append(number)
    stems = sorted(groups)
    members = [groups[name] for name in stems]
    return pack_strings("stems", stems) | {
        "stem_words": np.array([number for group in members for number in group], np.int32),
        "stem_words.at": offsets([len(group) for group in members]),
    }


def _postings(
    field: str, postings: FieldPostings, numbers: dict[str, int], size: int
) -> dict[str, Array]:
    sizes, position_counts = np.zeros((2, len(numbers)), np.uint32)
    words = [numbers[term] for term in postings.terms]
    sizes[words], position_counts[words] = np.diff(postings.docs_at), np.diff(postings.positions_at)
    result: dict[str, Array] = {
        "docs": postings.docs,
        "counts": postings.counts,
        "positions": postings.positions,
        "at": offsets(sizes),
        "positions_at": offsets(position_counts),
    }
    result["lengths"] = np.zeros(size, np.uint32)
    np.add.at(result["lengths"], result["docs"], result["counts"])  # bincount would copy both
    if field == "title":
        result |= _content_positions(
            result, [numbers[word] for word in STOP_WORDS if word in numbers]
        )
        result["extents"] = _extents(result, size)
    return {f"{field}.{name}": values for name, values in result.items()}


def _content_positions(postings: dict[str, Array], stop_words: list[int]) -> dict[str, Array]:
    """Return the positions counted without stop words."""
    docs = np.repeat(postings["docs"], postings["counts"]).astype(np.int64) << 16
    keys = docs + postings["positions"]
    spans = [slice(*postings["positions_at"][word : word + 2]) for word in stop_words]
    stops = np.sort(np.concatenate([np.zeros(0, np.int64), *(keys[span] for span in spans)]))
    before = np.searchsorted(stops, keys) - np.searchsorted(stops, docs)
    return {"content_positions": (postings["positions"] - before).astype(np.uint16)}


def _extents(postings: dict[str, Array], size: int) -> Array:
    """Return the last content position of each document, plus one."""
    extents = np.zeros(size, np.uint16)
    docs = np.repeat(postings["docs"], postings["counts"])
    np.maximum.at(extents, docs, np.minimum(postings["content_positions"], 0xFFFE) + 1)
    return extents


def _columns(reader: Any, size: int) -> dict[str, Array]:
    """Return the stored values as arrays; those of a deleted document are empty."""
    rows: list[tuple[Any, ...]] = [(-1, 0, False, "", "", (), (), *((),) * len(INDEXED))] * size
    for number, values in reader.iter_docs():
        facets = (values["facets"].get(facet, ()) for facet in INDEXED)
        rows[number] = (*(values[name] for name in _VALUES), *facets)
    ids, positions, forthcoming, titles, venues, identifiers, acronyms, *facet_columns = zip(
        *rows, strict=True
    )
    arrays = {
        "ids": np.array(ids, np.int64),
        "positions": np.array(positions, np.int64),
        "forthcoming": np.array(forthcoming, np.bool_),
        "title_keys": _sort_keys(fold(title).lstrip(_OPENING) for title in titles),
        "title.names": np.array([_name_length(title) for title in titles], np.uint8),
        "venue_keys": _sort_keys(fold(venue) for venue in venues),
    }
    for facet, column in zip((*INDEXED, "acronyms"), (*facet_columns, acronyms), strict=True):
        arrays |= _facet(facet, column)
    for facet in SUGGESTED:
        arrays |= _beginnings(facet, facet_columns[list(INDEXED).index(facet)])
    pairs = sorted(
        {
            (name, at)
            for at, names in enumerate(identifiers)
            for whole in names
            for name in (whole, f"{ENDS_WITH}{last_segment(whole)}")
        }
    )
    arrays |= pack_strings("identifiers", (name for name, _ in pairs))
    return arrays | {"identifiers.docs": np.array([at for _, at in pairs], np.int32)}


def _name_length(title: str) -> int:
    """Return the number of terms in the name of a system before the colon of a title, or 0.

    A name is one word with capitals or digits inside it, or very short; others are topics.
    """
    name, colon, _ = title.partition(":")
    if not colon or " " in name or (len(name) > SHORT_NAME and name[1:].islower()):
        return 0
    length = len({position for _, position in terms(name)})
    return length if length <= NAME_LENGTH else 0


def _sort_keys(texts: Iterable[str]) -> Array:
    return np.array([text.encode()[:_KEY] for text in texts], f"S{_KEY}")


def _facet(facet: str, rows: Sequence[Sequence[str]]) -> dict[str, Array]:
    values = _sorted_values(rows)
    codes = {value: code for code, value in enumerate(values)}
    return {
        **pack_strings(f"{facet}.values", values),
        f"{facet}.docs_at": offsets([len(row) for row in rows]),
        f"{facet}.codes": np.array([codes[value] for row in rows for value in row], np.int32),
    }


def _sorted_values(rows: Sequence[Sequence[str]]) -> list[str]:
    return sorted({value for row in rows for value in row})


def _beginnings(facet: str, rows: Sequence[Sequence[str]]) -> dict[str, Array]:
    """Return what visitors may begin to type of each value of a facet."""
    pairs = sorted(
        (text[:_TYPED], 2 * code + is_end)
        for code, value in enumerate(_sorted_values(rows))
        for text, is_end in _ends(fold(value)[:_SUGGESTED])
    )
    return {
        **pack_strings(f"{facet}.beginnings", (text for text, _ in pairs)),
        f"{facet}.beginnings.entries": np.array([entry for _, entry in pairs], np.int32),
    }


def _ends(text: str) -> Iterator[tuple[str, bool]]:
    """Yield a text from each of its words on, and whether words precede it; no stop words do."""
    yield text, False
    for at, letter in enumerate(text):
        rest = text[at + 1 :]
        if letter == " " and rest and rest.partition(" ")[0] not in STOP_WORDS:
            yield rest, True
