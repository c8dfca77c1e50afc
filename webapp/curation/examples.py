"""Copies of two example files, which a new clone shows until its owner adds publications.

DESIGN. The examples are under version control and the copies are not, so an upgrade never
conflicts with an owner's edits. An example is copied only within its own folder. Another instance
folder (a server's, a container's volume, a restored backup) has no examples: it shows only what
its owner puts there, and never a stranger's name.
"""

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from ..catalog import Catalog
from ..config import LIBRARY_FILE, SITE_FILE
from ..store.connections import current_revision, reading
from ..store.revisions import command_of
from .loaded_file import is_loaded

FILES: Final = (SITE_FILE, LIBRARY_FILE)

# The commands that load the first publications, as the history shows them.
LOADED_BY_PREPARE: Final = "octavo prepare"
LOADED_FROM_EXAMPLE: Final = "octavo prepare (example)"


def copy_examples(catalog: Catalog, instance: Path) -> list[Path]:
    """Copy both examples in a new instance folder and return the new files.

    Copies both or neither, and overwrites nothing. Raises OSError if the folder cannot be written.
    """
    sources = [_example(instance / name) for name in FILES]
    if not all(path.is_file() for path in sources) or not _wants_examples(catalog, instance):
        return []
    copies = [instance / name for name in FILES]
    with ExitStack() as undo:
        for source, copy in zip(sources, copies, strict=True):
            with copy.open("xb") as file:
                undo.callback(copy.unlink)
                file.write(source.read_bytes())
        undo.pop_all()
    return copies


def _example(path: Path) -> Path:
    """Return the path of a file's example: site.example.toml for site.toml."""
    return path.with_suffix(f".example{path.suffix}")


def _wants_examples(catalog: Catalog, instance: Path) -> bool:
    """Return whether an instance is new: it has neither file, and its catalog never changed."""
    if any(os.path.lexists(instance / name) for name in FILES):
        return False
    is_new = not current_revision(catalog.database).counter
    return is_new or _was_cloned_with_files(catalog, instance)


def _was_cloned_with_files(catalog: Catalog, instance: Path) -> bool:
    """Return whether the two files came with the clone, as they did before there were examples.

    An upgrade deletes them unless the owner changed them, and the site must look as before.
    """
    with reading(catalog.database) as connection:
        first = command_of(connection, 1)
    return first == LOADED_BY_PREPARE and is_loaded(catalog, _example(instance / LIBRARY_FILE))
