"""The owner's file as it was last loaded: whether it has changed since."""

import hashlib
from pathlib import Path

from ..catalog import Catalog
from ..store.connections import reading, writing
from ..store.revisions import loaded_digest, set_loaded_digest


def file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def note_loaded(catalog: Catalog, path: Path) -> None:
    """Record that the owner's file was loaded in its present state."""
    with writing(catalog.database) as connection:
        set_loaded_digest(connection, file_digest(path))


def is_loaded(catalog: Catalog, path: Path) -> bool:
    """Return whether the owner's file is unchanged since it was last loaded."""
    with reading(catalog.database) as connection:
        return loaded_digest(connection) == file_digest(path)
