"""The owner's own files: which of them a backup holds, and which are left out, and why.

What the site serves below `files/` is in a backup, under the name by which it is served; links
inside the folder count as what they lead to. What is not served is left out, and named.
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
    """A file by its name in the instance folder, links resolved in `path`."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not copied, and why. `is_loss`: the site serves it, or would."""

    name: str
    reason: str
    is_loss: bool = False


def own_files(instance: Path) -> Iterator[OwnFile | LeftOut]:
    """The owner's files of an instance folder, in order; what cannot be copied with a reason."""
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
    """Why a name is none that a backup may have; empty when it may."""
    if name in (SITE_FILE, LIBRARY_FILE):
        return ""
    parts = name.split("/")
    if parts[0] != FILES_FOLDER or len(parts) < 2:
        return "only the database, site.toml, publications.bib and files/ belong to a backup"
    if PurePosixPath(name).parts != tuple(parts) or ".." in parts or "\0" in name:
        return "it is not the plain name of a file"
    return "" if _is_encodable(name) else "its name is not valid UTF-8; rename it"


def is_hidden(name: str) -> bool:
    """Whether the site serves no such name: a part of it begins with a dot."""
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
    """What is in a folder: `above` are the folders that lead to it, links resolved."""
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
        return [LeftOut(name, f"it leads nowhere: {reason}")]
    if not resolved.is_relative_to(root):
        return [LeftOut(name, "it is a link that leads out of files/")]
    if any(part.startswith(".") for part in resolved.relative_to(root).parts):
        return [LeftOut(name, "it is a link to a name that begins with a dot")]
    if stat.S_ISDIR(mode):
        if resolved in above:
            return [LeftOut(name, "it is a link to a folder that it is in")]
        return _walk(name, resolved, root, (*above, resolved))
    if not stat.S_ISREG(mode):
        return [LeftOut(name, "it is not a file but a device, a pipe or a socket")]
    if fault := fault_of(name):
        return [LeftOut(name, fault, is_loss=True)]
    return [OwnFile(name, resolved)]
