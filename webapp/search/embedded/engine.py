"""The embedded engine: reads, searches and switches generations (see the package docstring)."""

import logging
import pickle
import struct
import threading
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from ...errors import IndexUnavailableError
from ..engine import Document, RelatedDocument, SearchRequest, SearchResult
from ..highlight import QueryHighlighter
from . import (
    facets,
    fetching,
    full_text_answers,
    generations,
    ranking,
    related,
    relaxation,
    writing,
)
from .array_file import read_arrays
from .arrays import Array, Docs, Mask
from .full_text_matching import FullTextMatcher
from .generations import Manifest
from .matching import Match, Matcher
from .rewriting import Answer
from .schema import SCHEMA
from .snapshot import Snapshot
from .subsets import Matchers

logger = logging.getLogger(__name__)

# For the weights of recently searched words, in each process: 8 words in a million documents. With
# 4 of them, a query of five words found none of its own, from one keystroke to the next.
CACHE_BYTES = 32 << 20
# Raised when a file does not have the content that this program writes.
_MALFORMED = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, TypeError),
    *(ValueError, pickle.UnpicklingError, struct.error, zlib.error),
)
_ATTEMPTS = 5  # to open a generation, which a writer may delete at the same time


@dataclass(frozen=True, slots=True)
class _State:
    """The generation that a process has open. `matchers` may outlive the files on disk."""

    stamp: object = None  # of the pointer file that was read
    manifest: Manifest | None = None  # None if the index on disk is unusable
    matchers: Matchers | None = None
    files: Mapping[tuple[str, int], dict[str, Array]] = field(default_factory=dict)  # name, CRC-32


class WhooshEngine:
    """An index in a folder. Threads and processes may share it; only this class writes to it."""

    def __init__(
        self, folder: Path, source: Path | None = None, cache_bytes: int = CACHE_BYTES
    ) -> None:
        """`source` is the index folder of another machine, or a copy of it."""
        self._folder = folder
        self._source = source
        self._cache_bytes = cache_bytes
        self._lock = threading.Lock()
        self._state = _State()

    # -- reading

    @property
    def revision(self) -> str | None:
        """The catalog revision of the index on disk; None if it must be rebuilt."""
        manifest = self._current_state().manifest
        return manifest.revision if manifest else None

    def refresh(self) -> None:
        """Open the newest generation. Wait while another thread does."""
        self._current_state(wait=True)

    @property
    def variant(self) -> str:
        """The variant of the documents in the index on disk; "" if there is none."""
        manifest = self._current_state().manifest
        return manifest.variant if manifest else ""

    @property
    def texts(self) -> Mapping[int, tuple[tuple[str, str], ...]]:
        """Digest and name of each PDF whose text the index on disk has, by id."""
        full_text = self._full_text()
        return full_text.texts if full_text else {}

    @property
    def texts_version(self) -> str:
        """A hash of the texts of PDFs in the index on disk; "" if it has none."""
        full_text = self._full_text()
        return full_text.version if full_text else ""

    def _full_text(self) -> FullTextMatcher | None:
        matchers = self._current_state().matchers
        return matchers.of(None).full_text if matchers else None

    def search(self, request: SearchRequest) -> SearchResult:
        """Search the newest generation. Raise IndexUnavailableError if there is none."""
        make_result, make_highlighter = self._matchers().cached(_search, request)
        result: SearchResult = make_result(highlighter=make_highlighter())
        return result

    def count(self, request: SearchRequest) -> int:
        """Return only the total of a request."""
        _, answer, filters = _answer(self._matchers(), request)
        return int(np.count_nonzero(facets.apply_filters(answer.match.mask, filters)))

    def facet_values(
        self, request: SearchRequest, facet: str, letters: str = "", limit: int = 0
    ) -> facets.Counts:
        """Return the values of a facet with their counts."""
        matcher, answer, filters = _answer(self._matchers(), request)
        docs = np.flatnonzero(facets.apply_filters(answer.match.mask, filters, facet))
        selected = request.filters.get(facet, ())
        return facets.count_values(matcher.snapshot, facet, docs, selected, limit, letters)

    def related(self, document: Document, limit: int) -> tuple[RelatedDocument, ...]:
        """Return the publications most related to a document, best first."""
        return related.find_related(self._matchers().of(None).snapshot, document, limit)

    def _matchers(self) -> Matchers:
        matchers = self._current_state().matchers
        if matchers is None:
            raise IndexUnavailableError("there is no readable index")
        return matchers

    def _current_state(self, wait: bool = False) -> _State:
        """Return the state, reloaded if the pointer changed.

        While another thread reloads, return the previous state, unless `wait` is set.
        """
        state = self._state
        if generations.stamp(self._folder) == state.stamp:
            return state
        if not self._lock.acquire(blocking=wait or state.matchers is None):
            return state
        try:
            self._state = self._load(self._state)
            return self._state
        finally:
            self._lock.release()

    def _load(self, state: _State) -> _State:
        """Open the generation that the pointer names. If damaged, keep the old matchers."""
        for _ in range(_ATTEMPTS):
            stamp = generations.stamp(self._folder)
            if stamp == state.stamp:
                return state
            manifest = generations.read_pointer(self._folder, SCHEMA)
            try:
                files = self._open_files(manifest, state.files) if manifest else None
                if manifest and files is not None:
                    return _State(stamp, manifest, self._build_matchers(manifest, files), files)
            except _MALFORMED as error:
                logger.warning("Cannot read the search index; it will be rebuilt: %r", error)
            if generations.stamp(self._folder) == stamp:
                break
        return _State(stamp, None, state.matchers, state.files)

    def _open_files(
        self, manifest: Manifest, open_files: Mapping[tuple[str, int], dict[str, Array]]
    ) -> dict[tuple[str, int], dict[str, Array]] | None:
        """Return the arrays in each file of a generation; None if one is missing or damaged."""
        folder, files = self._folder / manifest.name, {}
        for name, (size, total) in manifest.files.items():
            if (name, total) in open_files:
                files[name, total] = open_files[name, total]
            elif not generations.is_sound(folder, name, size, total):
                return None
            else:
                is_ours = name.endswith(".arrays")
                files[name, total] = read_arrays(folder / name) if is_ours else {}
        return files

    def _build_matchers(
        self, manifest: Manifest, files: Mapping[tuple[str, int], dict[str, Array]]
    ) -> Matchers:
        segments = []
        for segment in manifest.segments:
            name = f"{segment.name}.arrays"
            segments.append((files[name, manifest.files[name][1]], segment.deleted))
        return Matchers(Matcher(Snapshot(manifest.revision, segments), self._cache_bytes))

    # -- writing

    def rebuild(self, documents: Iterable[Document], revision: str, variant: str = "") -> None:
        """Write a new generation from scratch and switch to it."""
        with generations.locked(self._folder):
            with generations.new_generation(self._folder) as path:
                segments = writing.write_documents(path, documents)
                generations.publish(path, revision, SCHEMA, segments, variant)
            generations.clean(self._folder)

    def update(
        self,
        changed: Iterable[Document],
        removed: Iterable[int],
        revision: str,
        variant: str | None = None,
    ) -> None:
        """Write a generation that differs from the current one by some documents."""
        with generations.locked(self._folder):
            documents = {document.id: document for document in changed}
            manifest, deleted = self._writable_state({*documents, *removed})
            with generations.new_generation(self._folder, manifest) as path:
                try:
                    segments = writing.write_documents(
                        path, documents.values(), manifest.segments, deleted
                    )
                except _MALFORMED as error:
                    raise IndexUnavailableError(f"cannot update the index: {error!r}") from error
                variant = manifest.variant if variant is None else variant
                generations.publish(path, revision, SCHEMA, segments, variant)
            generations.clean(self._folder)

    def fetch(self, accepts: Callable[[str, str], bool]) -> bool:
        """Copy the index of the source, if `accepts` its revision and variant."""
        if self._source is None:
            return False
        with generations.locked(self._folder):
            is_fetched = fetching.fetch_generation(self._source, self._folder, accepts)
            generations.clean(self._folder)
        return is_fetched and self._current_state(wait=True).manifest is not None

    def delete(self) -> None:
        """Delete the index, so that it is rebuilt."""
        with generations.locked(self._folder):
            generations.delete(self._folder)

    def _writable_state(self, ids: Collection[int]) -> tuple[Manifest, list[int]]:
        """Return the current generation, and the numbers that some ids have in it."""
        state = self._current_state(wait=True)
        if state.manifest is None or state.matchers is None:
            raise IndexUnavailableError("there is no sound index to update")
        return state.manifest, state.matchers.of(None).snapshot.numbers(ids)


def _search(
    matchers: Matchers, request: SearchRequest
) -> tuple[partial[SearchResult], partial[QueryHighlighter]]:
    """Return what makes the result of a request, and what makes its highlighter.

    A highlighter caches what it finds in texts, so it is not shared between requests.
    """
    matcher, answer, filters = _answer(matchers, request)
    snapshot = matcher.snapshot
    docs = np.flatnonzero(facets.apply_filters(answer.match.mask, filters))
    page = _select_page(matcher, answer.match, docs, request)
    passages = full_text_answers.passages(matcher, request.query, answer, page)
    included = {
        name: (*request.filters.get(name, ()), *request.counted.get(name, ()))
        for name in (*request.filters, *request.counted)
    }
    result = partial(
        SearchResult,
        revision=snapshot.revision,
        ids=tuple(snapshot.ids[page].tolist()),
        total=len(docs),
        facets=facets.count_facets(snapshot, answer.match.mask, docs, filters, included),
        rewritten=answer.rewritten,
        shown_query=answer.shown,
        suggestions=matcher.suggester.suggest(
            request.query, filters, facets.apply_filters(snapshot.live, filters)
        ),
        passages={int(snapshot.ids[doc]): passage for doc, passage in passages.items()},
    )
    return result, partial(QueryHighlighter, answer.highlighted, matcher.resolve)


def _answer(matchers: Matchers, request: SearchRequest) -> tuple[Matcher, Answer, dict[str, Mask]]:
    """Match a query and its filters."""
    matcher = matchers.of(request.subset)
    answer = relaxation.answer_query(matcher, request.query, literal=request.literal)
    answer = full_text_answers.add_full_text(matcher, request.query, answer)
    return matcher, answer, facets.filter_masks(matcher.snapshot, request.filters)


def _select_page(matcher: Matcher, match: Match, docs: Docs, request: SearchRequest) -> Docs:
    """Return the documents of the requested page, in order."""
    has_query = bool(match.words or match.others or len(match.first) or match.full_text)
    order = request.sort or ("relevance" if has_query else request.default_sort)
    if order == "relevance" and not has_query:
        order = request.default_sort
    last = request.offset + request.limit
    if len(docs) < 2:  # true for half the keystrokes: nothing to sort
        return docs[request.offset : last]
    if order != "relevance":
        ranks = matcher.snapshot.order(order)[docs]
        return docs[_lowest_indices(ranks, last)][request.offset :]
    scores = ranking.score_hits(matcher, match, docs)
    best = np.arange(len(docs))
    if len(docs) > 2 * last:
        best = np.flatnonzero(scores >= -np.partition(-scores, last)[last])
    ranks = matcher.snapshot.order("position")[docs[best]]
    return docs[best[np.lexsort((ranks, -scores[best]))]][request.offset : last]


def _lowest_indices(ranks: Array, count: int) -> Array:
    """Return the indices of the `count` lowest of distinct numbers, in order."""
    if len(ranks) <= 2 * count:
        return np.argsort(ranks)[:count]
    lowest = np.argpartition(ranks, count)[:count]
    return lowest[np.argsort(ranks[lowest])]
