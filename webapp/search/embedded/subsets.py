"""Parts of a snapshot that searches are limited to: of a person, a named list, a selection.

DESIGN. A search in a part is the search of a snapshot in which only its documents are live. So a
query is relaxed, completed and counted as if there were nothing else. A part is evaluated once per
generation and costs a byte per document.
"""

from collections.abc import Iterable
from copy import copy
from functools import lru_cache, partial

import numpy as np

from ..engine import Subset
from .arrays import Docs
from .facets import filter_masks
from .matching import Matcher
from .relaxation import answer_query
from .snapshot import Snapshot, call_function
from .strings import cached_method

SUBSETS = 64  # to cache
RESULTS = 512  # to cache; each takes some 5 kB


class Matchers:
    """The matcher of all documents of a snapshot, and those of parts of it."""

    def __init__(self, matcher: Matcher) -> None:
        self._whole = matcher
        self._limited = lru_cache(SUBSETS)(partial(_limit_matcher, matcher))
        # Caches the results of functions of these matchers, such as of what many visitors type
        # first: a letter that begins most titles takes 200 ms in a million publications.
        self.cached = cached_method(RESULTS, self, call_function)

    def of(self, subset: Subset | None) -> Matcher:
        """Return the matcher of a subset; None is all documents."""
        return self._whole if subset is None else self._limited(subset)


class _LimitedMatcher(Matcher):
    """A matcher of some documents.

    It shares the caches and the statistics of `whole`, which it keeps alive. Only suggestions,
    which count documents, are its own.
    """

    def __init__(self, whole: Matcher, snapshot: Snapshot) -> None:
        shared = {"norms": whole.norms, "acronyms": whole.acronyms}
        self.__dict__.update(whole.__dict__ | shared)
        self.__dict__.pop("suggester", None)
        self.whole = whole
        self.snapshot = snapshot


def _limit_matcher(matcher: Matcher, subset: Subset) -> _LimitedMatcher:
    """Return the matcher of the documents of a subset.

    What a word weighs stays what it weighs among all documents.
    """
    snapshot = matcher.snapshot
    mask = np.zeros(snapshot.size, bool)
    if subset.query or subset.filters:
        mask |= snapshot.live
    if subset.query:
        mask &= answer_query(matcher, subset.query, literal=True).match.mask
    for other in filter_masks(snapshot, dict(subset.filters)).values():
        mask &= other
    also = _in_order(snapshot, subset.also)
    mask[also] = True
    mask[_in_order(snapshot, subset.without)] = False
    limited = copy(snapshot)
    limited.live = snapshot.live & mask
    if subset.is_enumerated:
        ranks = np.full(snapshot.size, len(also), np.int32)
        ranks[also] = np.arange(len(also), dtype=np.int32)
        limited.ranks = {"position": ranks}
    return _LimitedMatcher(matcher, limited)


def _in_order(snapshot: Snapshot, ids: Iterable[int]) -> Docs:
    """Return the documents with some ids, in the order of the ids."""
    places = {id_: place for place, id_ in enumerate(dict.fromkeys(ids))}
    docs = snapshot.numbers(places)
    return np.array(sorted(docs, key=lambda doc: places[int(snapshot.ids[doc])]), np.int64)
