"""Draft folders: private folders for unfinished files, deleted when the work ends."""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_ATTEMPTS = 5  # if another process deletes the folder before it is locked


@contextmanager
def draft_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Make a folder in `parent` that only this user can read, and delete it at the end.

    The folder is locked while its process lives, so that `abandoned` finds the folders of
    processes that were killed. Raises OSError if `parent` cannot be written.
    """
    for _ in range(_ATTEMPTS):
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
        lock = _lock(folder)
        if lock is not None:
            break
    else:
        raise BlockingIOError(0, "another process deletes new folders here", str(parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@contextmanager
def abandoned(parent: Path, prefix: str) -> Iterator[list[Path]]:
    """Find and lock the draft folders of processes that were killed, until the block ends."""
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
    """Lock a folder and return the descriptor.

    Returns None if it is not a folder, belongs to another user, or another process locks it.
    """
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
    """Return a disk error as an OSError that names the folder; None for any other error."""
    name: str = getattr(error, "sqlite_errorname", "")
    if name.startswith("SQLITE_FULL"):
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
    if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")):
        return OSError(errno.EIO, f"cannot be read or written ({error})", str(folder))
    return error if isinstance(error, OSError) and error.errno else None


def sync_folder(folder: Path) -> None:
    """Wait until the file names in a folder are on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
