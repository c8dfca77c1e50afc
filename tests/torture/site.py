"""The instance that every part starts from, and how to run commands on it and read it."""

import hashlib
import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from flask import Flask

from bench.corpus import entries
from bench.server import SEED
from bench.site import ROOT
from webapp.application import create_app
from webapp.store.tables import db

OLD, NEW = "alphamark", "betamark"  # in title and venue of every record, before and after


@dataclass(frozen=True)
class PreparedSite:
    """A prepared instance of `size` records, and a file that changes `changed` of them."""

    instance: Path
    file: Path
    size: int
    changed: int


def prepare_site(folder: Path, size: int, changed: int) -> PreparedSite:
    """Make the instance. All its records contain OLD; in the file, `changed` of them NEW."""
    marked = [_mark(entry, OLD) for entry in entries(size, random.Random(1))]
    instance = folder / "instance of torture"  # a path with spaces, everywhere
    instance.mkdir(parents=True)
    shutil.copy(SEED / "site.toml", instance)
    (instance / "publications.bib").write_text("\n".join(marked))
    octavo(instance, "prepare")
    marked[:changed] = [entry.replace(OLD, NEW) for entry in marked[:changed]]
    file = folder / "changed.bib"
    file.write_text("\n".join(marked))
    return PreparedSite(instance, file, size, changed)


def _mark(entry: str, mark: str) -> str:
    lines = entry.splitlines()
    for number, line in enumerate(lines):
        if line.lstrip().startswith(("title", "booktitle")):
            lines[number] = line.replace("},", f" {mark}}},")
    return "\n".join(lines)


def octavo(instance: Path, *arguments: str, **environment: str) -> None:
    """Run a command to its end. Raise AssertionError if it fails."""
    with command(instance, *arguments, **environment) as process:
        output = process.communicate()[0]
    if process.returncode:
        raise AssertionError(f"octavo {arguments[0]}: {output.decode()[-500:]}")


def command(instance: Path, *arguments: str, **environment: str) -> "subprocess.Popen[bytes]":
    """Start a command; return its process."""
    return subprocess.Popen(
        [sys.executable, "-m", "webapp", *arguments],
        cwd=ROOT,
        env={**os.environ, "OCTAVO_INSTANCE": str(instance), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """A response of the site."""

    status: int
    etag: str
    text: str


class _UnixConnection(HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost")
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


def ask(path: Path, address: str = "/", headers: Mapping[str, str] | None = None) -> Answer:
    """Request an address from the site at a Unix socket, over a new connection."""
    with closing(_UnixConnection(path)) as connection:
        connection.request("GET", address, headers=headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers.get("ETag", ""), answer.read().decode())


@contextmanager
def opened(instance: Path) -> Iterator[Flask]:
    """Create the application of an instance in this process."""
    app = create_app(instance)
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()


def content(instance: Path) -> tuple[int, str]:
    """Return the counter of the catalog and a hash of its content.

    Raise AssertionError if the database is not sound.
    """
    with closing(sqlite3.connect(instance / "octavo.db")) as connection:
        (integrity,) = connection.execute("PRAGMA integrity_check").fetchone()
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
        assert (integrity, orphans) == ("ok", []), (integrity, orphans)
        (counter,) = connection.execute("SELECT counter FROM catalog_state").fetchone()
        (newest,) = connection.execute("SELECT max(revision) FROM changes").fetchone()
        assert newest == counter, (newest, counter)
        rows = connection.execute("SELECT key, digest FROM publications ORDER BY key").fetchall()
    return counter, hashlib.sha256(repr(rows).encode()).hexdigest()
