"""Files that editors upload: into the folder of the owner's files, and into a publication's links.

A file is written beside the others under a name that is never served, checked, and then moved to
its own name in one step. So a visitor gets the former file or the new one, never a part of one.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from ..catalog import Catalog
from ..errors import RefusedFileError
from ..formats.file_types import find_suffix
from ..formats.vocabulary import LINK_FIELDS
from ..records import Record
from ..store import queries
from ..store.connections import reading
from ..store.publications import Stored
from .editing import FieldChange, Outcome, save_changes

MAX_SIZE: Final = 50 << 20  # bytes of a file
_PART: Final = ".upload-"  # begins the name of a file that is being written
_BLOCK: Final = 1 << 20
_SLIDES: Final = ("pptx", "odp", "key")
_IMAGES: Final = ("png", "jpg")
# The kinds of files: what of a publication they are, and the suffixes that each may have.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "pdf": ("pdf",),
    "slides": ("pdf", *_SLIDES),
    "poster": ("pdf", *_IMAGES),
    "supplement": ("pdf", *_SLIDES, *_IMAGES),
    "preview": _IMAGES,
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was stored, and the publication's link to it."""

    name: str  # below files/
    replaced: bool  # whether there was a file of that name
    outcome: Outcome  # of saving the link; without a revision if the link was there


@dataclass(frozen=True, slots=True)
class OwnerFile:
    """A file in the folder, and the publications that name it."""

    name: str
    size: int  # bytes
    slugs: tuple[str, ...]


def upload(catalog: Catalog, stored: Stored, kind: str, stream: IO[bytes], who: str) -> Upload:
    """Store a file of a publication and save the link to it as one revision.

    Raises RefusedFileError for a file that is not accepted, OSError if it cannot be written,
    CatalogChangedError and DatabaseError if the link cannot be saved.
    """
    folder = catalog.files.folder
    folder.mkdir(exist_ok=True)
    _remove_parts(folder)
    part = _write_part(folder, stream)
    try:
        suffix = find_suffix(part)
        if suffix not in KINDS[kind]:
            accepted = ", ".join(name.upper() for name in KINDS[kind])
            raise RefusedFileError(f"This is a {suffix.upper()}. Choose one of these: {accepted}.")
        name = _free_name(catalog, stored, kind, suffix)
        path = folder / name
        replaced = path.exists()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    try:
        outcome = _save_link(catalog, stored, kind, name, who)
    except BaseException:
        if not replaced:
            path.unlink(missing_ok=True)
        raise
    return Upload(name, replaced, outcome)


def list_files(catalog: Catalog) -> Iterator[OwnerFile]:
    """Yield the files that are served, in alphabetical order, with what names them."""
    with reading(catalog.database) as connection:
        named = queries.slugs_by_file(connection)
    folder = catalog.files.folder
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            relative = (Path(parent) / name).relative_to(folder).as_posix()
            path = catalog.files.find(relative)
            if path:
                yield OwnerFile(relative, path.stat().st_size, tuple(named.get(relative, ())))


def _write_part(folder: Path, stream: IO[bytes]) -> Path:
    """Write a stream to a file under a name that is not served."""
    number, name = tempfile.mkstemp(prefix=_PART, dir=folder)
    part = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            size = 0
            while block := stream.read(_BLOCK):
                size += len(block)
                if size > MAX_SIZE:
                    raise RefusedFileError(f"The file is larger than {MAX_SIZE >> 20} MB.")
                file.write(block)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return part


def _remove_parts(folder: Path) -> None:
    """Remove what a process that was killed left, when it is older than any upload."""
    for part in folder.glob(f"{_PART}*"):
        newest = max((path.stat().st_mtime for path in folder.iterdir()), default=0.0)
        if newest - part.stat().st_mtime > 86_400:
            part.unlink(missing_ok=True)


def _free_name(catalog: Catalog, stored: Stored, kind: str, suffix: str) -> str:
    """Return a name made of the slug that no other publication's file has."""
    with reading(catalog.database) as connection:
        named = queries.slugs_by_file(connection)
    slug = stored.record.slug
    base = slug if kind in ("pdf", "preview") else f"{slug}-{kind}"
    number = 1
    while True:
        name = f"{base}.{suffix}" if number == 1 else f"{base}-{number}.{suffix}"
        if set(named.get(name, ())) <= {slug}:
            return name
        number += 1


def _save_link(catalog: Catalog, stored: Stored, kind: str, name: str, who: str) -> Outcome:
    field = _field_of(stored.record, kind)
    change = FieldChange(field, stored.record.source.get(field, ""), name)
    command = f"upload {name} in the browser"
    return save_changes(catalog, stored.id, [change], command, who)


def _field_of(record: Record, kind: str) -> str:
    """Return the field that links to a kind of file: the one that the record has, if any."""
    present = (name for name in record.source if LINK_FIELDS.get(name) == kind)
    default = {"supplement": "supp"}.get(kind, kind)
    return next(present, default)
