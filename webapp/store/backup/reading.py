"""Reading an untrusted backup: bounded, into a folder of its own, verified.

An archive lists its members twice, in its directory and in its manifest. Both lists must agree,
and name only the database, site.toml, publications.bib and files below `files/`. The declared
sizes are checked against free disk space before anything is unpacked, and the unpacked data
against the declared sizes and digests. This module writes the members itself, so an archive cannot
create links or devices, or set file modes.
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

# The errors that zipfile and zlib raise for damaged or unsupported archives.
DAMAGE = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError),
    *(RuntimeError, ValueError, LookupError, OverflowError),
)


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack a backup into an empty folder and verify every file. Hidden files are left out.

    Raises BackupError for any other archive, OSError if the folder cannot be written.
    """
    try:
        return _read(source, folder)
    except BackupError as error:
        raise BackupError(f"{source}: {error}.") from None
    except OSError as error:
        if error.errno == errno.EINVAL:  # an archive whose directory lies before its start
            raise BackupError(f"{source}: not a backup of Octavo, or damaged.") from None
        raise
    except DAMAGE as error:
        raise BackupError(f"{source}: not a backup of Octavo, or damaged ({error}).") from None


def verify(source: Path) -> None:
    """Compare every file of a backup with its manifest, writing nothing. Raises BackupError."""
    try:
        _read(source)
    except (BackupError, *DAMAGE) as error:
        raise BackupError(
            f"The new backup could not be read back ({error}), so it was deleted. Check the disk."
        ) from None


def hidden_files(manifest: Manifest) -> list[str]:
    """Return the files in a backup that are not unpacked, as the site would not serve them."""
    return [name for name in manifest.files if is_hidden(name)]


def _read(source: Path, folder: Path | None = None) -> Manifest:
    """Read and verify every file of a backup, and write the files to a folder if there is one."""
    with zipfile.ZipFile(source) as archive:
        members = _members(archive, source.stat().st_size)
        manifest = parse_manifest(_content(archive, members.pop(MANIFEST)))
        _compare(manifest, members)
        if folder:
            # A restore writes the database twice more: into a draft, and into its place.
            copies = 2 * members[DATABASE].file_size
            _check_room(unpacked_size(list(members.values())) + copies, folder)
        for name, member in members.items():
            if not (folder and is_hidden(name)):
                _read_member(archive, member, manifest.files[name], folder and folder / name)
    return manifest


def _members(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """Return the members of an archive by name. Raises BackupError for any that is not allowed."""
    infos = archive.infolist()
    if len(infos) > MAX_FILES + 2:
        raise BackupError(f"it has {len(infos)} files; a backup has at most {MAX_FILES}")
    members = {info.filename: info for info in infos}
    if MANIFEST not in members or DATABASE not in members:
        raise BackupError(f"not a backup of Octavo: it has no {MANIFEST} or no {DATABASE}")
    if len(members) < len(infos):
        raise BackupError("it has two files of one name")
    for name, member in members.items():
        if fault := _fault_of_member(member):
            raise BackupError(f"{name!r} is not allowed in a backup: {fault}")
    if folders := {folder for name in members for folder in _folders_of(name)} & members.keys():
        raise BackupError(f"{min(folders)!r} is both a file and a folder")
    if sum(info.compress_size for info in infos) > size:
        raise BackupError("its files overlap")
    if unpacked_size(infos) > max(MAX_RATIO * size, FREE):
        raise BackupError(f"it would unpack to {unpacked_size(infos) / 1e9:.1f} GB")
    return members


def _fault_of_member(member: zipfile.ZipInfo) -> str:
    mode = member.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if member.flag_bits & 1:
        return "it is encrypted"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "its compression is not Deflate"
    if kind not in (0, stat.S_IFREG) or mode & (stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX):
        return "it is a link, a folder or a device, or has a special mode"
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
        raise BackupError(f"damaged: {place} does not list {name!r}")


def _check_room(size: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if size > free:
        raise OSError(
            errno.ENOSPC,
            f"no room for the backup: it needs {size / 1e6:.0f} MB; {free / 1e6:.0f} MB are free",
            str(folder.parent),
        )


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.file_size > MAX_MANIFEST:
        raise BackupError(f"not a backup of Octavo: {MANIFEST} is too large")
    with archive.open(member) as file:
        return file.read(MAX_MANIFEST)


def _read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, digest: str, target: Path | None
) -> None:
    """Read a member, of which zipfile reads the declared size, and write it to the target if any.

    Raises BackupError if the SHA-256 of the content is not `digest`.
    """
    content_hash = hashlib.sha256()
    with ExitStack() as stack:
        source = stack.enter_context(archive.open(member))
        file = stack.enter_context(_create(target)) if target else None
        while block := source.read(BLOCK):
            content_hash.update(block)
            if file:
                file.write(block)
        if file:
            file.flush()
            os.fsync(file.fileno())
    if content_hash.hexdigest() != digest:
        raise BackupError(f"{member.filename} is damaged: its checksum differs")


def _create(target: Path) -> BinaryIO:
    """Create a file. Raises BackupError if the file system cannot tell two names apart."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        return target.open("xb")
    except FileExistsError:
        raise BackupError(
            f"this file system cannot tell {target.name!r} from the name of another file"
        ) from None
