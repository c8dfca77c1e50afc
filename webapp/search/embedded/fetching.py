"""Copying an index from another machine, which takes seconds where building one takes minutes.

DESIGN. The source is the index folder of another machine, mounted, or a copy of it, so any of it
may be missing, damaged or forged. It is read like an index of this machine: a pointer in JSON with
a checksum, names without a folder in them, and no file that has another size or checksum than the
pointer says. A link, a pipe or a device is never opened, and nothing in it can run code (see
docs/decisions/no-unpickling.md). What cannot be used is one warning, and the index is built.
"""

import logging
import os
import stat
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from . import generations
from .generations import Manifest
from .schema import SCHEMA

logger = logging.getLogger(__name__)

_ATTEMPTS: Final = 3  # to copy a generation, which the other machine may replace
_BLOCK: Final = 1 << 20  # bytes


class _UnusableError(Exception):
    """The index cannot be used. The message says why."""


def fetch_generation(source: Path, folder: Path, accepts: Callable[[str, str], bool]) -> bool:
    """Copy the generation of `source` into `folder`, and switch to it; return whether that worked.

    `accepts` gets its revision and variant. The lock of `folder` must be held.
    """
    try:
        for attempt in range(_ATTEMPTS):
            try:
                _copy_generation(source, folder, accepts)
            except FileNotFoundError:
                if attempt + 1 == _ATTEMPTS:
                    raise
            else:
                return True
    except (OSError, _UnusableError) as error:
        logger.warning("Cannot use the index in %s, so one is built: %s", source, error)
    return False


def _copy_generation(source: Path, folder: Path, accepts: Callable[[str, str], bool]) -> None:
    manifest = generations.read_pointer(source, SCHEMA)
    if manifest is None:
        raise _UnusableError("there is no readable index of this version of Octavo")
    if not accepts(manifest.revision, manifest.variant):
        raise _UnusableError(f"its revision {manifest.revision} is of another state or too old")
    with generations.new_generation(folder) as path:
        for name in manifest.files:
            _copy_file(source / manifest.name, path, name, manifest)
        generations.publish(path, manifest.revision, SCHEMA, manifest.segments, manifest.variant)


def _copy_file(source: Path, target: Path, name: str, manifest: Manifest) -> None:
    """Copy a file. Raise _UnusableError if it is not the one that the manifest names."""
    size, total = manifest.files[name]
    descriptor = os.open(source / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file, (target / name).open("xb") as copy:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size != size:
            raise _UnusableError(f"{name} is damaged")
        copied, value = 0, 0
        while copied <= size and (block := file.read(_BLOCK)):
            value = zlib.crc32(block, value)
            copied += copy.write(block)
    if (copied, value) != (size, total):
        raise _UnusableError(f"{name} is damaged")
