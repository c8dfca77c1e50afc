"""The size of an image, read from its header: pages reserve its place before it has loaded."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Final

Size = tuple[int, int]  # width, height in pixels, as browsers show the image

HEADER: Final = 1_048_576  # bytes; a JPEG may have colour profiles and a preview before its size

# Segments of a JPEG that hold its size; C4, C8 and CC have other purposes.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a segment
_APP1: Final = 0xE1
_EXIF: Final = b"Exif\0\0"
_ORIENTATION: Final = 0x0112
_TURNED: Final = range(5, 9)  # orientations by a quarter turn, with or without mirroring


def read_image_size(path: Path) -> Size | None:
    """Return the size of an image file; None if it cannot be read or its header is damaged."""
    try:
        with path.open("rb") as file:
            return image_size(file.read(HEADER))
    except OSError:
        return None


def image_size(data: bytes) -> Size | None:
    """Return the size of a PNG, JPEG, GIF or WebP image, given its first bytes.

    >>> image_size(b"GIF89a" + bytes([2, 1, 3, 0]))
    (258, 3)
    >>> image_size(b"GIF89a") is None
    True
    """
    for start, read in _READERS:
        if data.startswith(start):
            try:
                width, height = read(data)
            except (struct.error, IndexError, ValueError):
                return None
            return (width, height) if width and height else None
    return None


def _png(data: bytes) -> Size:
    kind, width, height = struct.unpack_from(">4sII", data, 12)
    if kind != b"IHDR":
        raise ValueError("no IHDR chunk")
    return width, height


def _gif(data: bytes) -> Size:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _webp(data: bytes) -> Size:
    """Read the first chunk: lossy, lossless or extended."""
    form, kind = struct.unpack_from("<4s4s", data, 8)
    if form == b"WEBP" and kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF  # the upper two bits are a scale
    if form == b"WEBP" and kind == b"VP8L" and data[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"WEBP" and kind == b"VP8X":
        low, high, low2, high2 = struct.unpack_from("<HBHB", data, 24)
        return low + (high << 16) + 1, low2 + (high2 << 16) + 1
    raise ValueError("not a WebP image")


def _jpeg(data: bytes) -> Size:
    """Read the segments up to the one with the size. Exif before it may turn the image."""
    position, turned = 2, False
    while True:
        if data[position] != 0xFF:
            raise ValueError("no marker")
        marker = data[position + 1]
        if marker == 0xFF or marker in _STANDALONE:  # 0xFF fills up before a marker
            position += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", data, position + 2)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, position + 5)
            return (height, width) if turned else (width, height)
        segment = data[position + 4 : position + 2 + length]
        if marker == _APP1 and segment.startswith(_EXIF):
            turned = _orientation(segment[len(_EXIF) :]) in _TURNED
        position += 2 + max(length, 2)


def _orientation(tiff: bytes) -> int:
    """Return the orientation in Exif's first directory; 1 (upright) if there is none."""
    try:
        order = {b"II": "<", b"MM": ">"}[tiff[:2]]
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if tag == _ORIENTATION:
                return int(value)
    except (KeyError, struct.error):
        pass
    return 1


_READERS: Final[tuple[tuple[bytes, Callable[[bytes], Size]], ...]] = (
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"\xff\xd8", _jpeg),
    (b"GIF87a", _gif),
    (b"GIF89a", _gif),
    (b"RIFF", _webp),
)
