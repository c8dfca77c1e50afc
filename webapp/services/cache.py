"""Answers of services on disk, by address, with what a service needs to say "not changed".

A file is named by the hash of its address, because an address may have a key in it.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LONGEST: Final = 90 * 24 * 3600.0  # seconds after which an answer is deleted
_SUFFIX: Final = ".answer"
_VALIDATORS: Final = {
    "ETag": "If-None-Match",
    "Last-Modified": "If-Modified-Since",
    "Last-Modified-Version": "If-Modified-Since-Version",  # Zotero
}


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """An answer with status 200, and when the service last confirmed it."""

    body: bytes
    headers: Mapping[str, str]
    time: float  # seconds since the epoch

    def conditions(self) -> dict[str, str]:
        """Return the headers of a request for what has changed since."""
        return {
            condition: self.headers[name]
            for name, condition in _VALIDATORS.items()
            if name in self.headers
        }


class Cache:
    """A folder of answers. It may be deleted at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, url: str, accept: str) -> CachedAnswer | None:
        """Return the answer for an address, or None."""
        try:
            head, _, body = self._file(url, accept).read_bytes().partition(b"\n")
            values = json.loads(head)
            if values["length"] != len(body):
                return None
            return CachedAnswer(body, dict(values["headers"]), float(values["time"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None  # missing or damaged: the service is asked again

    def store(self, url: str, accept: str, answer: CachedAnswer) -> None:
        """Write the answer for an address. A reader never finds half of it."""
        validators = {name: answer.headers[name] for name in _VALIDATORS if name in answer.headers}
        head = {"time": answer.time, "headers": validators, "length": len(answer.body)}
        data = json.dumps(head).encode() + b"\n" + answer.body
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(_SUFFIX, dir=self._folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            Path(name).replace(self._file(url, accept))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def remove(self, url: str, accept: str) -> None:
        """Delete the answer for an address."""
        self._file(url, accept).unlink(missing_ok=True)

    def remove_old(self, now: float) -> None:
        """Delete answers that have not been written for a long time, or not to their end.

        The folder also has files of other parts, such as locks.
        """
        with suppress(OSError):  # it is not there yet, or another process deletes files too
            for file in self._folder.glob(f"*{_SUFFIX}"):
                if file.is_file() and now - file.stat().st_mtime > _LONGEST:
                    file.unlink()

    def _file(self, url: str, accept: str) -> Path:
        name = hashlib.blake2b(f"{accept}\n{url}".encode(), digest_size=16).hexdigest()
        return self._folder / f"{name}{_SUFFIX}"
