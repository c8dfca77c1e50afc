"""Safe reading of Whoosh's files: a manifest for the table of contents, plain data for pickles.

DESIGN. Whoosh pickles its table of contents, block headers and stored values, and a pickle can
call any function. An index folder may come from anywhere (a copied instance, a setting), so reading
it must never run code:

- The table of contents is written for Whoosh alone (`whoosh.index.open_dir`), and Octavo never
  reads it. The manifest of a generation, which is JSON, has the segments, their sizes and deleted
  documents.
- All other pickles hold numbers, strings, tuples and the like. A restricted unpickler reads them.
  It resolves no class or function except two of our own, which make bytes.

Three modules of Whoosh import `loads` by name, so it is replaced in those modules.
"""

import pickle
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from whoosh import columns, formats
from whoosh.codec import whoosh3
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import _DEF_INDEX_NAME as INDEX_NAME
from whoosh.index import TOC, FileIndex
from whoosh.writing import SegmentWriter

from .schema import schema


class SegmentEntry(NamedTuple):
    """A segment of Whoosh, as listed in a manifest."""

    name: str  # "MAIN_" and a random part
    size: int  # documents, including deleted ones
    deleted: tuple[int, ...]  # document numbers within the segment


def _latin_1(text: str, encoding: str) -> bytes:
    if encoding != "latin1":
        raise pickle.UnpicklingError(
            "the index has bytes in an encoding that Whoosh does not write"
        )
    return str.encode(text, "latin-1")


def _no_bytes() -> bytes:
    return b""


# Whoosh writes old pickle protocols, which spell bytes as calls of these two functions.
_BYTES: dict[tuple[str, str], Callable[..., bytes]] = {
    ("_codecs", "encode"): _latin_1,
    ("__builtin__", "bytes"): _no_bytes,
}


class _PlainUnpickler(pickle.Unpickler):
    """An unpickler for numbers, strings, bytes, and tuples, lists, dicts and sets of them."""

    def find_class(self, module: str, name: str, /) -> Callable[..., bytes]:
        try:
            return _BYTES[module, name]
        except KeyError:
            message = f"the index refers to {module}.{name}, but may hold only data"
            raise pickle.UnpicklingError(message) from None


def load(file: BinaryIO) -> Any:
    """Read plain data from a file. Raise UnpicklingError for anything else."""
    return _PlainUnpickler(file).load()


def loads(data: bytes) -> Any:
    """Read plain data from bytes. Raise UnpicklingError for anything else."""
    return load(BytesIO(data))


columns.loads = formats.loads = whoosh3.loads = loads


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
    """Whoosh's index in the folder of a generation, with the segments of its manifest."""

    def __init__(self, path: Path, segments: Iterable[SegmentEntry]) -> None:
        self.storage = _PlainStorage(path)
        self.indexname = INDEX_NAME
        self._schema = schema()
        self.segments = [_segment(entry) for entry in segments]

    def _read_toc(self) -> TOC:
        return TOC(self._schema, self.segments, self.latest_generation())

    def writer(self, **options: Any) -> "GenerationWriter":
        return GenerationWriter(self, compound=False, codec=_codec(), **options)


class GenerationWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer. After a commit, `segments` are the written ones."""

    def _commit_toc(self, segments: list[Any]) -> None:
        super()._commit_toc(segments)
        self.segments = segments


def _segment(entry: SegmentEntry) -> Any:
    segment_id = entry.name.removeprefix(f"{INDEX_NAME}_")
    segment = whoosh3.W3Segment(_codec(), INDEX_NAME, entry.size, segment_id, set(entry.deleted))
    segment._fieldlengths = {}  # noqa: SLF001  plain Whoosh reads it to rank documents
    return segment


def _codec() -> Any:
    """Return Whoosh's codec, without a lookup of lengths, which we do not store, per posting."""
    codec = whoosh3.W3Codec()
    codec.length_stats = False
    return codec
