"""The index of a serving process follows the database, beside the requests."""

import fcntl
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Final

from ..config import ROOT
from ..errors import (
    DatabaseError,
    DatabaseUnavailableError,
    IndexBusyError,
    IndexUnavailableError,
)
from ..search.engine import SearchEngine
from ..store.connections import (
    CatalogRevision,
    Database,
    current_revision,
    is_away,
    is_shared,
    preferred_url,
    reading,
    revision_of,
)
from .choices import OwnerChoices
from .full_texts import FullTexts
from .indexing import changed_since, synchronise

logger = logging.getLogger(__name__)

# Changed publications with PDFs, at most, that a serving process indexes itself: each takes 50 ms
# of processor time, another publication 2 ms (docs/decisions/several-machines.md).
OWN_TEXTS: Final = 50

LOOK_AFTER: Final = 60.0  # seconds between two looks at the owner's PDFs in a serving process
RETRY_AFTER: Final = 30.0  # seconds from a failed update in a serving process to the next
WATCH_EVERY: Final = 0.25  # seconds between two looks for what another machine saved


class _UpdateFailedError(Exception):
    """The process that rebuilds the index failed. The message is the end of its output."""


class IndexFollower:
    """Updates the index in a thread beside the requests of a process, one attempt at a time."""

    def __init__(
        self,
        database: Database,
        search: SearchEngine,
        instance: str,
        choices: OwnerChoices | None = None,
        texts: FullTexts | None = None,
        afterwards: Callable[[], object] = lambda: None,
    ) -> None:
        """`afterwards` is called in the same thread when the index is up to date."""
        self._afterwards = afterwards
        self._choices = choices or OwnerChoices()
        self._texts = texts
        self._files_version: tuple[int, ...] | None = None
        self._next_look = time.monotonic() + LOOK_AFTER
        self._database = database
        self._search = search
        self._instance = instance
        self._running = Lock()
        self._not_before = 0.0
        self._stopped = Event()
        self.problem = ""  # why the last update failed; "" if it succeeded

    def watch(self) -> None:
        """Follow what other machines save, even without visitors. A worker calls this."""
        if is_shared(self._database):
            Thread(target=self._watch, name="index-watcher", daemon=True).start()

    def stop(self) -> None:
        """Let the thread of `watch` end, without waiting for it."""
        self._stopped.set()

    def _watch(self) -> None:
        """Look for changes, if no other process of this machine does: one has the lock."""
        path = Path(self._instance, "cache", "index-watcher.lock")
        try:
            path.parent.mkdir(exist_ok=True)
            with path.open("a") as file:
                while not self._stopped.wait(WATCH_EVERY):
                    with suppress(BlockingIOError, DatabaseError):
                        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        if str(current_revision(self._database)) != self._search.revision:
                            self.notice()
        except OSError as error:
            logger.warning("%s: %s; the index follows visitors only", path, error.strerror)

    def notice(self) -> None:
        """Start an update without waiting for it. Requests call this if the index is behind.

        While the database is away there is nothing to follow.
        """
        if is_away(self._database):
            return
        if time.monotonic() >= self._not_before and self._running.acquire(blocking=False):
            Thread(target=self._follow, name="index-follower", daemon=True).start()

    def notice_files(self, version: tuple[int, ...]) -> None:
        """Start an update if PDFs may have changed. Requests call this with `OwnerFiles.version`.

        It changes when a file appears or disappears; what is written in place is found when the
        PDFs that were read are looked at, every LOOK_AFTER seconds.
        """
        if self._texts is None:
            return
        former, self._files_version = self._files_version, version
        is_changed = former is not None and former != version
        if not is_changed and time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_AFTER
            is_changed = self._texts.has_changed_files()
        if is_changed:
            self.notice()

    def _follow(self) -> None:
        try:
            with _sole_updater(self._instance):
                self._synchronise()
            self._afterwards()
            self._succeeded()
        except IndexBusyError:
            pass  # another process is updating it; a later request checks again
        except DatabaseUnavailableError:
            pass  # a request that finds it back checks again
        except (OSError, DatabaseError, IndexUnavailableError, _UpdateFailedError) as error:
            self._fail(str(error))
        finally:
            self._running.release()

    def _synchronise(self) -> None:
        self._search.refresh()
        if self._takes_long():
            self._synchronise_elsewhere()
            return
        synchronise(self._database, self._search, choices=self._choices, texts=self._texts)
        if self._texts and self._texts.has_changes(self._database, self._search):
            self._synchronise_elsewhere()

    def _takes_long(self) -> bool:
        """Return whether the index must be rebuilt, or many PDFs indexed."""
        if self._search.variant != self._choices.fingerprint:
            return True  # the settings changed since this process read them
        with reading(self._database) as connection:
            indexed = CatalogRevision.parse(self._search.revision)
            changed = changed_since(connection, indexed, revision_of(connection))
            return changed is None or len(self._search.texts.keys() & changed) > OWN_TEXTS

    def _synchronise_elsewhere(self) -> None:
        """Update the index in another process, so that this one can serve visitors."""
        command = [sys.executable, "-m", "webapp", "reindex", "--if-needed", "--quiet"]
        environment = {**os.environ, "OCTAVO_INSTANCE": self._instance}
        if url := preferred_url(self._database):
            environment["OCTAVO_DATABASE_URL"] = url
        process = subprocess.run(  # noqa: S603  the command is ours
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if process.returncode:
            current_revision(self._database)  # raises another error if it went away
            raise _UpdateFailedError(process.stderr.strip()[-500:])

    def _succeeded(self) -> None:
        if self.problem:
            logger.warning("The index is up to date again")
        self.problem = ""

    def _fail(self, reason: str) -> None:
        """Log a failure, unless it is that of the last attempt, and wait before the next."""
        if reason != self.problem:
            logger.error(
                "The index cannot be brought up to date; searches see an older state: %s", reason
            )
        self.problem = reason
        self._not_before = time.monotonic() + RETRY_AFTER


@contextmanager
def announced_update(instance: str) -> Iterator[None]:
    """Let no worker update the index of an instance during the block."""
    with ExitStack() as stack:
        with suppress(IndexBusyError):  # a worker is at it, or has started this process
            stack.enter_context(_sole_updater(instance))
        yield


@contextmanager
def _sole_updater(instance: str) -> Iterator[None]:
    """Hold a lock, so that one process of a machine reads the changes, and the others wait for it.

    Raises IndexBusyError if another process holds it. Where no file can be written, there is no
    lock: the index has one of its own.
    """
    path = Path(instance, "cache", "index-update.lock")
    try:
        path.parent.mkdir(exist_ok=True)
        file = path.open("a")
    except OSError:
        yield
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexBusyError("another process is updating the index") from None
        yield
