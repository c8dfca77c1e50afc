"""Identifiers that editors entered, waiting for `octavo refresh`: the site itself has no network.

Each is a small file of the instance, so that no process waits for another.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ..formats.pasted_identifiers import parse

FOLDER: Final = "fetch-queue"  # in the instance
MOST_WAITING: Final = 200  # requests, so that no script of an editor fills the disk


@dataclass(frozen=True, slots=True)
class Request:
    """An identifier to fetch, as it was entered."""

    identifier: str
    who: str
    at: str  # ISO 8601, in UTC
    failure: str = ""  # why the last attempt failed

    @property
    def name(self) -> str:
        return hashlib.blake2b(self.identifier.encode(), digest_size=12).hexdigest()


class FetchQueue:
    """The requests in a folder, oldest first."""

    def __init__(self, instance: Path) -> None:
        self._folder = instance / FOLDER

    def add(self, text: str, who: str) -> Request | None:
        """Add what a pasted text names; None if too many wait. Raises UnknownIdentifierError."""
        identifier = parse(text)
        written = text.strip() if identifier.kind == "short-doi" else identifier.value
        request = Request(written, who, datetime.now(UTC).isoformat(timespec="seconds"))
        if len(list(self.requests())) >= MOST_WAITING:
            return None
        self._write(request)
        return request

    def requests(self) -> Iterator[Request]:
        """Yield the requests. A file that is none, or that another process removed, is left out."""
        found = []
        for file in self._folder.glob("*.json"):
            with suppress(OSError, ValueError, TypeError):
                found.append(Request(**json.loads(file.read_text("utf-8"))))
        yield from sorted(found, key=lambda request: (request.at, request.identifier))

    def remove(self, request: Request) -> None:
        self._file(request).unlink(missing_ok=True)

    def note_failure(self, request: Request, reason: str) -> None:
        """Note why a request failed. It waits for the next attempt, unless it was removed."""
        if self._file(request).exists():
            self._write(replace(request, failure=reason))

    def _write(self, request: Request) -> None:
        self._folder.mkdir(exist_ok=True)
        draft = self._folder / f"{request.name}.{os.getpid()}.draft"
        draft.write_text(json.dumps(asdict(request)), "utf-8")
        draft.replace(self._file(request))

    def _file(self, request: Request) -> Path:
        return self._folder / f"{request.name}.json"
