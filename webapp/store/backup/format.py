"""The format of a backup: a ZIP archive of a manifest, the database and the owner's files."""

import json
import zipfile
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from ...errors import BackupError

MANIFEST = "manifest.json"
DATABASE = "octavo.db"
FORMAT = 1

MAX_FILES = 100_000
MAX_MANIFEST = 64 << 20  # bytes
# Files of this size and more are stored uncompressed: they are mostly videos and the like. A small
# archive that unpacks to a lot is therefore not ours.
STORED_FROM = 64 << 20  # bytes
# An archive that unpacks to more than FREE may unpack to at most this many times its size. Text,
# such as a database, compresses to a tenth; Deflate's limit, which bombs reach, is a thousandth.
MAX_RATIO = 200
FREE = 1 << 30  # bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a backup: `files` maps names to SHA-256 digests."""

    created: Annotated[str, Field(max_length=100)]
    schema: Annotated[str, Field(max_length=100)]
    revision: Annotated[str, Field(max_length=100)]
    publications: Annotated[int, Field(ge=0)]
    files: dict[str, str]
    format: int = FORMAT

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)


_MANIFEST: TypeAdapter[Manifest] = TypeAdapter(Manifest)


def parse_manifest(text: bytes) -> Manifest:
    """Read a manifest. Raises BackupError if it is malformed or newer than this format."""
    try:
        raw: Any = json.loads(text)
        if isinstance(raw, dict) and isinstance(raw.get("format"), int) and raw["format"] > FORMAT:
            raise BackupError("made by a newer version of Octavo; restore it with that version")
        return _MANIFEST.validate_json(text, strict=True)
    except (ValueError, RecursionError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise BackupError(f"not a backup of Octavo, or damaged: {MANIFEST}: {reason}") from None


def unpacked_size(members: list[zipfile.ZipInfo]) -> int:
    """Return the total size of members in bytes, as the archive declares it."""
    return sum(member.file_size for member in members)
