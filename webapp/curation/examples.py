"""What a new clone shows until its owner brings publications: copies of two example files.

DESIGN: the examples are under version control, the copies are not, so an owner's edits and an
upgrade never meet. An example is copied only inside the folder it lies in. Another instance
folder (a server's, a container's volume, a restored backup) has none: it shows what its owner put
there, and never a stranger's name.
"""

from contextlib import ExitStack
from pathlib import Path
from typing import Final

from ..catalog import Catalog
from ..config import LIBRARY_FILE, SITE_FILE
from ..store.connections import current_revision, reading
from ..store.revisions import command_of
from .importing import is_loaded

FILES: Final = (SITE_FILE, LIBRARY_FILE)

# Who loaded a catalog's first publications, as the history names it.
LOADED_BY_PREPARE: Final = "octavo prepare"
LOADED_FROM_EXAMPLE: Final = "octavo prepare (example)"


def copy_examples(catalog: Catalog, instance: Path) -> list[Path]:
    """Copy the examples in an instance folder, both or none, and return the new files.

    Only where they are wanted, and nothing is overwritten. Raises OSError.
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
    """The example of a file: site.example.toml of site.toml."""
    return path.with_suffix(f".example{path.suffix}")


def _wants_examples(catalog: Catalog, instance: Path) -> bool:
    """Whether an instance is new: it has neither file, and nothing was ever saved."""
    if any((instance / name).is_symlink() or (instance / name).exists() for name in FILES):
        return False
    return not current_revision(catalog.database).counter or _was_cloned_with_them(
        catalog, instance
    )


def _was_cloned_with_them(catalog: Catalog, instance: Path) -> bool:
    """Whether the two files themselves came with the clone, before there were examples.

    The upgrade removed them where the owner had not changed them, and the site has to go on
    showing what it showed.
    """
    with reading(catalog.database) as connection:
        first = command_of(connection, 1)
    return first == LOADED_BY_PREPARE and is_loaded(catalog, _example(instance / LIBRARY_FILE))
