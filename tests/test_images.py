"""The sizes of images from their headers: every format, turned, damaged and cut."""

import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.images import image_size, read_image_size


def png(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    checksum = struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + checksum


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def exif(orientation: int, order: str) -> bytes:
    """Return Exif with another tag, then the orientation."""
    sign = b"II" if order == "<" else b"MM"
    first = struct.pack(f"{order}HHIHH", 0x010F, 3, 1, 0, 0)
    second = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    directory = struct.pack(f"{order}HIH", 42, 8, 2) + first + second
    return segment(0xE1, b"Exif\0\0" + sign + directory)


def jpeg(width: int, height: int, *before: bytes, frame: int = 0xC0) -> bytes:
    size = struct.pack(">BHHB", 8, height, width, 3)
    parts = (b"\xff\xd8", segment(0xE0, b"JFIF\0"), *before, segment(0xC4, b"table"))
    return b"".join((*parts, b"\xff\xff", segment(frame, size)))


def webp(kind: bytes, data: bytes) -> bytes:
    return b"RIFF" + bytes(4) + b"WEBP" + kind + struct.pack("<I", len(data)) + data


IMAGES = {
    "png": (png(640, 480), (640, 480)),
    "gif": (b"GIF87a" + struct.pack("<HH", 20, 30), (20, 30)),
    "jpeg": (jpeg(4000, 3000), (4000, 3000)),
    "progressive jpeg": (jpeg(400, 300, frame=0xC2), (400, 300)),
    "turned jpeg": (jpeg(4000, 3000, exif(6, ">")), (3000, 4000)),
    "turned jpeg of little-endian Exif": (jpeg(4000, 3000, exif(8, "<")), (3000, 4000)),
    "upright jpeg": (jpeg(4000, 3000, exif(3, "<")), (4000, 3000)),
    "jpeg with damaged Exif": (jpeg(40, 30, segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff")), (40, 30)),
    "lossy webp": (
        webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 0x4000 | 550, 368)),
        (550, 368),
    ),
    "lossless webp": (webp(b"VP8L", b"\x2f" + struct.pack("<I", 385 | 394 << 14)), (386, 395)),
    "extended webp": (
        webp(b"VP8X", bytes(4) + struct.pack("<HBHB", 0x0001, 1, 0x00FF, 0)),
        (65_538, 256),
    ),
}


@pytest.mark.parametrize("name", IMAGES)
def test_the_header_has_the_size_that_browsers_show(name: str) -> None:
    data, size = IMAGES[name]
    assert image_size(data) == size
    assert image_size(data + b"\0" * 100) == size


@pytest.mark.parametrize("name", IMAGES)
def test_a_file_cut_anywhere_in_its_header_has_no_size(name: str) -> None:
    data, size = IMAGES[name]
    sizes = {image_size(data[:length]) for length in range(len(data))}
    assert sizes <= {None, size}
    assert image_size(data[: len(data) // 2]) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='2' height='2'/>",
        png(0, 480),
        png(640, 480).replace(b"IHDR", b"IDAT"),
        b"\xff\xd8not a marker",
        b"\xff\xd8" + b"\xff" * 100,
        b"\xff\xd8" + segment(0xE0, b"JFIF\0") + b"\xff\xe0\0\0" * 5,
        webp(b"VP8 ", b"\0\0\0\0\0\0\1\0\1\0"),
        webp(b"VP8L", b"\0" * 10),
        webp(b"ALPH", b"\0" * 10),
        b"RIFF" + bytes(4) + b"WAVEfmt " + bytes(20),
    ],
)
def test_what_is_no_image_or_damaged_has_no_size(data: bytes) -> None:
    assert image_size(data) is None


@given(st.sampled_from(sorted(IMAGES)), st.integers(0, 80), st.binary(max_size=8))
def test_no_damage_raises_an_error(name: str, position: int, damage: bytes) -> None:
    data, _ = IMAGES[name]
    image_size(data[:position] + damage + data[position + len(damage) :])


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    (tmp_path / "me.png").write_bytes(png(640, 480))
    assert read_image_size(tmp_path / "me.png") == (640, 480)
    assert read_image_size(tmp_path / "absent.png") is None
    assert read_image_size(tmp_path) is None
