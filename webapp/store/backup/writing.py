"""The whole of an instance in one file. SQLite only: other databases bring their own tools."""

import hashlib
import os
import shutil
import sqlite3
import stat
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Engine

from ...errors import BackupError
from ..connections import CatalogRevision
from .drafts import abandoned, draft_folder, sync_folder
from .foreign_database import check
from .format import DATABASE, MANIFEST, MAX_FILES, STORED_FROM, Manifest
from .owner_files import FILES_FOLDER, LeftOut, OwnFile, own_files
from .reading import BLOCK, unpack, verify

__all__ = ["Manifest", "database_path", "unpack", "write_backup"]

DRAFT = ".octavo-backup-"
ATTEMPTS = 3  # at a copy of a file that changes while it is read
FIRST_DATE = (1980, 1, 1, 0, 0, 0)
LAST_DATE = (2107, 12, 31, 23, 59, 58)


def database_path(database: Engine) -> Path:
    """The file of the database. Raises BackupError when it is not SQLite's."""
    if database.dialect.name != "sqlite" or not database.url.database:
        raise BackupError(
            f"The database is {database.dialect.name}; back it up with its own tools."
        )
    return Path(database.url.database)


def write_backup(database: Engine, instance: Path, target: Path) -> tuple[Manifest, list[LeftOut]]:
    """Write a backup, consistent while the site serves; answer what is in it, and what is not.

    It is read back before it takes the place of an existing one. Raises BackupError or OSError when
    it cannot be written; an existing one is as it was then.
    """
    source = database_path(database)
    _refuse_target(target, instance)
    with abandoned(target.parent, DRAFT) as leftovers:
        for leftover in leftovers:
            shutil.rmtree(leftover, ignore_errors=True)
    with draft_folder(target.parent, DRAFT) as folder:
        copy = folder / DATABASE
        _copy_database(source, copy)
        manifest, left_out = _write_archive(folder, copy, instance)
        draft = folder / "draft.zip"
        verify(draft)
        draft.replace(target)
        sync_folder(target.parent)
    return manifest, left_out


def _refuse_target(target: Path, instance: Path) -> None:
    """Raise BackupError for a place where a backup would be served, or replace something else."""
    files = (instance / FILES_FOLDER).resolve()
    if target.is_relative_to(files):
        raise BackupError(f"{target}: the site would publish it there. Choose another folder.")
    if not target.parent.is_dir():
        raise BackupError(f"{target.parent}: there is no such folder.")
    if not os.path.lexists(target):
        return
    if not stat.S_ISREG(target.stat().st_mode):
        raise BackupError(f"{target}: this is not a file. Choose another name.")
    if target.stat().st_size and not zipfile.is_zipfile(target):
        raise BackupError(f"{target}: this file is not a backup; it was left as it is.")


def _copy_database(source: Path, copy: Path) -> None:
    if not source.exists():
        raise BackupError(f"{source}: there is no database yet (octavo prepare makes one).")
    with closing(sqlite3.connect(source.as_uri() + "?mode=rw", uri=True)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    check(copy, copy.with_name("check.db"))


def _write_archive(folder: Path, copy: Path, instance: Path) -> tuple[Manifest, list[LeftOut]]:
    """Write draft.zip: each member as it is read, the manifest of what was read at the end."""
    digests: dict[str, str] = {}
    left_out: list[LeftOut] = []
    with (folder / "draft.zip").open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            digests[DATABASE] = _add(archive, DATABASE, copy)
            for found in _copied(instance, folder / "copy"):
                if isinstance(found, LeftOut):
                    left_out.append(found)
                else:
                    digests[found.name] = _add(archive, found.name, found.path)
            manifest = _manifest(copy, digests)
            archive.writestr(_member(MANIFEST, 0), manifest.to_json())
            # It is written last and listed first, where unzip -l shows it.
            archive.filelist.insert(0, archive.filelist.pop())
        file.flush()
        os.fsync(file.fileno())
    return manifest, left_out


def _copied(instance: Path, copy: Path) -> Iterator[OwnFile | LeftOut]:
    """The owner's files, each as it was at one moment: `copy` is overwritten by the next."""
    count = 0
    for found in own_files(instance):
        if isinstance(found, LeftOut):
            yield found
            continue
        count += 1
        if count > MAX_FILES:
            raise BackupError(f"{FILES_FOLDER}/ holds more than {MAX_FILES} files.")
        try:
            _copy(found.path, copy)
        except _UnreadableError as error:
            yield LeftOut(found.name, str(error), is_loss=True)
        else:
            yield OwnFile(found.name, copy)
    copy.unlink(missing_ok=True)


class _UnreadableError(Exception):
    """A file that cannot be copied, and why."""


def _copy(path: Path, copy: Path) -> None:
    """Copy a file as it was at one moment. Raises _UnreadableError, or OSError for the copy."""
    for _ in range(ATTEMPTS):
        with _open(path) as source, copy.open("wb") as target:
            before = os.fstat(source.fileno())
            while target.tell() <= before.st_size and (block := _read(source)):
                target.write(block)  # of a file that grows, not more than shows that it does
            after = os.fstat(source.fileno())
            same = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
            if same and target.tell() == after.st_size:
                break
    else:
        raise _UnreadableError("it changes while it is read; make another backup later")
    with suppress(OSError, OverflowError):  # only a listing of the archive shows it
        os.utime(copy, ns=(after.st_mtime_ns, after.st_mtime_ns))


def _open(path: Path) -> BinaryIO:
    """Open a file for reading: what has become a pipe or a link meanwhile is refused."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError as error:
        raise _UnreadableError(f"it cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise _UnreadableError("it is no longer a file")
    return os.fdopen(handle, "rb")


def _read(source: BinaryIO) -> bytes:
    try:
        return source.read(BLOCK)
    except OSError as error:
        raise _UnreadableError(f"it cannot be read: {error.strerror}") from None


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    """Write a file into the archive; answer the SHA-256 of what was written."""
    member = _member(name, path.stat().st_mtime)
    member.file_size = path.stat().st_size
    if name != DATABASE and member.file_size >= STORED_FROM:
        member.compress_type = zipfile.ZIP_STORED
    digest = hashlib.sha256()
    with path.open("rb") as source, archive.open(member, "w") as target:
        while block := source.read(BLOCK):
            digest.update(block)
            target.write(block)
    return digest.hexdigest()


def _member(name: str, modified: float) -> zipfile.ZipInfo:
    """The head of a member. A ZIP archive knows dates from 1980 to 2107 only."""
    try:
        date = time.localtime(modified)[:6]
    except (OSError, OverflowError, ValueError):
        date = FIRST_DATE
    member = zipfile.ZipInfo(name, min(max(date, FIRST_DATE), LAST_DATE))
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = (stat.S_IFREG | 0o600) << 16
    return member


def _manifest(copy: Path, digests: dict[str, str]) -> Manifest:
    with closing(sqlite3.connect(copy)) as connection:
        revision = CatalogRevision(*_row(connection, "SELECT identity, counter FROM catalog_state"))
        (schema,) = _row(connection, "SELECT version_num FROM alembic_version")
        (publications,) = _row(connection, "SELECT count(*) FROM publications")
    return Manifest(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        schema=schema,
        revision=str(revision),
        publications=publications,
        files=digests,
    )


def _row(connection: sqlite3.Connection, query: str) -> tuple[Any, ...]:
    return tuple(connection.execute(query).fetchone())
