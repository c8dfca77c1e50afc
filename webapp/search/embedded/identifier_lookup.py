"""Documents with the identifiers in a query."""

from collections.abc import Iterable

import numpy as np

from ..identifiers import segment_to_look_up
from .arrays import Docs
from .derived import ENDS_WITH
from .snapshot import Snapshot

SHARED = 5  # documents, at most, that the last segment of an identifier can stand for


def find_identifiers(snapshot: Snapshot, names: Iterable[str]) -> Docs:
    """Return the documents with one of some identifiers, or with its last segment."""
    docs: set[int] = set()
    for name in names:
        docs |= _identified(snapshot, name) or _ending_with(snapshot, segment_to_look_up(name))
    return np.array(sorted(docs), np.int64)


def _identified(snapshot: Snapshot, name: str) -> set[int]:
    """Return the documents with an identifier."""
    return {
        segment.base + int(segment.arrays["identifiers.docs"][number])
        for segment in snapshot.segments
        for number in segment.identifiers.equal(name.encode("utf-8", "replace"))
    }


def _ending_with(snapshot: Snapshot, segment: str) -> set[int]:
    """Return the documents with an identifier that ends with a segment; none if many have."""
    docs = _identified(snapshot, f"{ENDS_WITH}{segment}") if segment else set()
    return docs if len(docs) <= SHARED else set()
