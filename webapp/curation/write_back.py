"""Rewriting the owner's file after changes in the browser, for owners who have it in git.

The file is written only if it has no changes that were not imported. A lock beside it lets one
process at a time do so; what it says is checked before it replaces the former file in one step.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from ..catalog import Catalog
from ..errors import CannotWriteBackError
from ..formats.bibtex.replacing import replace_entries
from ..store import publications
from ..store.connections import reading
from .edited import EditedPublications
from .known_publications import KnownPublications
from .loaded_file import is_loaded, note_loaded

MAX_WAITED: Final = 1 << 20  # bytes of a file that a request waits for


def has_unread_changes(catalog: Catalog, path: Path) -> bool:
    """Return whether the owner's file has changes that were not imported."""
    return path.exists() and not is_loaded(catalog, path)


def write_back(catalog: Catalog, path: Path) -> bool:
    """Make the owner's file say what the catalog says; return whether it had to change.

    Raises CannotWriteBackError if the file has changes that were not imported, is not UTF-8, or
    cannot be written so that it says the same. Raises OSError if it cannot be read or written.
    """
    path = Path(os.path.realpath(path))
    with _lock(path):
        _refuse_unread(catalog, path)
        before = path.read_bytes() if path.exists() else b""
        after = _updated(catalog, before)
        if after == before:
            return False
        draft = path.with_name(f".octavo-{uuid4().hex}")
        try:
            with draft.open("xb") as file:
                file.write(after)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                draft.chmod(path.stat().st_mode & 0o7777)
            _refuse_unread(catalog, path)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        note_loaded(catalog, path)
    return True


def _refuse_unread(catalog: Catalog, path: Path) -> None:
    if has_unread_changes(catalog, path):
        raise CannotWriteBackError(
            f"{path.name} has changes that were not imported, so it was left as it is. "
            "Import it: octavo import"
        )


def _updated(catalog: Catalog, content: bytes) -> bytes:
    """Return the content of the file with the publications of the catalog."""
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    try:
        text = content[len(mark) :].decode()
    except UnicodeDecodeError:
        raise CannotWriteBackError("The file is not UTF-8, so it was left as it is.") from None
    has_returns = "\r\n" in text
    with reading(catalog.database) as connection:
        known = KnownPublications(connection)
        edited = EditedPublications(connection, known)
        records = [stored.record for stored in publications.load_all(connection)]
    new = replace_entries(
        text.replace("\r\n", "\n"), records, edited.present_keys, edited.removed_keys
    )
    return mark + (new.replace("\n", "\r\n") if has_returns else new).encode()


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold the lock of the folder of a file, which other processes wait for."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
