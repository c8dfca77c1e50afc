"""The whole of an instance in one file, and back again. SQLite only: others bring their own."""

import hashlib
import json
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine

from .database import BUSY_TIMEOUT, CatalogRevision

MANIFEST = "manifest.json"
DATABASE = "octavo.db"
OWN_FILES = ("site.toml", "publications.bib")
FILES_FOLDER = "files"
FORMAT = 1


class BadBackup(Exception):  # noqa: N818
    """A file that is not a backup, or is damaged; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: `files` are names with their SHA-256."""

    created: str
    schema: str
    revision: str
    publications: int
    files: dict[str, str]
    format: int = FORMAT


def database_path(database: Engine) -> Path:
    """The file of the database. Raises BadBackup when it is not SQLite's."""
    if database.dialect.name != "sqlite" or not database.url.database:
        raise BadBackup(f"The database is {database.dialect.name}; back it up with its own tools.")
    return Path(database.url.database)


def write_backup(database: Engine, instance: Path, target: Path) -> Manifest:
    """Write a backup, consistent while the site serves. An existing target is replaced whole."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".octavo-backup-") as folder:
        copy = Path(folder) / DATABASE
        with closing(sqlite3.connect(database_path(database))) as source:
            source.execute("VACUUM INTO ?", (str(copy),))
        members = {DATABASE: copy, **dict(_own_files(instance))}
        manifest = _manifest(copy, members)
        draft = Path(folder) / "draft.zip"
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, json.dumps(_plain(manifest), indent=1))
            for name, path in members.items():
                archive.write(path, name)
        draft.replace(target)
    return manifest


def _own_files(instance: Path) -> Iterator[tuple[str, Path]]:
    for name in OWN_FILES:
        if (instance / name).is_file():
            yield name, instance / name
    for path in sorted((instance / FILES_FOLDER).rglob("*")):
        if path.is_file():
            yield path.relative_to(instance).as_posix(), path


def _manifest(copy: Path, members: dict[str, Path]) -> Manifest:
    with closing(sqlite3.connect(copy)) as connection:
        revision = CatalogRevision(*_row(connection, "SELECT identity, counter FROM catalog_state"))
        (schema,) = _row(connection, "SELECT version_num FROM alembic_version")
        (publications,) = _row(connection, "SELECT count(*) FROM publications")
    return Manifest(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        schema=schema,
        revision=str(revision),
        publications=publications,
        files={name: _digest(path) for name, path in members.items()},
    )


def _row(connection: sqlite3.Connection, query: str) -> tuple[Any, ...]:
    return tuple(connection.execute(query).fetchone())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(manifest: Manifest) -> dict[str, Any]:
    return {name: getattr(manifest, name) for name in manifest.__dataclass_fields__}


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack a backup into a folder and verify every file. Raises BadBackup."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = Manifest(**json.loads(archive.read(MANIFEST)))
            for name in manifest.files:
                archive.extract(name, folder)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise BadBackup(f"{source}: not a backup of Octavo, or damaged ({error}).") from None
    if manifest.format > FORMAT:
        raise BadBackup(f"{source}: made by a newer Octavo; restore it with that version.")
    for name, digest in manifest.files.items():
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            raise BadBackup(f"{source}: {name} is not a file of a backup.")
        if _digest(path) != digest:
            raise BadBackup(f"{source}: {name} is damaged: its checksum differs.")
    return manifest


def is_empty(database: Engine) -> bool:
    """Whether there is nothing that a restore would overwrite."""
    path = database_path(database)
    if not path.exists() or not path.stat().st_size:
        return True
    with closing(sqlite3.connect(path)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        return (
            "publications" not in tables
            or not _row(connection, "SELECT count(*) FROM publications")[0]
        )


def put_back(folder: Path, database: Engine, instance: Path) -> None:
    """Make the instance what an unpacked backup holds. The site may serve meanwhile.

    The database is copied into the present one in one transaction, and gets a new identity: no
    revision of it equals one that was served before.
    """
    instance.mkdir(parents=True, exist_ok=True)
    unpacked = folder / DATABASE
    with closing(sqlite3.connect(unpacked)) as source:
        source.execute("UPDATE catalog_state SET identity = ?", (uuid4().hex,))
        source.commit()
        with closing(sqlite3.connect(database_path(database), timeout=BUSY_TIMEOUT)) as target:
            target.execute("BEGIN IMMEDIATE")  # backup() would wait for a writer without end
            target.rollback()
            source.backup(target)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and path != unpacked:
            (instance / name).parent.mkdir(parents=True, exist_ok=True)
            draft = Path(shutil.copy(path, instance / f"{name}.restored"))
            draft.replace(instance / name)
