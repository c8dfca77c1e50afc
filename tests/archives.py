"""Changed copies of a backup: with other members, or with another database."""

import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path


def contents(backup: Path) -> dict[str, bytes]:
    """Return the members of a backup by name."""
    with zipfile.ZipFile(backup) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(
    target: Path,
    members: Mapping[str, bytes],
    edit: Callable[[zipfile.ZipFile], None] | None = None,
) -> Path:
    """Write a backup whose manifest lists all members with their checksums."""
    manifest = json.loads(members["manifest.json"])
    manifest["files"] = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in members.items()
        if name != "manifest.json"
    }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for name in manifest["files"]:
            archive.writestr(name, members[name])
        if edit:
            edit(archive)
    return target


def with_members(backup: Path, target: Path, **members: bytes | None) -> Path:
    """Write a copy of a backup with other members; None leaves one out."""
    changed = {**contents(backup), **members}
    return write(target, {name: data for name, data in changed.items() if data is not None})


def with_database(
    backup: Path, target: Path, change: Callable[[sqlite3.Connection], object]
) -> Path:
    """Write a copy of a backup whose database was changed."""
    path = target.with_suffix(".db")
    path.write_bytes(contents(backup)["octavo.db"])
    with closing(sqlite3.connect(path)) as connection:
        change(connection)
        connection.commit()
    return with_members(backup, target, **{"octavo.db": path.read_bytes()})
