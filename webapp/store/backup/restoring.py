"""Restoring a backup: everything is unpacked and checked first, then put in place at once.

Checked in this order: the archive with its names, sizes and checksums, the free disk space, the
database, the settings. Until then only a draft folder in the instance folder has been written.
Then the files are put in place (`journal`) and, last, the database (`replacement`), in one
transaction and with a new identity, so that none of its revisions equals one that was served
before. If a step fails, everything is as before; if the process is killed, it is so after the next
`octavo restore` or `octavo prepare`.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from ...config import SITE_FILE, Settings
from ...errors import BackupError, ConfigurationError, OutcomeUnknownError
from ...site_file import load_settings
from ..schema import refuse_newer
from .drafts import draft_folder
from .foreign_database import adopt
from .format import DATABASE, Manifest
from .journal import DRAFT, NEW, Journal, leave, put_in_place, recover, roll_back, write_journal
from .live import Live, live_database
from .owner_files import FILES_FOLDER, OwnFile, own_files
from .reading import hidden_files, unpack

# Settings that say where the site's data is: a backup cannot change them.
PLACES = ("database_url", "index_path", "index_source")
# Settings that say whom the site trusts and answers, and what it logs: their changes are reported.
TRUST = (
    *("proxies", "accel_location", "hosts", "editors", "sign_in"),
    *("oidc_issuer", "oidc_client", "oidc_claim"),
    *("metrics_from", "log_requests", "log_queries"),
)


@dataclass(frozen=True, slots=True)
class Restored:
    """The outcome of a restore, mostly as names of files."""

    manifest: Manifest
    replaced: list[str]
    added: list[str]
    other: list[str]  # in the instance, but not in the backup
    hidden: list[str]  # in the backup, but not restored as the site does not serve such names
    trust: list[str]  # changed settings: "proxies: 0 -> 1"
    damaged: Path | None = None  # the new name of a database that could not be read


def restore(
    file: Path,
    database: Engine,
    instance: Path,
    settings: Settings,
    *,
    force: bool = False,
    keep_settings: bool = False,
) -> Restored:
    """Restore an instance from a backup. The site may be serving.

    Raises BackupError, DatabaseNewerError or OSError; then nothing has changed.
    """
    live = live_database(database)
    roll_back_unfinished(database, instance)
    instance.mkdir(parents=True, exist_ok=True)
    with draft_folder(instance, DRAFT) as draft:
        new = draft / NEW
        new.mkdir()
        manifest = unpack(file, new)
        refuse_newer(manifest.schema)
        if not force:
            _refuse_publications(live)
        identity = _adopt(file, new / DATABASE, draft / DATABASE)
        trust = _check_settings(file, new, settings, keep_settings)
        journal = _plan(manifest, new, instance, identity)
        if not force:
            _refuse_files(journal.replaced)
        other = [file.name for file in own_files(instance) if isinstance(file, OwnFile)]
        damaged = _replace(draft, live, instance, journal)
    database.dispose()
    return Restored(
        manifest=manifest,
        replaced=journal.replaced,
        added=journal.added,
        other=[name for name in other if name not in manifest.files],
        hidden=hidden_files(manifest),
        trust=trust,
        damaged=damaged,
    )


def roll_back_unfinished(database: Engine, instance: Path) -> bool:
    """Roll back a restore that was killed; return whether there was one."""
    return instance.is_dir() and recover(instance, live_database(database).identity)


def _refuse_publications(live: Live) -> None:
    """Raise BackupError if a restore would overwrite publications, or a damaged database."""
    if live.has_publications():
        raise BackupError(
            "This instance already has publications. Nothing was changed. "
            "To overwrite them: make a backup, then add --force."
        )


def _refuse_files(replaced: list[str]) -> None:
    if replaced:
        others = f" and {len(replaced) - 1} other files" if replaced[1:] else ""
        raise BackupError(
            f"{replaced[0]}{others} would be overwritten. Nothing was changed. "
            "To overwrite: add --force."
        )


def _adopt(file: Path, unpacked: Path, target: Path) -> str:
    try:
        identity = adopt(unpacked, target)
    except BackupError as error:
        raise BackupError(f"{file}: {error}. Nothing was changed.") from None
    unpacked.unlink()
    return identity


def _check_settings(file: Path, new: Path, present: Settings, keep: bool) -> list[str]:
    """Check the settings in the backup, and return the changes to settings about trust."""
    if keep:
        (new / SITE_FILE).unlink(missing_ok=True)
    if not (new / SITE_FILE).exists():
        return []
    advice = "Nothing was changed. To keep the present site.toml: add --keep-settings."
    try:
        other = load_settings(new)
    except ConfigurationError as error:
        reason = str(error).replace(f"{new}/", "").replace("\n", "; ")
        raise BackupError(f"{file}: its settings are not valid: {reason}. {advice}") from None
    for name in PLACES:
        if getattr(other, name) != getattr(present, name):
            raise BackupError(
                f"{file}: its site.toml sets {name} = {getattr(other, name)!r}, which would point "
                f"the site at other data (now: {getattr(present, name)!r}). {advice}"
            )
    return [
        f"{name}: {_value(present, name)} -> {_value(other, name)}"
        for name in TRUST
        if getattr(other, name, None) != getattr(present, name, None)
    ]


def _value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _plan(manifest: Manifest, new: Path, instance: Path, identity: str) -> Journal:
    """Plan which files to put in place. Raises BackupError if something is in the way."""
    replaced, added = [], []
    folders: set[str] = set()
    for name, digest in manifest.files.items():
        if not (new / name).exists():
            continue
        target = instance / name
        folders.update(_missing_folders(target, instance))
        if not os.path.lexists(target):
            added.append(name)
        elif target.is_symlink() or not _is_same(target, digest):
            replaced.append(name)
        if name == SITE_FILE:
            (new / name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o600)
    return Journal(identity, replaced, added, sorted(folders))


def _missing_folders(target: Path, instance: Path) -> Iterable[str]:
    """Yield the folders to create for a file. Raises BackupError if something is in the way."""
    root = (instance / FILES_FOLDER).resolve()
    for folder in list(target.relative_to(instance).parents)[-2::-1]:
        path = instance / folder
        if not os.path.lexists(path):
            yield folder.as_posix()
        elif not path.is_dir() or not path.resolve().is_relative_to(root):
            raise BackupError(
                f"{path} is a file, or a link out of {FILES_FOLDER}/, but a folder in the backup. "
                "Nothing was changed. Move it away first."
            )
    if target.is_dir() and not target.is_symlink():
        raise BackupError(
            f"{target} is a folder, but a file in the backup. Nothing was changed. "
            "Move it away first."
        )


def _is_same(target: Path, digest: str) -> bool:
    with target.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def _replace(draft: Path, live: Live, instance: Path, journal: Journal) -> Path | None:
    """Put the files in place and, last, the database.

    Returns the new name of the former database if that was damaged.
    """
    write_journal(draft, journal)
    try:
        put_in_place(draft, instance, journal)
        return live.replace(draft / DATABASE, journal.identity)
    except OutcomeUnknownError:
        leave(draft)
        raise
    except BaseException:
        roll_back(draft, instance, journal)
        raise
