"""Generations of the index on disk, and the pointer to the current one.

A generation is a folder that does not change once the pointer names it. An update creates a new
folder with hard links to the unchanged files. So readers never see half an index, a killed writer
leaves only a folder that the next writer deletes, and the switch is one `os.replace`.

The folder may come from anywhere: a link, a pipe or a device in it is never opened, and no file
that is there already is written.
"""

import fcntl
import json
import os
import re
import shutil
import stat
import uuid
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import IndexBusyError
from .array_file import checksum
from .plain_data import SegmentEntry

POINTER = "current"
_LOCK = "lock"
_PREFIX = "generation-"
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")  # of a folder, file or segment
_SUFFIXES = (".arrays", ".toc", ".trm", ".pst", ".col")  # all other files are temporary
_MAX_POINTER = 64 << 20  # bytes; a million deleted documents take 8


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of the pointer: the folder, its revision and segments, and its files."""

    name: str  # of the folder
    revision: str
    schema: str
    segments: tuple[SegmentEntry, ...]  # in Whoosh's order
    files: dict[str, tuple[int, int]]  # name -> size, CRC-32
    variant: str = ""  # of the documents


def read_pointer(folder: Path, schema: str) -> Manifest | None:
    """Read the pointer; None if it is missing, damaged or of another schema."""
    try:
        total, _, text = _pointer_text(folder).partition("\n")
        if int(total) != zlib.crc32(text.encode()):
            return None
        raw = json.loads(text)
        return _manifest(raw) if raw["schema"] == schema else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _pointer_text(folder: Path) -> str:
    """Return the content of the pointer. Raise ValueError if it is no file of a pointer's size."""
    path = folder / POINTER
    if not _is_file(path) or path.stat().st_size > _MAX_POINTER:
        raise ValueError(f"{path} is not the pointer of an index")
    return path.read_text("utf-8")


def _is_file(path: Path) -> bool:
    """Return whether a path is a regular file, not a link to one. Raise OSError if it is absent."""
    return stat.S_ISREG(path.lstat().st_mode)


def _manifest(raw: dict[str, Any]) -> Manifest:
    """Return the manifest in parsed JSON. Raise ValueError for a name outside its folder."""
    segments = tuple(
        SegmentEntry(n, int(size), tuple(deleted)) for n, size, deleted in raw["segments"]
    )
    files = {name: (int(size), int(total)) for name, (size, total) in raw["files"].items()}
    for name in (raw["name"], *files, *(segment.name for segment in segments)):
        if not _NAME.fullmatch(name):
            raise ValueError(f"the index has an invalid file name: {name!r}")
    variant = str(raw.get("variant", ""))
    return Manifest(raw["name"], str(raw["revision"]), raw["schema"], segments, files, variant)


def stamp(folder: Path) -> tuple[int, int, int] | None:
    """Return a value that changes whenever the pointer does; None without a pointer. Cheap."""
    try:
        status = os.stat(f"{folder}/{POINTER}")  # noqa: PTH116  twice as fast; three calls a request
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def is_sound(folder: Path, name: str, size: int, total: int) -> bool:
    """Return whether a file has its original size and checksum."""
    path = folder / name
    with suppress(OSError):
        return _is_file(path) and path.stat().st_size == size and checksum(path) == total
    return False


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock for writing. Raise IndexBusyError if another process holds it.

    The operating system frees the lock of a process that dies.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _LOCK
    with suppress(FileNotFoundError):
        if not _is_file(path):
            _remove(path)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexBusyError("another process is writing the index") from None
        yield


@contextmanager
def new_generation(folder: Path, origin: Manifest | None = None) -> Iterator[Path]:
    """Yield a folder for the next generation, with the files of `origin`; delete it on failure."""
    clean(folder)
    path = folder / f"{_PREFIX}{uuid.uuid4().hex[:12]}"
    path.mkdir()
    try:
        for name in origin.files if origin else ():
            _link(folder / origin.name / name, path / name)  # type: ignore[union-attr]
        yield path
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise


def publish(
    path: Path, revision: str, schema: str, segments: Sequence[SegmentEntry], variant: str = ""
) -> None:
    """Point to a complete generation."""
    files = {
        file.name: (file.stat().st_size, checksum(file))
        for file in sorted(path.iterdir())
        if file.suffix in _SUFFIXES
    }
    manifest = {"name": path.name, "revision": revision, "schema": schema, "variant": variant}
    text = json.dumps({**manifest, "segments": segments, "files": files})
    fresh, pointer = path.parent / f"{POINTER}.new", path.parent / POINTER
    _remove(fresh)
    with fresh.open("x", encoding="utf-8") as file:
        file.write(f"{zlib.crc32(text.encode())}\n{text}")
    if pointer.is_dir():
        _remove(pointer)
    fresh.replace(pointer)


def clean(folder: Path) -> None:
    """Delete the generations that the pointer does not name.

    A process that has one open can still read it; a process that is opening one tries again.
    """
    current = ""
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        current = json.loads(_pointer_text(folder).partition("\n")[2])["name"]
    for path in folder.glob(f"{_PREFIX}*"):
        if path.name != current:
            _remove(path)


def delete(folder: Path) -> None:
    """Delete the pointer and all generations."""
    _remove(folder / POINTER)
    clean(folder)


def _remove(path: Path) -> None:
    """Delete a file, a link or a whole folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without hard links
        shutil.copy2(source, target)
