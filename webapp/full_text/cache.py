"""The texts of PDFs on disk, by the hash of the PDF's content. The folder may be deleted any time.

`files.json` has the hash of each file at a size and time, so that unchanged files are not read.
Each text is a file `<hash>.txt`: a line with its version and reason, then the text.
"""

import fcntl
import hashlib
import json
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from .reading import PdfText, read_pdfs

# Raise the number on every change to extraction and cleaning: the PDFs are then read again.
VERSION: Final = 1
_TABLE: Final = "files.json"
_LOCK: Final = "lock"
_SUFFIX: Final = ".txt"
_MAX_TABLE: Final = 64 << 20  # bytes

Stamp = tuple[int, int]  # size and time of change in nanoseconds


class TextCache:
    """The texts of PDFs in a folder. Threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._table: dict[str, tuple[Stamp, str]] = {}  # path -> stamp and hash
        self._table_stamp: Stamp | None = None

    def digest(self, path: Path) -> str:
        """Return the hash of a PDF whose text is here; "" if its text must be read (again)."""
        self._load_table()
        stamp, digest = self._table.get(str(path), (None, ""))
        return digest if digest and stamp == _stamp(path) else ""

    def load(self, digest: str) -> PdfText | None:
        """Return the text of a PDF by its hash; None if it is not here."""
        try:
            data = (self._folder / f"{digest}{_SUFFIX}").read_bytes()
        except OSError:
            return None
        head, newline, text = data.partition(b"\n")
        version, _, reason = head.decode("ascii", "replace").partition(" ")
        if not newline or version != str(VERSION):
            return None
        return PdfText(text.decode("utf-8", "replace"), reason)

    def has_text(self, digest: str) -> bool:
        """Return whether a PDF that was read has a text."""
        try:
            with (self._folder / f"{digest}{_SUFFIX}").open("rb") as file:
                return bool(file.readline() and file.read(1))
        except OSError:
            return False

    def has_changed_files(self) -> bool:
        """Return whether a PDF that was read was written since."""
        self._load_table()
        table = self._table.items()
        return any(_stamp(Path(path)) not in (stamp, None) for path, (stamp, _) in table)

    def read(self, paths: Iterable[Path]) -> Iterator[tuple[Path, PdfText]]:
        """Read the PDFs whose texts are not here, and store them. Yield each, once it is stored.

        A PDF that changes while it is read is read again next time.
        """
        unread: dict[Path, tuple[Stamp, str]] = {}
        for path in paths:
            stamp = _stamp(path)
            digest = _hash(path) if stamp else ""
            if not stamp or not digest:
                continue
            if (known := self.load(digest)) is not None:
                self._store_digest(path, stamp, digest)
                yield path, known
            else:
                unread[path] = (stamp, digest)
        for path, text in read_pdfs(unread):
            stamp, digest = unread[path]
            head = f"{VERSION} {text.reason}\n".encode()
            self._write(f"{digest}{_SUFFIX}", head + text.text.encode("utf-8", "replace"))
            self._store_digest(path, stamp, digest)
            yield path, text

    def remove_others(self, paths: Collection[Path], digests: Collection[str]) -> None:
        """Delete the texts and the hashes of PDFs other than these, and what a killed writer left.

        The caller holds the lock.
        """
        self._load_table()
        named = set(map(str, paths))
        table = {path: value for path, value in self._table.items() if path in named}
        if table != self._table:
            self._write_table(table)
        with suppress(OSError):
            for file in self._folder.iterdir():
                is_other = file.suffix == _SUFFIX and file.stem not in digests
                if is_other or file.suffix not in (_SUFFIX, Path(_TABLE).suffix, ""):
                    file.unlink()

    @contextmanager
    def locked(self) -> Iterator[bool]:
        """Yield whether this process may read PDFs; another one may be reading them."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / _LOCK).open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    # -- the table of files

    def _load_table(self) -> None:
        stamp = _stamp(self._folder / _TABLE)
        if stamp == self._table_stamp:
            return
        table: dict[str, tuple[Stamp, str]] = {}
        with suppress(OSError, ValueError, TypeError, AttributeError, RecursionError):
            if stamp and stamp[0] <= _MAX_TABLE:
                rows = json.loads((self._folder / _TABLE).read_bytes())
                table = {
                    str(path): ((int(size), int(time)), str(digest))
                    for path, (size, time, digest) in rows.items()
                    if (self._folder / f"{digest}{_SUFFIX}").is_file()
                }
        self._table, self._table_stamp = table, stamp

    def _store_digest(self, path: Path, stamp: Stamp, digest: str) -> None:
        self._load_table()
        self._write_table({**self._table, str(path): (stamp, digest)})

    def _write_table(self, table: Mapping[str, tuple[Stamp, str]]) -> None:
        rows = {path: (*stamp, digest) for path, (stamp, digest) in table.items()}
        self._write(_TABLE, json.dumps(rows).encode())

    def _write(self, name: str, data: bytes) -> None:
        """Write a file. A reader never finds half of it, and may be another user."""
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._folder / f"{name}.{uuid.uuid4().hex}"
        try:
            fresh.write_bytes(data)
            fresh.replace(self._folder / name)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _hash(path: Path) -> str:
    """Return the hash of a file's content, or "" if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    except OSError:
        return ""
