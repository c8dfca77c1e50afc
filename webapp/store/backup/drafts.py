"""Folders for what is not finished: private, beside where it will lie, gone when the work ends."""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_ATTEMPTS = 5  # at a folder that another process deletes before it is locked


@contextmanager
def draft_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Make a folder in `parent` that only this user may read; delete it at the end.

    It is locked as long as its process lives: `abandoned` finds those of processes that were
    killed. Raises OSError when nothing can be written there.
    """
    for _ in range(_ATTEMPTS):
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
        lock = _lock(folder)
        if lock is not None:
            break
    else:
        raise BlockingIOError(0, "another process deletes what is written here", str(parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@contextmanager
def abandoned(parent: Path, prefix: str) -> Iterator[list[Path]]:
    """The folders that processes which were killed have left, locked until the end of the block."""
    locks: dict[Path, int] = {}
    for folder in sorted(parent.glob(f"{prefix}*")):
        if (lock := _lock(folder)) is not None:
            locks[folder] = lock
    try:
        yield list(locks)
    finally:
        for lock in locks.values():
            os.close(lock)


def _lock(folder: Path) -> int | None:
    """An open lock of a folder; None when it is another process's or user's, or no folder."""
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    with suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(lock).st_uid == os.geteuid() and folder.exists():
            return lock
    os.close(lock)
    return None


def disk_error(error: BaseException, folder: Path) -> OSError | None:
    """An error of the disk as an OSError that names the folder; None for any other error."""
    name: str = getattr(error, "sqlite_errorname", "")
    if name.startswith("SQLITE_FULL"):
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
    if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")):
        return OSError(errno.EIO, f"cannot be read or written ({error})", str(folder))
    return error if isinstance(error, OSError) and error.errno else None


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
