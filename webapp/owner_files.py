"""The owner's files: which exist, and what changes when one of them appears or disappears."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from .records import Link, Record

_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


class OwnerFiles:
    """The folder `files/` of an instance."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folders: tuple[str, ...] = ()
        self.version: tuple[int, ...] = ()  # changes when a file appears or disappears
        self._hash = ""

    @property
    def folder(self) -> Path:
        """The folder with links resolved; it may become a link while the site runs."""
        return self._folder.resolve()

    def find(self, name: str) -> Path | None:
        """Return the regular file of a name, with links resolved; None if it must not be served.

        Files outside the folder are not served, nor names with a part that begins with a dot.
        """
        folder = self.folder
        try:
            path = (folder / name).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):  # absent, too long, links in a circle, a null
            return None
        if not path.is_relative_to(folder) or not path.is_file():
            return None
        parts = (*name.split("/"), *path.relative_to(folder).parts)
        return None if any(part.startswith(".") for part in parts) else path

    def absent(self, record: Record) -> Iterator[Link]:
        """Yield the links of a record to files that do not exist."""
        for link in record.links:
            if ":" not in link.url and self.find(link.url.lstrip("/")) is None:
                yield link

    def with_existing(self, record: Record) -> Record:
        """Return the record without links to files that do not exist."""
        absent = set(self.absent(record))
        if not absent:
            return record
        return replace(record, links=tuple(link for link in record.links if link not in absent))

    def refresh(self) -> str:
        """Return a hash of what pages show of the files, equal on all machines that have them.

        These are their names, and the sizes of images, in which a page reserves room for them. The
        folder is read when a file appears or disappears: when the time of a folder changes, which
        takes two microseconds to see for each.
        """
        version = tuple(map(_changed, self._folders))
        if version != self.version or not version:
            folders = {str(self._folder), *(path for path, _, _ in os.walk(self._folder))}
            self._folders = tuple(sorted(folders))
            self.version = tuple(map(_changed, self._folders))  # before the names are read
            self._hash = self._hash_names()
        return self._hash

    def _hash_names(self) -> str:
        digest = hashlib.blake2b(digest_size=6)
        for folder, folders, names in os.walk(self._folder):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(folder, name)  # noqa: PTH118 - faster than a Path
                size = _size(path) if path.endswith(_IMAGES) else 0
                digest.update(
                    f"{os.path.relpath(path, self._folder)}\0{size}\0".encode(
                        "utf-8", "surrogateescape"
                    )
                )
        return digest.hexdigest()


def _changed(folder: str) -> int:
    """Return the time at which a folder changed; 0 if there is none."""
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116 - a Path takes three times as long
    except OSError:
        return 0


def _size(path: str) -> int:
    """Return the size of a file in bytes; 0 if there is none."""
    try:
        return os.stat(path).st_size  # noqa: PTH116 - as above
    except OSError:
        return 0
