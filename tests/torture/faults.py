"""Import, backup and restore while the disk fails: each of their writes in turn.

One write fails, all fail from one on (a full disk), or the process is killed there. What is there
afterwards is the old state or the new, said in a line; a killed command leaves no more than what
the next run cleans up, and running it again always does the work.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.site import ROOT
from webapp.cli.exits import NOTHING_DONE
from webapp.store.backup.reading import verify

from .site import Ordeal, content, octavo

SOURCE = Path(__file__).with_name("io_faults.c")
RUNNER = f"{__package__}.fault_runner"
MODES = ("once", "full", "kill")
COMMANDS = ("import", "backup", "restore")
EXITS = (0, 1, NOTHING_DONE)
NOBODY = 65534
# Another user than root, who may read the program wherever it is, and write only what is theirs.
UNPRIVILEGED = (
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    *("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"),
)


def can_inject() -> bool:
    """Whether there is a compiler for io_faults.c, and a way to be another user than root."""
    return all(map(shutil.which, ("gcc", "setpriv")))


def run(ordeal: Ordeal, folder: Path, runs: int, seed: int = 1) -> str:
    """Let so many writes of each command fail in each way, drawn from all of them."""
    library = folder / "io_faults.so"
    command = ["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True)
    # Others than root must be able to enter it, and pytest's own folders are root's.
    with tempfile.TemporaryDirectory(prefix="octavo-faults-") as place, _runner(library) as runner:
        Path(place).chmod(0o755)
        trials = _Trials(ordeal, Path(place), runner)
        return "; ".join(trials.run(name, runs, seed) for name in COMMANDS)


@contextmanager
def _runner(library: Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [*(UNPRIVILEGED if os.geteuid() == 0 else ()), sys.executable, "-m", RUNNER],
        cwd=ROOT,
        env={**os.environ, "LD_PRELOAD": str(library)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.communicate()


@dataclass(frozen=True, slots=True)
class _State:
    """What a folder holds: the catalog, and the owner's files."""

    catalog: tuple[int, str]
    files: dict[str, bytes]


class _Trials:
    """Runs of commands in copies of one folder."""

    def __init__(self, ordeal: Ordeal, place: Path, runner: "subprocess.Popen[str]") -> None:
        self.place = place
        self.runner = runner
        self.templates = {name: self._template(ordeal, name) for name in COMMANDS}

    def _template(self, ordeal: Ordeal, name: str) -> Path:
        """A folder with an instance, the file to import, and a backup of another state."""
        folder = self.place / f"before {name}"
        instance = folder / "instance"
        shutil.copytree(ordeal.instance, instance)
        shutil.copy(ordeal.file, folder / "changed.bib")
        (instance / "files" / "deep").mkdir(parents=True)
        (instance / "files" / "deep" / "x.pdf").write_bytes(b"old")
        (instance / "files" / "y.pdf").write_bytes(b"y")
        octavo(instance, "backup", str(folder / "b.zip"))
        if name == "restore":
            octavo(instance, "import", "--yes", str(ordeal.file))
            (instance / "files" / "deep" / "x.pdf").write_bytes(b"newer")
            (instance / "files" / "y.pdf").unlink()
            (instance / "files" / "z.pdf").write_bytes(b"z")
            (instance / "site.toml").write_text('title = "Another"\n')
        return folder

    def run(self, name: str, runs: int, seed: int) -> str:
        folder = self._copy(name)
        before = _state(folder)
        whole = self._command(folder, name, "count", 0)
        assert whole["status"] == 0, whole
        after = _state(folder)
        assert whole["count"] > 0, "no write was counted"
        numbers = range(1, whole["count"] + 1)
        tried = sorted(random.Random(seed).sample(numbers, min(runs, len(numbers))))
        seen: list[bool] = []
        for mode in MODES:
            for number in tried:
                self._try(name, mode, number, before, after, seen)
        return (
            f"{name}: {len(tried)} of {whole['count']} writes, {len(MODES)} ways, "
            f"{seen.count(False)} old, {seen.count(True)} new"
        )

    def _try(
        self, name: str, mode: str, number: int, before: _State, after: _State, seen: list[bool]
    ) -> None:
        what = f"{name}, {mode} at write {number}"
        folder = self._copy(name)
        found = self._command(folder, name, mode, number)
        if mode == "kill":
            assert found["status"] in (-9, 0), f"{what}: {found}"
            repaired = self._command(folder, "prepare", "count", 0)
            assert repaired["status"] == 0, f"{what}: {repaired}"
        else:
            assert found["status"] in EXITS, f"{what}: {found}"
            assert _leftovers(folder) == [], f"{what}: {_leftovers(folder)}"
        state = _state(folder)
        assert state in (before, after), f"{what}: neither the old state nor the new: {found}"
        if found["status"] == NOTHING_DONE:
            assert state == before, f"{what}: it says that nothing was done: {found}"
        seen.append(state == after)
        again = self._command(folder, name, "count", 0)
        assert again["status"] == 0, f"{what}, again: {again}"
        assert _state(folder).files == after.files, f"{what}: not done when run again"
        assert _state(folder).catalog == after.catalog, f"{what}: not done when run again"
        assert _leftovers(folder) == [], f"{what}, again: {_leftovers(folder)}"
        shutil.rmtree(folder)

    def _copy(self, name: str) -> Path:
        folder = Path(tempfile.mkdtemp(dir=self.place, prefix="run-"))
        shutil.copytree(self.templates[name], folder, dirs_exist_ok=True)
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        return folder

    def _command(self, folder: Path, name: str, mode: str, number: int) -> dict[str, Any]:
        arguments = {
            "import": ["import", "--yes", str(folder / "changed.bib")],
            "backup": ["backup", str(folder / "b.zip")],
            "restore": ["restore", "--force", str(folder / "b.zip")],
            "prepare": ["prepare"],
        }[name]
        output = self.place / "output"
        output.write_text("")
        output.chmod(0o666)
        order = {"folder": str(folder), "output": str(output), "arguments": arguments}
        assert self.runner.stdin
        assert self.runner.stdout
        self.runner.stdin.write(json.dumps({**order, "mode": mode, "number": number}) + "\n")
        self.runner.stdin.flush()
        found: dict[str, Any] = json.loads(self.runner.stdout.readline())
        found["said"] = output.read_text()
        assert "Traceback" not in found["said"], f"{name}, {mode} {number}: {found['said']}"
        errors = [line for line in found["said"].splitlines() if line.startswith("Error: ")]
        most = 1 if found["status"] else 0
        assert (found["status"] == NOTHING_DONE) <= len(errors) <= most, (
            f"{name}, {mode} {number}: {found}"
        )
        return found


def _state(folder: Path) -> _State:
    verify(folder / "b.zip")
    instance = folder / "instance"
    files = {
        path.relative_to(instance).as_posix(): path.read_bytes()
        for path in (*instance.glob("*.*"), *(instance / "files").rglob("*"))
        if path.is_file() and not path.name.startswith("octavo.db")
    }
    return _State(content(instance), files)


def _leftovers(folder: Path) -> list[str]:
    """What no owner has put there."""
    known = {"instance", "changed.bib", "b.zip"}
    inside = {"files", "index", "site.toml", "publications.bib", "octavo.db"}
    inside |= {"octavo.db-wal", "octavo.db-shm"}
    odd = {path.name for path in folder.iterdir()} - known
    odd |= {path.name for path in (folder / "instance").iterdir()} - inside
    odd |= {path.name for path in (folder / "instance" / "files").rglob(".*")}
    return sorted(odd)
