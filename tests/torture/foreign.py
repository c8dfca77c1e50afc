"""Restore backups that somebody has damaged or forged: each is refused, or restored harmlessly.

Mutations of a real backup, drawn at random: bits flipped, the archive cut short, members added,
renamed, duplicated and removed, bytes, rows and schema of the database changed, settings changed,
an index planted. A refusal is one line and changes nothing. A restored backup leaves a sound
database whose pages answer. Code that a backup carries never runs.
"""

import pickle
import random
import shutil
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from flask import Flask

from tests import archives
from tests.foreign_backups import (
    BAD_ROWS,
    BAD_SETTINGS,
    BAD_STATES,
    FOREIGN_SCHEMAS,
    HOSTILE_MANIFESTS,
    HOSTILE_NAMES,
    snapshot,
    write_bad_value,
)
from webapp.cli.exits import NOTHING_DONE

from .site import OLD, PreparedSite, content, octavo, opened

PAGES: Final = ("/", f"/?q={OLD}", "/publications/made-1", "/publications.bib", "/facets/author")
FOREIGN_SETTINGS: Final = (
    *BAD_SETTINGS,
    'title = "<script>alert(1)</script>"',
    'hosts = ["evil.example"]\nproxies = 9',
    f"title = {'[' * 5_000}",
    'public_fields = ["annote"]',
)


class _Canary:
    """Unpickling this object creates a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self.file,)


class _Forger:
    """Writes random mutations of one backup."""

    def __init__(self, backup: Path, target: Path, canary: Path, rng: random.Random) -> None:
        self.backup = backup
        self.data = backup.read_bytes()
        self.members = archives.contents(backup)
        self.target = target
        self.rng = rng
        self.code = pickle.dumps(_Canary(canary))
        self.script = f"open({str(canary)!r}, 'w')".encode()

    def flip_bits(self) -> None:
        self.target.write_bytes(self._flipped(self.data, self.rng.choice((1, 1, 3, 30))))

    def cut_short(self) -> None:
        self.target.write_bytes(self.data[: self.rng.randrange(len(self.data))])

    def splice(self) -> None:
        """Put random bytes before the archive, after it, or in the place of some of it."""
        start, end = sorted(self.rng.randrange(len(self.data)) for _ in range(2))
        noise = self.rng.randbytes(self.rng.choice((1, 22, 5_000)))
        parts = (
            (noise, self.data),
            (self.data, noise),
            (self.data[:start], noise, self.data[end:]),
        )
        self.target.write_bytes(b"".join(self.rng.choice(parts)))

    def add_member(self) -> None:
        name = self.rng.choice(HOSTILE_NAMES) + self.rng.choice(("", "", "x", "\x00", "\u202e"))
        content = self.rng.choice((self.code, self.script, b"", b"x" * 100_000))
        archives.with_members(self.backup, self.target, **{name: content})

    def rename_member(self) -> None:
        name = self.rng.choice(sorted(self.members))
        new = self.rng.choice((*HOSTILE_NAMES, "files/renamed.txt", name.upper(), f"{name} "))
        with zipfile.ZipFile(self.target, "w") as archive:
            for member, data in self.members.items():
                archive.writestr(new if member == name else member, data)

    def duplicate_member(self) -> None:
        name = self.rng.choice(sorted(self.members))
        archives.write(self.target, self.members, lambda archive: self._repeat(archive, name))

    def remove_member(self) -> None:
        name = self.rng.choice(sorted(self.members.keys() - {"manifest.json"}))
        archives.with_members(self.backup, self.target, **{name: None})

    def change_attributes(self) -> None:
        """Change what the archive's directory says about a member."""
        name = self.rng.choice(sorted(self.members.keys() - {"manifest.json"}))
        attribute, values = self.rng.choice(
            (
                ("external_attr", [mode << 16 for mode in (0o120777, 0o10644, 0o104755, 0o40755)]),
                ("file_size", [0, 1, 1 << 31, (1 << 32) - 2]),
                ("compress_size", [0, 1, 1 << 30]),
                ("CRC", [0, 1]),
                ("flag_bits", [1, 8, 0x800]),
                ("compress_type", [12, 14, 99]),
            )
        )
        value = self.rng.choice(values)
        archives.write(
            self.target,
            self.members,
            lambda archive: setattr(archive.getinfo(name), attribute, value),
        )

    def change_manifest(self) -> None:
        manifest = self.members["manifest.json"]
        changed = self._flipped(manifest, self.rng.choice((1, 5)))
        with zipfile.ZipFile(self.target, "w") as archive:
            for name, data in self.members.items():
                text = self.rng.choice((*HOSTILE_MANIFESTS, changed, changed, changed))
                archive.writestr(name, text if name == "manifest.json" else data)

    def damage_database(self) -> None:
        """Flip bits of the database, with a checksum that fits."""
        damaged = self._flipped(self.members["octavo.db"], self.rng.choice((1, 1, 10, 300)))
        archives.with_members(self.backup, self.target, **{"octavo.db": damaged})

    def cut_database(self) -> None:
        data = self.members["octavo.db"]
        pages = self.rng.randrange(len(data) // 4096)
        part = self.rng.choice((data[: pages * 4096], data + self.rng.randbytes(4096)))
        archives.with_members(self.backup, self.target, **{"octavo.db": part})

    def change_schema(self) -> None:
        script = self.rng.choice(FOREIGN_SCHEMAS)
        archives.with_database(self.backup, self.target, lambda other: other.executescript(script))

    def change_rows(self) -> None:
        column = self.rng.choice(sorted(BAD_ROWS))
        archives.with_database(
            self.backup, self.target, lambda other: write_bad_value(other, column)
        )

    def change_any_value(self) -> None:
        """Write a random value into a random column of a random row of any table."""
        archives.with_database(self.backup, self.target, self._write_any_value)

    def change_state(self) -> None:
        script = self.rng.choice(BAD_STATES)
        archives.with_database(self.backup, self.target, lambda other: other.executescript(script))

    def change_settings(self) -> None:
        text = self.members["site.toml"]
        lines = f"{self.rng.choice(FOREIGN_SETTINGS)}\n".encode()
        changed = self.rng.choice((lines + text, lines, self._flipped(text, 5)))
        archives.with_members(self.backup, self.target, **{"site.toml": changed})

    def plant_index(self) -> None:
        """Add an index whose table of contents runs code where it is unpickled."""
        names = ("current", "generation-1/_MAIN_1.toc", "generation-1/version", "lock")
        planted = {
            f"{self.rng.choice(('index', 'files/index'))}/{name}": self.code for name in names
        }
        archives.with_members(self.backup, self.target, **planted)

    def _flipped(self, data: bytes, times: int) -> bytes:
        changed = bytearray(data)
        for _ in range(times):
            changed[self.rng.randrange(len(data))] ^= 1 << self.rng.randrange(8)
        return bytes(changed)

    def _repeat(self, archive: zipfile.ZipFile, name: str) -> None:
        """Add a member again: `writestr` would warn of its name."""
        other = self.rng.choice((self.members[name], b"other"))
        member = zipfile.ZipInfo("placeholder")
        archive.writestr(member, other)
        member.filename = member.orig_filename = name

    def _write_any_value(self, other: sqlite3.Connection) -> None:
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        table = self.rng.choice(sorted(name for (name,) in other.execute(query)))
        columns = [row[1] for row in other.execute(f'PRAGMA table_info("{table}")')]
        values = (None, b"\x80\x04", self.code, "x" * 100_000, "\x00", -1, 1 << 62, 0.5, "[[", "{}")
        row = f'SELECT rowid FROM "{table}" ORDER BY random() LIMIT 1'  # noqa: S608
        column = self.rng.choice(columns)
        with suppress(sqlite3.Error):  # a value that the schema itself refuses
            other.execute(
                f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ({row})',  # noqa: S608
                [self.rng.choice(values)],
            )


MUTATIONS: Final = tuple(
    method for name, method in vars(_Forger).items() if not name.startswith("_")
)


def run(prepared: PreparedSite, folder: Path, times: int, seed: int = 1) -> str:
    """Restore `times` backups of each mutation."""
    instance, canary = folder / "instance", folder / "code has run"
    shutil.copytree(prepared.instance, instance)
    (instance / "files").mkdir()
    (instance / "files" / "x.pdf").write_bytes(b"%PDF")
    octavo(instance, "backup", str(folder / "b.zip"))
    template = Path(shutil.copytree(instance, folder / "before"))
    forged = folder / "forged.zip"
    forger = _Forger(folder / "b.zip", forged, canary, random.Random(seed))
    outcomes: Counter[str] = Counter()
    for mutate in MUTATIONS * times:
        mutate(forger)
        outcome = _restore(instance, forged, f"{mutate.__name__}, {outcomes.total()} before it")
        assert not canary.exists(), f"code of a backup has run: {mutate.__name__}"
        outcomes[outcome] += 1
        if outcome == "restored":
            shutil.rmtree(instance)
            shutil.copytree(template, instance)
        forged.with_suffix(".db").unlink(missing_ok=True)
        assert {path.name for path in folder.iterdir()} == {
            "instance",
            "before",
            "b.zip",
            forged.name,
        }
    return (
        f"{len(MUTATIONS)} mutations, {outcomes.total()} backups: {outcomes['refused']} refused, "
        f"{outcomes['restored']} restored and harmless"
    )


def _restore(instance: Path, backup: Path, what: str) -> str:
    """Restore a backup; return "refused" or "restored"."""
    before = snapshot(instance)
    names = {path.name for path in instance.iterdir()}
    with opened(instance) as app:
        result = app.test_cli_runner().invoke(args=["restore", "--force", str(backup)])
        unexpected = result.exception and not isinstance(result.exception, SystemExit)
        assert not unexpected, f"{what}: {result.exception!r}"
        assert "Traceback" not in result.output, f"{what}: {result.output}"
        if result.exit_code == NOTHING_DONE:
            assert result.stderr.count("\n") == 1, f"{what}: {result.stderr}"
            assert snapshot(instance) == before, f"{what}: refused, and yet something has changed"
            return "refused"
        assert result.exit_code == 0, f"{what}: {result.output}"
    with opened(instance) as app:
        _assert_harmless(app, what)
    content(instance)
    known = {*names, "files", "index", "site.toml", "publications.bib"}
    stray = {path.name for path in instance.iterdir()} - known
    assert all(name.startswith("octavo.db") for name in stray), f"{what}: {stray}"
    return "restored"


def _assert_harmless(app: Flask, what: str) -> None:
    client = app.test_client()
    for page in PAGES:
        answer = client.get(page, follow_redirects=True)
        assert answer.status_code in (200, 404), f"{what}: {answer.status} for {page}"
        assert "<script>alert" not in answer.text, f"{what}: {page}"
    assert client.get("/readyz").status_code == 200, what
