"""Records <-> text: pure functions, one module a format."""

from collections.abc import Callable, Iterable, Iterator

from ..records import Record
from . import bibtex, encoding
from .reading import Problem, Reading, UnreadableFile

__all__ = ["FORMATS", "Problem", "Reading", "UnreadableFile", "read", "write"]

# The formats that are read and written, with the names their owners know.
FORMATS = {
    "bibtex": "BibTeX",
}


def read(data: bytes, progress: Callable[[int], None] | None = None) -> Reading:
    """The publications in a file of any format, told by its content.

    `progress` is called with the count of entries read so far. Raises UnreadableFile.
    """
    return bibtex.read(encoding.decode(data), progress)


def write(records: Iterable[Record], format: str = "bibtex") -> Iterator[str]:  # noqa: A002
    """The text of the records in a format of FORMATS, piece by piece."""
    if format not in FORMATS:
        raise ValueError(f"“{format}” is no format; there are {', '.join(FORMATS)}.")
    return bibtex.write(records)
