"""The owner's files: which a backup includes, and which it leaves out and why.

A backup includes the files that the site serves below `files/`, under the names in their URLs.
Links inside the folder are followed. Files that the site does not serve are left out and listed.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ...config import LIBRARY_FILE, SITE_FILE

FILES_FOLDER = "files"


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file: its name in the instance folder, and its path with links resolved."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not copied, and why. `is_loss` if the site serves it or would."""

    name: str
    reason: str
    is_loss: bool = False


def own_files(instance: Path) -> Iterator[OwnFile | LeftOut]:
    """Yield the owner's files in an instance folder in order, or why one is left out."""
    for name in (SITE_FILE, LIBRARY_FILE):
        path = instance / name
        if path.is_file():
            yield OwnFile(name, path)
        elif os.path.lexists(path):
            yield LeftOut(name, "it is not a file", is_loss=True)
    root = instance / FILES_FOLDER
    if root.is_dir():
        resolved = root.resolve()
        yield from _walk(FILES_FOLDER, resolved, resolved, (resolved,))
    elif os.path.lexists(root):
        yield LeftOut(FILES_FOLDER, "it is not a folder", is_loss=True)


def fault_of(name: str) -> str:
    """Return why a backup must not have a member of this name; empty if it may."""
    if name in (SITE_FILE, LIBRARY_FILE):
        return ""
    parts = name.split("/")
    if parts[0] != FILES_FOLDER or len(parts) < 2:
        return "a backup has only the database, site.toml, publications.bib and files/"
    if PurePosixPath(name).parts != tuple(parts) or ".." in parts or "\0" in name:
        return "it is not the plain name of a file"
    return "" if _is_encodable(name) else "its name is not valid UTF-8; rename it"


def is_hidden(name: str) -> bool:
    """Return whether a part of the name begins with a dot: the site does not serve it."""
    return any(part.startswith(".") for part in name.split("/"))


def _is_encodable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _walk(
    name: str, folder: Path, root: Path, above: tuple[Path, ...]
) -> Iterator[OwnFile | LeftOut]:
    """Yield the contents of a folder. `above` are its parent folders, links resolved."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield LeftOut(name, f"it cannot be read: {error.strerror}", is_loss=True)
        return
    for entry in entries:
        yield from _entry(f"{name}/{entry.name}", Path(entry.path), root, above)


def _entry(
    name: str, path: Path, root: Path, above: tuple[Path, ...]
) -> Iterable[OwnFile | LeftOut]:
    if is_hidden(name):
        return [LeftOut(name, "its name begins with a dot")]
    try:
        resolved = path.resolve(strict=True)
        mode = resolved.stat().st_mode
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "its links lead in a circle"
        return [LeftOut(name, f"it is a broken link: {reason}")]
    if not resolved.is_relative_to(root):
        return [LeftOut(name, "it is a link out of files/")]
    if any(part.startswith(".") for part in resolved.relative_to(root).parts):
        return [LeftOut(name, "it is a link to a name that begins with a dot")]
    if stat.S_ISDIR(mode):
        if resolved in above:
            return [LeftOut(name, "it is a link to a folder that contains it")]
        return _walk(name, resolved, root, (*above, resolved))
    if not stat.S_ISREG(mode):
        return [LeftOut(name, "it is not a file but a device, a pipe or a socket")]
    if fault := fault_of(name):
        return [LeftOut(name, fault, is_loss=True)]
    return [OwnFile(name, resolved)]
