"""The types of files that editors upload, recognized by content, never by name.

DESIGN. A file is served by its suffix, so the suffix is chosen here. Only the directory of a ZIP
archive is read, after its size was checked, and nothing is unpacked: an archive whose entries
would unpack to too much, or overlap, is refused for the sake of those who download it. So are
presentations with macros.
"""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO, Final

from ..errors import RefusedFileError
from ..images import read_image_size

_HEAD: Final = 16  # bytes in which every signature is
_END: Final = b"PK\x05\x06"  # begins the record at the end of a ZIP archive
_END_LENGTH: Final = 22
_LONGEST_COMMENT: Final = 65_535
MAX_DIRECTORY: Final = 4 << 20  # bytes of an archive's directory
MAX_UNPACKED: Final = 1 << 30  # bytes of all entries of an archive
_ODP: Final = b"application/vnd.oasis.opendocument.presentation"
_HTML: Final = (b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml", b"<!--")


def find_suffix(path: Path) -> str:
    """Return the suffix of a file's type: "pdf", "pptx", "odp", "key", "png" or "jpg".

    Raises RefusedFileError, which says what the file is, for any other content.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if not head:
            raise RefusedFileError("The file is empty.")
        if head.startswith(b"PK\x03\x04"):
            return _find_archive(file)
    if head.startswith(b"%PDF-"):
        return "pdf"
    for suffix, signature in (("png", b"\x89PNG\r\n\x1a\n"), ("jpg", b"\xff\xd8\xff")):
        if head.startswith(signature):
            if read_image_size(path) is None:
                raise RefusedFileError("The image is damaged.")
            return suffix
    if head.lower().lstrip().startswith(_HTML):
        raise RefusedFileError("This is a web page or another text, whatever its name says.")
    raise RefusedFileError("This is no PDF, presentation (PPTX, ODP, KEY) or image (PNG, JPEG).")


def _find_archive(file: BinaryIO) -> str:
    _check_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            size = file.seek(0, 2)
            unpacked = sum(entry.file_size for entry in archive.infolist())
            packed = sum(entry.compress_size for entry in archive.infolist())
            if unpacked > MAX_UNPACKED or packed > size:
                raise RefusedFileError("This archive would unpack to too much. It was not opened.")
            return _presentation(archive, entries)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError):
        raise RefusedFileError("The presentation is damaged.") from None


def _check_directory(file: BinaryIO) -> None:
    """Raise RefusedFileError if the directory of an archive is missing or too large to read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LONGEST_COMMENT - _END_LENGTH))
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + _END_LENGTH:
        raise RefusedFileError("The presentation is damaged: its end is missing.")
    if int.from_bytes(tail[end + 12 : end + 16], "little") > MAX_DIRECTORY:
        raise RefusedFileError("This archive has too many entries. It was not opened.")


def _presentation(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> str:
    if any(name.lower().endswith("vbaproject.bin") for name in entries):
        raise RefusedFileError("This presentation has macros. Save it without them.")
    for suffix, is_of_type in _PRESENTATIONS.items():
        if is_of_type(archive, entries):
            return suffix
    raise RefusedFileError("This archive is no presentation (PPTX, ODP, KEY).")


Entries = Mapping[str, zipfile.ZipInfo]


def _is_odp(archive: zipfile.ZipFile, entries: Entries) -> bool:
    kind = entries.get("mimetype")
    return bool(kind) and kind.file_size == len(_ODP) and archive.read(kind) == _ODP  # type: ignore[union-attr,arg-type]


_PRESENTATIONS: Final[Mapping[str, Callable[[zipfile.ZipFile, Entries], bool]]] = {
    "pptx": lambda _, entries: {"[Content_Types].xml", "ppt/presentation.xml"} <= entries.keys(),
    "odp": _is_odp,
    "key": lambda _, entries: "Index/Document.iwa" in entries or "index.apxl" in entries,
}
