"""Writing a generation: documents into Whoosh's segments, and the arrays derived of each."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader
from whoosh.writing import IndexingError

from .arrays import write_arrays
from .derive import derive
from .engine import Document
from .pool import Inverted, Pool
from .schema import Codec, fields, schema

# A segment goes on growing by merges until it is this large; rewriting it takes a second or so.
MAX_MERGED = 4_000
GROWTH = 2  # a segment is rewritten when it is at most so many times what joins it

Segments = list[tuple[str, list[int]]]


def write_documents(path: Path, documents: Iterable[Document]) -> Segments:
    """Write a new index into a folder."""
    FileStorage(str(path), supports_mmap=False).create_index(schema())
    return change_documents(path, documents, ())


def change_documents(path: Path, documents: Iterable[Document], deleted: Iterable[int]) -> Segments:
    """Delete documents by their numbers in the index of a folder, and add others."""
    index = FileStorage(str(path), supports_mmap=False).open_index()
    writer = index.writer(compound=False, codec=Codec())
    writer.pool = pool = Pool(path)
    try:
        for number in deleted:
            writer.delete_document(number)
        for document in documents:
            writer.add_document(**fields(document))
        writer.commit(mergetype=_merge)
    except BaseException:
        with suppress(OSError, IndexingError):  # the folder is deleted anyway
            writer.cancel()
        raise
    return _derive(path, index, pool.inverted)


def _merge(writer: Any, segments: list[Any]) -> list[Any]:
    """Rewrite small segments together with what is new; returns those that stay."""
    stay, total = [], writer.doc_count()
    for segment in sorted(segments, key=lambda each: each.doc_count()):
        live, whole = segment.doc_count(), segment.doc_count_all()
        small = live <= MAX_MERGED and live <= max(GROWTH * total, 16)
        if live and not small and live * 2 > whole:
            stay.append(segment)
        elif live:
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
            total += live
    return [segment for segment in segments if segment in stay]


def _derive(path: Path, index: Any, inverted: Mapping[str, Inverted]) -> Segments:
    """Write the arrays of segments that have none; delete those of segments that are gone."""
    segments: Segments = []
    reader = index.reader()
    for leaf, _ in reader.leaf_readers():
        if not isinstance(leaf, SegmentReader):  # Whoosh's reader of an empty index
            continue
        name = leaf.segment().segment_id()
        segments.append((name, sorted(leaf.segment().deleted_docs())))
        if not (path / f"{name}.arrays").exists():
            write_arrays(path / f"{name}.arrays", derive(leaf, inverted))
    reader.close()
    names = {name for name, _ in segments}
    for file in path.glob("*.arrays"):
        if file.stem not in names:
            file.unlink()
    return segments
