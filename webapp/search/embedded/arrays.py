"""Arrays over the documents of a snapshot: their types, and what several parts do with them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Docs = NDArray[np.int64]  # document numbers
Mask = NDArray[np.bool_]  # one entry per document


def is_among(values: Array, ordered: Array) -> Mask:
    """Return which values occur in a sorted array.

    Replaces `np.isin`, which imports numpy.ma on its first call: 4 MB in each worker.
    """
    if not len(ordered):
        return np.zeros(len(values), bool)
    indices = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    result: Mask = ordered[indices] == values
    return result


def ranks_of(order: Array) -> Array:
    """Return the rank of each document, if these are all documents in order."""
    ranks: Array = np.empty(len(order), np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    return ranks
