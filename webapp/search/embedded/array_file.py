"""A file of named numpy arrays, mapped into memory so that all processes share its pages."""

import json
import mmap
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]

_ALIGNMENT = 64
_HEADER = struct.Struct("<Q")  # length of the JSON that follows, in bytes


def write_arrays(path: Path, arrays: Arrays) -> None:
    """Write one-dimensional arrays to a new file. Raise FileExistsError if the path exists."""
    entries, offset = {}, 0
    for name, array in arrays.items():
        entries[name] = (array.dtype.str, array.size, offset)
        offset += -(-array.nbytes // _ALIGNMENT) * _ALIGNMENT
    header = json.dumps(entries).encode()
    header += b" " * (-(len(header) + _HEADER.size) % _ALIGNMENT)
    with path.open("xb") as file:
        file.write(_HEADER.pack(len(header)) + header)
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).view(np.uint8).data)
            file.write(bytes(-array.nbytes % _ALIGNMENT))


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Map the arrays of a file, read-only. They remain readable after the file is deleted."""
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    (length,) = _HEADER.unpack_from(mapped)
    start = _HEADER.size + length
    entries = json.loads(mapped[_HEADER.size : start])
    return {
        name: np.frombuffer(mapped, np.dtype(kind), size, start + offset)
        for name, (kind, size, offset) in entries.items()
    }


def checksum(path: Path) -> int:
    """Return the CRC-32 of a file."""
    value = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            value = zlib.crc32(block, value)
    return value
