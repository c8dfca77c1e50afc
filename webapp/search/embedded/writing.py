"""Writing of a generation: documents into Whoosh's segments, and arrays derived from each."""

from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from whoosh.reading import SegmentReader
from whoosh.writing import IndexingError

from ..engine import Document
from .array_file import write_arrays
from .derived import derive_arrays
from .full_texts import analyse_texts, derive_full_texts
from .plain_data import GenerationIndex, GenerationWriter, SegmentEntry
from .postings import FieldPostings, PostingsBuffer
from .schema import stored_values, text_fields

# Documents in a segment, at most, to merge it; rewriting that many takes about a second.
MAX_MERGED = 4_000
GROWTH = 2  # a segment is rewritten if it is at most GROWTH times as large as what joins it


def write_documents(
    path: Path,
    documents: Iterable[Document],
    segments: Iterable[SegmentEntry] = (),
    deleted: Iterable[int] = (),
) -> list[SegmentEntry]:
    """Add documents to the segments in a folder, and delete others by their numbers in these.

    Return the segments that the folder has then.
    """
    writer = GenerationIndex(path, segments).writer()
    writer.pool = buffer = PostingsBuffer()
    try:
        for number in deleted:
            writer.delete_document(number)
        for document in documents:
            texts = analyse_texts(document.texts)
            buffer.add_document(writer.docnum, text_fields(document) | texts.fields)
            writer.add_document(**stored_values(document), texts=texts.stored)
        writer.commit(mergetype=_merge)
    except BaseException:
        # The caller deletes the folder anyway. ValueError: a file whose closing failed is closed.
        with suppress(OSError, ValueError, IndexingError):
            writer.cancel()
        raise
    return _write_arrays(path, writer, buffer.by_field)


def _merge(writer: Any, segments: list[Any]) -> list[Any]:
    """Rewrite small segments together with the new documents. Return the segments left as is."""
    stay, total = [], writer.doc_count()
    for segment in sorted(segments, key=lambda segment: segment.doc_count()):
        live, whole = segment.doc_count(), segment.doc_count_all()
        small = live <= MAX_MERGED and live <= max(GROWTH * total, 16)
        if live and not small and live * 2 > whole:
            stay.append(segment)
        elif live:
            with closing(SegmentReader(writer.storage, writer.schema, segment)) as reader:
                writer.add_reader(reader)
            total += live
    return [segment for segment in segments if segment in stay]


def _write_arrays(
    path: Path, writer: GenerationWriter, postings: Mapping[str, FieldPostings]
) -> list[SegmentEntry]:
    """Write the arrays of new segments, and delete those of removed segments."""
    entries = []
    for segment in writer.segments:
        name = segment.segment_id()
        deleted = tuple(sorted(segment.deleted_docs()))
        entries.append(SegmentEntry(name, segment.doc_count_all(), deleted))
        if not (path / f"{name}.arrays").exists():
            with closing(SegmentReader(writer.storage, writer.schema, segment)) as reader:
                arrays = derive_arrays(reader, postings) | derive_full_texts(reader, postings)
                write_arrays(path / f"{name}.arrays", arrays)
    names = {entry.name for entry in entries}
    for file in path.glob("*.arrays"):
        if file.stem not in names:
            file.unlink()
    return entries
