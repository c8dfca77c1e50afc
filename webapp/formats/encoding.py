"""Decoding the bytes of a file."""

import codecs
import io
import re
from collections.abc import Iterator
from typing import Final

from ..errors import UnreadableFileError

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"(?:^%[^\n]*?encoding[:=]?\s*|encoding=[\"']|-\*-\s*coding:\s*|@comment\{.{0,40}encoding:\s*)"
    rb"([A-Za-z][\w.:-]+)",
    re.IGNORECASE | re.MULTILINE,
)
_MAGIC: Final = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\x1f\x8b": "a compressed file",
    b"\xfd7zXZ": "a compressed file",
    b"BZh": "a compressed file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x7fELF": "a program",
    b"SQLite format 3\0": "a database",
    b"\xd0\xcf\x11\xe0": "an office document",
}
_PIECE: Final = 1 << 20  # bytes to decode at once
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


class DecodedFile:
    """The text of a file in pieces, with line feeds as line ends and without control characters.

    It can be read more than once, and each time the pieces are decoded as they are needed: the
    whole text takes four bytes a character if one of them is an emoji.

    The encoding is that of the byte order mark, else the declared one, UTF-8 or Windows-1252.
    """

    def __init__(self, data: bytes) -> None:
        """Choose the encoding. Raises UnreadableFileError if the file is empty or not text."""
        if not data.strip(b" \t\r\n\0"):
            raise UnreadableFileError("The file is empty.")
        for magic, what in _MAGIC.items():
            if data.startswith(magic):
                raise UnreadableFileError(f"This is {what}. Export BibTeX or RIS and import that.")
        self._data = data
        self._start, self._encoding, self._errors = _encoding(data)
        length = stripped = 0
        for piece in self._decoded():
            length += len(piece)
            stripped += len(remove_controls(piece))
        if length - stripped > 8 + length // 50:
            raise UnreadableFileError("This is not text. Export BibTeX or RIS and import that.")

    def __iter__(self) -> Iterator[str]:
        return map(remove_controls, self._decoded())

    def _decoded(self) -> Iterator[str]:
        pieces = _pieces(self._data, self._start, self._encoding, self._errors)
        yield next(pieces).removeprefix("\ufeff")
        yield from pieces


def decode(data: bytes) -> str:
    """Return the text of a file. Raises UnreadableFileError."""
    return "".join(DecodedFile(data))


def remove_controls(text: str) -> str:
    """Return the text without control characters and lone surrogates."""
    return _CONTROL.sub("", text)


def _encoding(data: bytes) -> tuple[int, str, str]:
    """Return where the text starts, its encoding, and what to do about other bytes."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return len(bom), name, "replace"
    for candidate in filter(None, (_utf16(data), _declared(data), "utf-8")):
        try:
            for _ in _pieces(data, 0, candidate, "strict"):
                pass
        except (UnicodeDecodeError, LookupError):
            continue
        return 0, candidate, "strict"
    return 0, "cp1252", "replace"


def _pieces(data: bytes, start: int, name: str, errors: str) -> Iterator[str]:
    """Yield the text of a file in at least one piece. Raises UnicodeDecodeError, LookupError."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(name)(errors), True)
    for position in range(start, max(len(data), start + 1), _PIECE):
        end = position + _PIECE
        yield decoder.decode(data[position:end], final=end >= len(data))


def _utf16(data: bytes) -> str:
    """Return the name of UTF-16 without a mark, in which every second byte is zero, or ""."""
    head = data[:2000]
    zeros = [head[0::2].count(0), head[1::2].count(0)]
    if max(zeros) < len(head) // 5 or min(zeros) > len(head) // 20:
        return ""
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _declared(data: bytes) -> str:
    declaration = _DECLARED.search(data[:3000])
    if not declaration:
        return ""
    name = declaration[1].decode("ascii").lower().rstrip(".:-")
    try:
        codec = codecs.lookup(name)
    except LookupError:
        return ""
    wide = codec.name.startswith(("utf-16", "utf-32"))
    return "" if wide or not getattr(codec, "_is_text_encoding", True) else codec.name
