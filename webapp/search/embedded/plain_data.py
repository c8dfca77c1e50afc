"""Whoosh's files without its pickles: tables of contents by our manifest, values as plain data.

DESIGN. Whoosh keeps its table of contents, the heads of its blocks and its stored values as
pickles, and a pickle may name any function and call it. An index folder may come from anywhere (a
copied instance, a setting), so nothing in it may do that:

- The table of contents is written, for plain Whoosh to read, but never read: what it says (the
  segments, their sizes, the deleted documents) is in the manifest of a generation, which is JSON.
- All other pickles hold numbers, strings, tuples and the like. They are read by an unpickler that
  finds no class and no function but two of ours that make bytes.

Two modules of Whoosh import `loads` by name and take no other; it is replaced there.
"""

import pickle
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from whoosh import columns
from whoosh.codec import whoosh3
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import _DEF_INDEX_NAME as INDEX_NAME
from whoosh.index import TOC, FileIndex
from whoosh.writing import SegmentWriter

from .schema import Codec, schema


class SegmentEntry(NamedTuple):
    """What a manifest says of a segment of Whoosh."""

    name: str  # "MAIN_" and a random part
    size: int  # documents, the deleted ones included
    deleted: tuple[int, ...]  # numbers inside the segment


def _latin_1(text: str, encoding: str) -> bytes:
    if encoding != "latin1":
        raise pickle.UnpicklingError("the index holds bytes in another encoding than Whoosh's")
    return str.encode(text, "latin-1")


def _no_bytes() -> bytes:
    return b""


# How the pickles of Python 2, which Whoosh writes, spell bytes; called by these names only.
_BYTES: dict[tuple[str, str], Callable[..., bytes]] = {
    ("_codecs", "encode"): _latin_1,
    ("__builtin__", "bytes"): _no_bytes,
}


class _PlainUnpickler(pickle.Unpickler):
    """Numbers, strings, bytes, and tuples, lists, dicts and sets of them."""

    def find_class(self, module: str, name: str, /) -> Callable[..., bytes]:
        try:
            return _BYTES[module, name]
        except KeyError:
            message = f"the index names {module}.{name}, and may hold only data"
            raise pickle.UnpicklingError(message) from None


def load(file: BinaryIO) -> Any:
    """Read plain data from a file. Raises UnpicklingError for anything else."""
    return _PlainUnpickler(file).load()


def loads(data: bytes) -> Any:
    """Read plain data from bytes. Raises UnpicklingError for anything else."""
    return load(BytesIO(data))


columns.loads = whoosh3.loads = loads


class _PlainFile(StructFile):  # type: ignore[misc]  # Whoosh has no types
    """A file of the index."""

    def read_pickle(self) -> Any:
        return load(self.file)


class _PlainStorage(FileStorage):  # type: ignore[misc]
    """The folder of a generation."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), supports_mmap=False)

    def open_file(self, name: str, **options: Any) -> _PlainFile:
        return _PlainFile(Path(self.folder, name).open("rb"), name=name, **options)


class GenerationIndex(FileIndex):  # type: ignore[misc]
    """The index in the folder of a generation, with the segments that its manifest names."""

    def __init__(self, path: Path, segments: Iterable[SegmentEntry]) -> None:
        self.storage = _PlainStorage(path)
        self.indexname = INDEX_NAME
        self._schema = schema()
        self.segments = [_segment(entry) for entry in segments]

    def _read_toc(self) -> TOC:
        return TOC(self._schema, self.segments, self.latest_generation())

    def writer(self, **options: Any) -> "GenerationWriter":
        return GenerationWriter(self, compound=False, codec=Codec(), **options)


class GenerationWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer; after a commit, its index has the segments that were written."""

    def __init__(self, index: GenerationIndex, **options: Any) -> None:
        super().__init__(index, **options)
        self._index = index

    def _commit_toc(self, segments: list[Any]) -> None:
        super()._commit_toc(segments)
        self._index.segments = segments


def _segment(entry: SegmentEntry) -> Any:
    segment_id = entry.name.removeprefix(f"{INDEX_NAME}_")
    return whoosh3.W3Segment(Codec(), INDEX_NAME, entry.size, segment_id, set(entry.deleted))
