"""Reading a backup that may come from anybody: bounded, into a folder of its own, verified.

The archive says what it holds in two places, its directory and its manifest. Both have to agree,
and to name nothing but the database, site.toml, publications.bib and files below `files/`. What
they say about sizes is checked against the room on the disk before a byte is unpacked, and what is
unpacked against what they say. Members are written by this module: an archive cannot make links,
devices, or set a mode.
"""

import errno
import hashlib
import os
import shutil
import stat
import zipfile
import zlib
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from ...errors import BackupError
from .format import (
    DATABASE,
    FREE,
    MANIFEST,
    MAX_FILES,
    MAX_MANIFEST,
    MAX_RATIO,
    Manifest,
    parse_manifest,
    unpacked_size,
)
from .owner_files import fault_of, is_hidden

BLOCK = 1 << 20

# What zipfile and zlib raise for archives that are damaged or use what they cannot read.
DAMAGE = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError),
    *(RuntimeError, ValueError, LookupError, OverflowError),
)


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack a backup into an empty folder and verify every file; hidden ones are left out.

    Raises BackupError for any other archive, OSError when the folder cannot be written.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            members = _members(archive, source.stat().st_size)
            manifest = parse_manifest(_content(archive, members.pop(MANIFEST)))
            _compare(manifest, members)
            # A restore writes the database twice more: checked into a draft, and into its place.
            again = 2 * members[DATABASE].file_size
            _check_room(unpacked_size(list(members.values())) + again, folder)
            for name, member in members.items():
                if not is_hidden(name):
                    _unpack_member(archive, member, folder / name, manifest.files[name])
    except BackupError as error:
        raise BackupError(f"{source}: {error}.") from None
    except OSError as error:
        if error.errno == errno.EINVAL:  # an archive whose directory lies before its start
            raise BackupError(f"{source}: not a backup of Octavo, or damaged.") from None
        raise
    except DAMAGE as error:
        raise BackupError(f"{source}: not a backup of Octavo, or damaged ({error}).") from None
    return manifest


def verify(source: Path) -> None:
    """Compare every file of a backup with its manifest, writing nothing. Raises BackupError."""
    try:
        with zipfile.ZipFile(source) as archive:
            members = _members(archive, source.stat().st_size)
            manifest = parse_manifest(_content(archive, members.pop(MANIFEST)))
            _compare(manifest, members)
            for name, member in members.items():
                _unpack_member(archive, member, None, manifest.files[name])
    except DAMAGE as error:
        raise BackupError(f"it could not be read back ({error})") from None


def hidden_files(manifest: Manifest) -> list[str]:
    """The files of a backup that the site would not serve, and that are not unpacked."""
    return [name for name in manifest.files if is_hidden(name)]


def _members(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """The members of an archive by name, each of a kind and size that a backup may have."""
    found = archive.infolist()
    if len(found) > MAX_FILES + 2:
        raise BackupError(f"it holds {len(found)} files; at most {MAX_FILES} belong to a backup")
    members = {member.filename: member for member in found}
    if MANIFEST not in members or DATABASE not in members:
        raise BackupError(f"not a backup of Octavo: it holds no {MANIFEST} or no {DATABASE}")
    if len(members) < len(found):
        raise BackupError("it holds two files of one name")
    for name, member in members.items():
        if fault := _fault_of_member(member):
            raise BackupError(f"{name!r} is not a file of a backup: {fault}")
    if folders := {folder for name in members for folder in _folders_of(name)} & members.keys():
        raise BackupError(f"{min(folders)!r} is both a file and a folder")
    if sum(member.compress_size for member in found) > size:
        raise BackupError("its files overlap")
    if unpacked_size(found) > max(MAX_RATIO * size, FREE):
        raise BackupError(f"it would unpack to {unpacked_size(found) / 1e9:.1f} GB; refused")
    return members


def _fault_of_member(member: zipfile.ZipInfo) -> str:
    mode = member.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if member.flag_bits & 1:
        return "it is encrypted"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is compressed in another way"
    if kind not in (0, stat.S_IFREG) or mode & (stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX):
        return "it is a link, a folder, a device or of a special mode"
    if member.filename != member.orig_filename:
        return "it is not the plain name of a file"
    return "" if member.filename in (MANIFEST, DATABASE) else fault_of(member.filename)


def _folders_of(name: str) -> list[str]:
    parts = name.split("/")[:-1]
    return ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]


def _compare(manifest: Manifest, members: dict[str, zipfile.ZipInfo]) -> None:
    if different := manifest.files.keys() ^ members.keys():
        name = min(different)
        place = MANIFEST if name in members else "the archive"
        raise BackupError(f"damaged: {place} does not have {name!r}")


def _check_room(size: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if size > free:
        raise OSError(
            errno.ENOSPC,
            f"no room for the backup: it needs {size / 1e6:.0f} MB, {free / 1e6:.0f} MB are free",
            str(folder.parent),
        )


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.file_size > MAX_MANIFEST:
        raise BackupError(f"not a backup of Octavo: {MANIFEST} is too large")
    with archive.open(member) as file:
        return file.read(MAX_MANIFEST)


def _unpack_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path | None, digest: str
) -> None:
    """Read a member, which zipfile ends at the size that it says; write it if there is a target."""
    found = hashlib.sha256()
    with ExitStack() as stack:
        source = stack.enter_context(archive.open(member))
        file = stack.enter_context(_create(target)) if target else None
        while block := source.read(BLOCK):
            found.update(block)
            if file:
                file.write(block)
        if file:
            file.flush()
            os.fsync(file.fileno())
    if found.hexdigest() != digest:
        raise BackupError(f"{member.filename} is damaged: its checksum differs")


def _create(target: Path) -> BinaryIO:
    """A new file; another one of its name is there where a file system cannot tell them apart."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        return target.open("xb")
    except FileExistsError:
        raise BackupError(f"{target.name!r} has the name of another file here") from None
