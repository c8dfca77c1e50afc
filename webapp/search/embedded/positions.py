"""Where terms stand together: side by side, or in one name.

A place is document << 16 | position.
"""

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from .schema import NAME_STRIDE
from .snapshot import Array, Postings, is_among

Found = Sequence[Postings]  # of one term, in any of its spellings


def side_by_side(size: int, terms: Iterable[tuple[int, Found]]) -> Array:
    """Where terms stand, each so many positions after the first place; of `size` documents."""
    places = None
    for offset, found in sorted(terms, key=lambda term: _frequency(term[1])):
        places = _narrowed(size, places, found, -offset)
    return _NOWHERE if places is None else places


def in_one_name(size: int, terms: Sequence[Found], initials: Collection[int]) -> Array:
    """Where terms stand in one name, in any order.

    Of the terms with the numbers `initials` only the first letter is known: they begin other words
    of the name than the rest.
    """
    if not all(terms):
        return _NOWHERE
    whole = [p for number, found in enumerate(terms) if number not in initials for p in found]
    taken = _narrowed(size, None, whole) if initials else _NOWHERE
    places = None
    for number, found in sorted(enumerate(terms), key=lambda term: _frequency(term[1])):
        apart = taken if number in initials else _NOWHERE
        places = _narrowed(size, places, found, stride=NAME_STRIDE, apart=apart)
    return _NOWHERE if places is None else places


_NOWHERE = np.zeros(0, np.int64)


def _frequency(found: Found) -> int:
    return sum(len(postings.docs) for postings in found)


def _narrowed(
    size: int,
    places: Array | None,
    found: Found,
    shift: int = 0,
    stride: int = 1,
    apart: Array = _NOWHERE,
) -> Array:
    """The places where one more term stands as it should, but for the places `apart`.

    Positions are counted by strides, and shifted.
    """
    if places is not None:
        if not len(places):
            return places
        near = np.zeros(size, bool)
        near[places >> 16] = True
    parts = [np.full(1, -1, np.int64)]  # what comes before the first one
    for item in found:
        docs = item.docs.astype(np.int64) + item.segment.base
        here = slice(None) if places is None else np.repeat(near[docs], item.counts)
        docs, positions = np.repeat(docs, item.counts)[here], item.places[here].astype(np.int64)
        if len(apart):
            free = ~is_among((docs << 16) + positions, apart)
            docs, positions = docs[free], positions[free]
        positions = positions // stride + shift
        parts.append(((docs << 16) + positions)[positions >= 0])
    fresh = np.sort(np.concatenate(parts))
    fresh = fresh[1:][fresh[1:] > fresh[:-1]]  # `unique` takes ten times as long
    return fresh if places is None else np.intersect1d(places, fresh, assume_unique=True)
