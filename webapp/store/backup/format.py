"""What a backup is: a ZIP archive of a manifest, the database and the owner's files."""

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
# Files from this size on are stored as they are: large ones are videos and the like, which do not
# become smaller. So an archive that is small and unpacks to much is none of ours.
STORED_FROM = 64 << 20  # bytes
# An archive unpacks to at most so many times its size once that is more than FREE. Text such as a
# database becomes a tenth; Deflate's limit, which bombs reach, is a thousandth.
MAX_RATIO = 200
FREE = 1 << 30  # bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: `files` are names with their SHA-256."""

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
    """Read a manifest. Raises BackupError, naming no file, for one that is none or is newer."""
    try:
        raw: Any = json.loads(text)
        if isinstance(raw, dict) and isinstance(raw.get("format"), int) and raw["format"] > FORMAT:
            raise BackupError("made by a newer version of Octavo; restore it with that version")
        return _MANIFEST.validate_json(text, strict=True)
    except (ValueError, RecursionError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise BackupError(f"not a backup of Octavo, or damaged: {MANIFEST}: {reason}") from None


def unpacked_size(members: list[zipfile.ZipInfo]) -> int:
    """The bytes that members say they have."""
    return sum(member.file_size for member in members)
