"""Decoding the bytes of a file."""

import codecs
import re
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
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def decode(data: bytes) -> str:
    """Return the text of a file, with line feeds as line ends and without control characters.

    The encoding is that of the byte order mark, else the declared one, UTF-8 or Windows-1252.
    """
    if not data.strip(b" \t\r\n\0"):
        raise UnreadableFileError("The file is empty.")
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise UnreadableFileError(f"This is {what}. Export BibTeX or RIS and import that.")
    text = _decoded(data).replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    stripped = remove_controls(text)
    if len(text) - len(stripped) > 8 + len(text) // 50:
        raise UnreadableFileError("This is not text. Export BibTeX or RIS and import that.")
    return stripped


def remove_controls(text: str) -> str:
    """Return the text without control characters and lone surrogates."""
    return _CONTROL.sub("", text)


def _decoded(data: bytes) -> str:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace")
    candidates = [_utf16(data), _declared(data), "utf-8"]
    for candidate in filter(None, candidates):
        try:
            return data.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


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
