"""The journal of a restore: it replaces all files or none, even if the process is killed.

DESIGN. New files wait in `new/` in a draft folder. Files that they replace are linked into `old/`
first, so that no name is ever missing. Before anything moves, a journal records what will. The
database decides: it is written last, in one transaction. While its identity is not that of the
journal, `roll_back` restores every file, whenever and however often it is called. Once the
identity is that of the journal, nothing is rolled back.

An instance folder may be copied from elsewhere, so a journal is trusted only if it names what a
restore replaces: files of the owner, in their places, from the draft folder.
"""

import errno
import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ...errors import BackupError
from .drafts import abandoned, sync_folder
from .owner_files import FILES_FOLDER, fault_of, is_hidden

DRAFT = ".octavo-restore-"
JOURNAL = "journal.json"
NEW = "new"
OLD = "old"


@dataclass(frozen=True, slots=True)
class Journal:
    """The changes that a restore is about to make in an instance folder."""

    identity: str  # of the database that is written last
    replaced: list[str]  # names of files
    added: list[str]
    folders: list[str]  # to create, outer ones first


def write_journal(draft: Path, journal: Journal) -> None:
    """Write a journal into a draft folder, atomically."""
    unfinished = draft / f"{JOURNAL}.new"
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(asdict(journal), file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(draft / JOURNAL)
    sync_folder(draft)


def put_in_place(draft: Path, instance: Path, journal: Journal) -> None:
    """Make the changes of the journal. After an OSError, call `roll_back`."""
    for name in journal.replaced:
        old = draft / OLD / name
        old.parent.mkdir(parents=True, exist_ok=True)
        _link(instance / name, old)
    for folder in journal.folders:
        (instance / folder).mkdir()
    touched = set()
    for name in (*journal.replaced, *journal.added):
        _move(draft / NEW / name, instance / name)
        touched.add((instance / name).parent)
    for folder_ in touched:
        sync_folder(folder_)


def roll_back(draft: Path, instance: Path, journal: Journal) -> None:
    """Restore every file to its state before the journal was written."""
    for name in journal.replaced:
        old, present = draft / OLD / name, instance / name
        _unfinished(present).unlink(missing_ok=True)
        if os.path.lexists(old):
            _move(old, present)
    for name in journal.added:
        _unfinished(instance / name).unlink(missing_ok=True)
        if not os.path.lexists(draft / NEW / name):
            (instance / name).unlink(missing_ok=True)
    for folder in reversed(journal.folders):
        with suppress(OSError):  # not created yet, or no longer empty
            (instance / folder).rmdir()


def leave(draft: Path) -> None:
    """Leave a draft folder, with its journal, to the next `recover`, which finds it by its name."""
    draft.rename(draft.with_name(f"{draft.name}-left"))


def recover(instance: Path, identity: Callable[[], str]) -> bool:
    """Roll back restores that were killed; return whether there were any.

    `identity` returns that of the current database. Raises BackupError for a foreign journal.
    """
    is_rolled_back = False
    with abandoned(instance, DRAFT) as drafts:
        for draft in drafts:
            if (draft / JOURNAL).is_file():  # else killed before anything was moved
                journal = _read_journal(draft, instance)
                if journal.identity != identity():
                    roll_back(draft, instance, journal)
                    is_rolled_back = True
            shutil.rmtree(draft, ignore_errors=True)
    return is_rolled_back


def _read_journal(draft: Path, instance: Path) -> Journal:
    try:
        text = (draft / JOURNAL).read_bytes()
        journal = TypeAdapter(Journal).validate_json(text, strict=True)
    except ValidationError:
        journal = None
    if journal is None or not _is_ours(journal, draft, instance):
        raise BackupError(
            f"{draft / JOURNAL} was not written by a restore of this instance. Nothing was "
            f"changed. Delete {draft} unless a restore was interrupted; if one was, ask for help."
        )
    return journal


def _is_ours(journal: Journal, draft: Path, instance: Path) -> bool:
    """Return whether a journal names only the owner's files, and no link leads elsewhere."""
    names = (*journal.replaced, *journal.added, *(f"{name}/x" for name in journal.folders))
    root, draft_root = instance.resolve(), draft.resolve()
    files = (instance / FILES_FOLDER).resolve()
    for name in names:
        folder = (instance / name).parent.resolve()
        drafts = [(draft / part / name).parent.resolve() for part in (NEW, OLD)]
        if (
            fault_of(name)
            or is_hidden(name)
            or not (folder.is_relative_to(files) or (folder == root and "/" not in name))
            or not all(path.is_relative_to(draft_root) for path in drafts)
        ):
            return False
    return True


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except FileNotFoundError:
        raise
    except OSError:  # no hard links here, another file system, or another user's file
        shutil.copy2(source, target, follow_symlinks=False)


def _move(source: Path, target: Path) -> None:
    """Replace a file by another one atomically, even from another file system."""
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        unfinished = _unfinished(target)
        shutil.copy2(source, unfinished, follow_symlinks=False)
        source.unlink()  # first: roll_back takes a missing source for a target in place
        unfinished.replace(target)


def _unfinished(target: Path) -> Path:
    """Return a name beside a file that the site does not serve."""
    return target.with_name(f"{DRAFT}{target.name}"[:255])
