"""The texts of the PDFs that publications of the list name: which to read, and which to index.

DESIGN. The database knows no texts. They are a cache of `files/`, and the index is a cache of both:
a PDF that appears, changes or disappears changes no revision. So an update of the index compares
the hashes of the PDFs that the index has with those of the present files. PDFs are read after the
index has the publications themselves, which are found at once.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ..formats.reading import Problem
from ..full_text.cache import TextCache
from ..full_text.cleaning import PAGE
from ..owner_files import OwnerFiles
from ..search.engine import FullText, Passage, SearchEngine
from ..store import queries, versions
from ..store.connections import Database, Transaction, reading

MAX_TEXTS = 8  # of a publication and its versions
_SUFFIX = ".pdf"
_MESSAGES = {
    "damaged-pdf": "is damaged, so searches miss some or all of its text. Replace it.",
    "encrypted-pdf": "needs a password, so searches miss its text. Save it without one.",
    "pdf-too-slow": "takes too long to read, so searches miss some of its text.",
    "pdf-too-large": "needs too much memory to read, so searches miss its text.",
    "pdf-without-text": "has no text, such as a scan. Add one with a program for OCR.",
}

Progress = Callable[[Iterator[object], int], Iterable[object]]


class PassageText(NamedTuple):
    """A part of a PDF, ready to show."""

    name: str  # of the file
    page: int  # from 1; 0 if the text is not there any more
    text: str


class FullTexts:
    """The PDFs below `files/`, and their texts in a cache."""

    def __init__(self, files: OwnerFiles, folder: Path) -> None:
        """`folder` is that of the cache."""
        self._files = files
        self._cache = TextCache(folder)

    def names(
        self, connection: Transaction, joins: versions.Joins, ids: Sequence[int] | None = None
    ) -> dict[int, list[str]]:
        """Return the names of the PDFs of each publication of the list, and of its versions.

        With `ids`, only those of these publications.
        """
        if not self._has_pdfs():  # so a large catalog of links to other sites is not read
            return {}
        if ids is not None:
            wanted = set(ids)
            ids = [*ids, *(id_ for id_, main in joins.published.items() if main in wanted)]
        names: dict[int, list[str]] = defaultdict(list)
        for id_, links in queries.links_to_pdfs(connection, ids):
            own = names[joins.published.get(id_, id_)]
            for url in (url.lstrip("/") for _, url in links if ":" not in url):
                if url.lower().endswith(_SUFFIX) and url not in own and len(own) < MAX_TEXTS:
                    own.append(url)
        return {id_: own for id_, own in names.items() if own}

    def _has_pdfs(self) -> bool:
        """Return whether there is any PDF below `files/`."""
        files = (name for _, _, names in os.walk(self._files.folder) for name in names)
        return any(name.lower().endswith(_SUFFIX) for name in files)

    def texts(self, names: Iterable[str]) -> tuple[FullText, ...]:
        """Return the texts of PDFs that were read, as far as they have one."""
        texts = {}
        for name in names:
            path = self._files.find(name)
            digest = self._cache.digest(path) if path else ""
            if digest and digest not in texts and (pdf := self._cache.load(digest)) and pdf.text:
                texts[digest] = FullText(digest, name, pdf.text)
        return tuple(texts.values())

    def outdated(
        self, connection: Transaction, joins: versions.Joins, search: SearchEngine
    ) -> list[int]:
        """Return the publications whose texts in the index are not those of the files.

        Leave out those with a PDF that is not read yet.
        """
        names, indexed = self.names(connection, joins), search.texts
        return [
            id_
            for id_ in {**names, **indexed}
            if (wanted := self._digests(names.get(id_, ()))) is not None
            and wanted != tuple(digest for digest, _ in indexed.get(id_, ()))
        ]

    def _digests(self, names: Iterable[str]) -> tuple[str, ...] | None:
        """Return the hashes of the PDFs that have a text; None if one is not read yet."""
        digests = []
        for path in filter(None, map(self._files.find, names)):
            if not (digest := self._cache.digest(path)):
                return None
            if self._cache.has_text(digest):
                digests.append(digest)
        return tuple(dict.fromkeys(digests))

    def unread(self, database: Database) -> list[Path]:
        """Return the PDFs of publications of the list that must and can be read, each once."""
        with reading(database) as connection:
            names = self.names(connection, versions.joins(connection))
        paths = {path for own in names.values() for path in map(self._files.find, own) if path}
        unread = (path for path in paths if not self._cache.digest(path))
        return sorted(path for path in unread if os.access(path, os.R_OK))

    def read(self, database: Database, search: SearchEngine, progress: Progress) -> list[Problem]:
        """Read the PDFs that must be read. Return a problem for each that has no (whole) text.

        Read nothing while another process does.
        """
        with self._cache.locked() as is_own:
            paths = self.unread(database) if is_own else []
            if not paths:
                return []
            for _ in progress(self._cache.read(paths), len(paths)):
                pass  # the cache stores each
            self._remove_others(database, search)
        read = set(paths)
        return [problem for path, problem in self._problems(database) if path in read]

    def _remove_others(self, database: Database, search: SearchEngine) -> None:
        """Delete the texts that neither a publication nor the present index has."""
        with reading(database) as connection:
            names = self.names(connection, versions.joins(connection))
        paths = {path for own in names.values() for path in map(self._files.find, own) if path}
        indexed = {digest for texts in search.texts.values() for digest, _ in texts}
        self._cache.remove_others(paths, indexed | {self._cache.digest(path) for path in paths})

    def problems(self, database: Database) -> Iterator[Problem]:
        """Yield a problem for each PDF that was read, but has no (whole) text."""
        return (problem for _, problem in self._problems(database))

    def _problems(self, database: Database) -> Iterator[tuple[Path, Problem]]:
        with reading(database) as connection:
            names = self.names(connection, versions.joins(connection))
            keys = queries.keys_of_ids(connection, names)
        for id_, own in names.items():
            for name in own:
                path = self._files.find(name)
                pdf = self._cache.load(self._cache.digest(path)) if path else None
                if path and pdf and pdf.reason:
                    message = f"files/{name} {_MESSAGES[pdf.reason]}"
                    yield path, Problem(0, keys.get(id_, ""), pdf.reason, message)

    def has_changes(self, database: Database, search: SearchEngine) -> bool:
        """Return whether a PDF must be read, or the index has other texts than the files."""
        if self.unread(database):
            return True
        with reading(database) as connection:
            return bool(self.outdated(connection, versions.joins(connection), search))

    def has_changed_files(self) -> bool:
        """Return whether a PDF that was read was written since. Cheap."""
        return self._cache.has_changed_files()

    def passage(self, passage: Passage) -> PassageText:
        """Return the text of a passage; it may be cut within words at both ends."""
        pdf = self._cache.load(passage.digest)
        if pdf is None:
            return PassageText(passage.name, 0, "")
        page = pdf.text.count(PAGE, 0, passage.start) + 1
        return PassageText(passage.name, page, pdf.text[passage.start : passage.end])
