"""Writing a backup of an instance."""

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
from ..sqlite import translated_errors
from .drafts import abandoned, draft_folder, sync_folder
from .foreign_database import adopt
from .format import DATABASE, MANIFEST, MAX_FILES, STORED_FROM, Manifest
from .live import Live, live_database
from .owner_files import FILES_FOLDER, LeftOut, OwnFile, own_files
from .reading import BLOCK, verify

DRAFT = ".octavo-backup-"
ATTEMPTS = 3  # to copy a file that changes while it is read
FIRST_DATE = (1980, 1, 1, 0, 0, 0)
LAST_DATE = (2107, 12, 31, 23, 59, 58)


def write_backup(database: Engine, instance: Path, target: Path) -> tuple[Manifest, list[LeftOut]]:
    """Write a backup; return its contents and the files that were left out.

    The backup is consistent even while the site serves, and is read back before it replaces an
    existing one. Raises BackupError or OSError; then an existing backup is unchanged.
    """
    live = live_database(database)
    _refuse_target(target, instance)
    with abandoned(target.parent, DRAFT) as leftovers:
        for leftover in leftovers:
            shutil.rmtree(leftover, ignore_errors=True)
    with draft_folder(target.parent, DRAFT) as folder, translated_errors(folder / DATABASE):
        copy = folder / DATABASE
        _copy_database(live, copy)
        manifest, left_out = _write_archive(folder, copy, instance)
        draft = folder / "draft.zip"
        verify(draft)
        draft.replace(target)
        sync_folder(target.parent)
    return manifest, left_out


def _refuse_target(target: Path, instance: Path) -> None:
    """Raise BackupError if the site would serve the target, or it exists and is no backup."""
    files = (instance / FILES_FOLDER).resolve()
    if target.is_relative_to(files):
        raise BackupError(f"{target}: the site would publish it there. Choose another folder.")
    if not target.parent.is_dir():
        raise BackupError(f"{target.parent}: this folder does not exist. Create it first.")
    if not os.path.lexists(target):
        return
    if not stat.S_ISREG(target.stat().st_mode):
        raise BackupError(f"{target}: this is not a file. Choose another name.")
    if target.stat().st_size and not zipfile.is_zipfile(target):
        raise BackupError(f"{target}: this file exists and is not a backup. Choose another name.")


def _copy_database(live: Live, copy: Path) -> None:
    live.copy(copy)
    scratch = copy.with_name("check.db")
    try:
        adopt(copy, scratch)  # as a restore would
    except BackupError as error:
        raise BackupError(f"{live.name}: {error}. No backup was written.") from None
    scratch.unlink()


def _write_archive(folder: Path, copy: Path, instance: Path) -> tuple[Manifest, list[LeftOut]]:
    """Write draft.zip: the files first, then the manifest with their digests."""
    digests: dict[str, str] = {}
    left_out: list[LeftOut] = []
    with (folder / "draft.zip").open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            digests[DATABASE] = _add(archive, DATABASE, copy)
            for file_ in _copied(instance, folder / "copy"):
                if isinstance(file_, LeftOut):
                    left_out.append(file_)
                else:
                    digests[file_.name] = _add(archive, file_.name, file_.path)
            manifest = _manifest(copy, digests)
            archive.writestr(_member(MANIFEST, 0), manifest.to_json())
            # Written last, but listed first, where unzip -l shows it.
            archive.filelist.insert(0, archive.filelist.pop())
        file.flush()
        os.fsync(file.fileno())
    return manifest, left_out


def _copied(instance: Path, copy: Path) -> Iterator[OwnFile | LeftOut]:
    """Yield the owner's files, each copied to `copy`, which the next one overwrites."""
    count = 0
    for file in own_files(instance):
        if isinstance(file, LeftOut):
            yield file
            continue
        count += 1
        if count > MAX_FILES:
            raise BackupError(f"{FILES_FOLDER}/ has more than {MAX_FILES} files.")
        try:
            _copy(file.path, copy)
        except _UnreadableError as error:
            yield LeftOut(file.name, str(error), is_loss=True)
        else:
            yield OwnFile(file.name, copy)
    copy.unlink(missing_ok=True)


class _UnreadableError(Exception):
    """A file cannot be copied. The message says why."""


def _copy(path: Path, copy: Path) -> None:
    """Copy a file as of one moment. Raises _UnreadableError, or OSError for the copy."""
    for _ in range(ATTEMPTS):
        with _open(path) as source, copy.open("wb") as target:
            before = os.fstat(source.fileno())
            while target.tell() <= before.st_size and (block := _read(source)):
                target.write(block)  # stops soon after a growing file exceeds its size
            after = os.fstat(source.fileno())
            same = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
            if same and target.tell() == after.st_size:
                break
    else:
        raise _UnreadableError("it changes while it is read; make another backup later")
    with suppress(OSError, OverflowError):  # the time only appears in listings of the archive
        os.utime(copy, ns=(after.st_mtime_ns, after.st_mtime_ns))


def _open(path: Path) -> BinaryIO:
    """Open a file for reading. Raises _UnreadableError if it has become a pipe or a link."""
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
    """Write a file into the archive and return the SHA-256 of its content."""
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
    """Return the header of a member. ZIP dates range from 1980 to 2107."""
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
