"""Hidden publications, such as drafts, which only editors see: which there are, and their files."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from ..errors import DatabaseUnavailableError
from ..formats.links import safe_file
from ..owner_files import OwnerFiles
from ..records import Record
from ..store import publications, queries
from ..store.connections import CatalogRevision, Database, last_revision, reading, revision_of
from ..store.scan import Scan, scan
from .fallback import words_of

MAX_HIDDEN: Final = 500  # hidden publications that editors see at once


def hidden_publications(database: Database, words: str = "") -> tuple[list[Record], int]:
    """Return the first hidden publications that contain all words, and how many there are.

    They come in the owner's order, without `source`. The search index has none of them.
    """
    wanted = Scan(words_of(words), (), (), (), (), hidden=True)
    with reading(database) as connection:
        ids, total = scan(connection, wanted, newest_first=False, limit=MAX_HIDDEN)
        loaded = publications.load(connection, ids, whole=False)
    return [loaded[id_].record for id_ in ids], total


class HiddenFiles:
    """The files of hidden publications that neither a visible one nor a setting names.

    They are read once for each revision.
    """

    def __init__(self, files: OwnerFiles, settings: Iterable[str]) -> None:
        """`settings` are the names of files in the settings."""
        self._files = files
        self._settings = tuple(settings)
        self._read: tuple[CatalogRevision, frozenset[str]] | None = None

    def has(self, path: Path, database: Database) -> bool:
        """Return whether a file, by its path without symbolic links, is hidden.

        Raises DatabaseUnavailableError while the database is away, if that is not known.
        """
        try:
            names = self._names(database)
        except DatabaseUnavailableError:
            if self._read is None or self._read[0] != last_revision(database):
                raise
            names = self._read[1]
        return bool(names) and path in self._paths(names)

    def _names(self, database: Database) -> frozenset[str]:
        """Return the names of files in hidden publications, without those in visible ones."""
        with reading(database) as connection:
            revision = revision_of(connection)
            if self._read and self._read[0] == revision:
                return self._read[1]
            hidden = set(_names_of(queries.named_files(connection, hidden=True)))
            if hidden:
                visible = _names_of(queries.named_files(connection, hidden=False))
                shown = self._paths((*visible, *self._settings))
                hidden = {name for name in hidden if self._paths([name]).isdisjoint(shown)}
        self._read = (revision, frozenset(hidden))
        return self._read[1]

    def _paths(self, names: Iterable[str]) -> set[Path]:
        return {path for name in names if (path := self._files.find(name))}


def _names_of(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the names of files in rows of links and a preview; they have no scheme."""
    for links, preview in rows:
        names = (*(link[1] for link in links), safe_file(preview or ""))
        yield from (name.lstrip("/") for name in names if name and ":" not in name)
