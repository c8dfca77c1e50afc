"""Import, backup and restore on a disk that fails, at each of their writes in turn.

One write fails, every write from one on fails (a full disk), or the process is killed there. The
folder then holds the old state or the new one, and the command says which in one line. A killed
command leaves only what the next command removes, and running it again always completes.
"""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, Literal

from bench.site import ROOT
from webapp.cli.exits import NOTHING_DONE
from webapp.store.backup.reading import verify

from .site import PreparedSite, content, octavo

SOURCE = Path(__file__).with_name("io_faults.c")
RUNNER = f"{__package__}.fault_runner"
WORKERS = 2
MODES = ("once", "full", "kill")
EXITS = (0, 1, NOTHING_DONE)
NOBODY = 65534
# Another user than root, who may read the program wherever it is, and write only their own files.
UNPRIVILEGED = (
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    *("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"),
)
# By name: the arguments of a command, given the folder that it runs in.
COMMANDS: Final[dict[str, Callable[[Path], list[str]]]] = {
    "import": lambda folder: ["import", "--yes", str(folder / "changed.bib")],
    "backup": lambda folder: ["backup", str(folder / "b.zip")],
    "restore": lambda folder: ["restore", "--force", str(folder / "b.zip")],
}
PREPARE = ["prepare"]


def can_inject() -> bool:
    """Return whether there are a compiler for io_faults.c and a way to run as another user."""
    return all(map(shutil.which, ("gcc", "setpriv")))


def run(prepared: PreparedSite, folder: Path, runs: int | Literal["all"], seed: int = 1) -> str:
    """Let `runs` random writes of each command fail in each way, or all of its writes."""
    library = folder / "io_faults.so"
    command = ["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True)
    # The commands run as another user, who cannot enter the folders of pytest.
    with tempfile.TemporaryDirectory(prefix="octavo-faults-") as name, ExitStack() as stack:
        shared = Path(name)
        shared.chmod(0o755)
        runners: SimpleQueue[_Runner] = SimpleQueue()
        for number in range(WORKERS):
            output = shared / f"output {number}"
            runners.put(stack.enter_context(_started(library, output, prepared.instance)))
        pool = stack.enter_context(ThreadPoolExecutor(WORKERS))
        trials = [_Trials(prepared, shared, command, runners) for command in COMMANDS]
        return "; ".join([trial.run(pool, runs, seed) for trial in trials])


class _Runner:
    """A process that runs commands with faults, one at a time."""

    def __init__(self, process: "subprocess.Popen[str]", output: Path) -> None:
        self.process = process
        self.output = output

    def run(self, folder: Path, arguments: list[str], mode: str, number: int) -> dict[str, Any]:
        """Run a command; return its status, the number of its writes, and what it printed."""
        self.output.write_text("")
        self.output.chmod(0o666)
        order = {"folder": str(folder), "output": str(self.output), "arguments": arguments}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({**order, "mode": mode, "number": number}) + "\n")
        self.process.stdin.flush()
        result: dict[str, Any] = json.loads(self.process.stdout.readline())
        result["output"] = self.output.read_text()
        description = f"{arguments[0]}, {mode} {number}: {result}"
        assert "Traceback" not in result["output"], description
        errors = [line for line in result["output"].splitlines() if line.startswith("Error: ")]
        most = 1 if result["status"] else 0
        assert (result["status"] == NOTHING_DONE) <= len(errors) <= most, description
        return result


@contextmanager
def _started(library: Path, output: Path, instance: Path) -> Iterator[_Runner]:
    with subprocess.Popen(
        [*(UNPRIVILEGED if os.geteuid() == 0 else ()), sys.executable, "-m", RUNNER, instance],
        cwd=ROOT,
        env={**os.environ, "LD_PRELOAD": str(library)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield _Runner(process, output)
        process.communicate()


@dataclass(frozen=True, slots=True)
class _State:
    """What a folder holds: the catalog, and the owner's files."""

    catalog: tuple[int, str]
    files: dict[str, bytes]


class _Trials:
    """Runs of one command in copies of one folder."""

    def __init__(
        self, prepared: PreparedSite, place: Path, name: str, runners: "SimpleQueue[_Runner]"
    ) -> None:
        self.name = name
        self.place = place
        self.runners = runners
        self.template = _template(prepared, place / f"before {name}", name)
        self.completed: set[bytes] = set()  # folders in which the command completes, by digest

    def run(self, pool: ThreadPoolExecutor, runs: int | Literal["all"], seed: int) -> str:
        """Try the writes; return how many left the old state and how many the new."""
        folder = self._copy()
        self.before = _state(folder)
        result = self._command(folder, "count", 0)
        assert result["status"] == 0, result
        self.after = _state(folder)
        assert result["count"] > 0, "no write was counted"
        numbers = range(1, result["count"] + 1)
        tried = list(numbers)
        if runs != "all":
            tried = sorted(random.Random(seed).sample(numbers, min(runs, len(numbers))))
        trials = [(mode, number) for mode in MODES for number in tried]
        outcomes = list(pool.map(lambda trial: self._outcome(*trial), trials))
        faults = [outcome for outcome in outcomes if outcome not in ("old", "new")]
        assert not faults, f"{len(faults)} of {len(trials)} trials: {' | '.join(faults[:5])}"
        return (
            f"{self.name}: {len(tried)} of {result['count']} writes, {len(MODES)} ways, "
            f"{outcomes.count('old')} old, {outcomes.count('new')} new"
        )

    def _outcome(self, mode: str, number: int) -> str:
        """Return "old" or "new", the state that a trial left, or what is wrong with it."""
        folder = self._copy()
        try:
            return self._try(folder, mode, number)
        except AssertionError as error:
            return f"{self.name}, {mode} at write {number}: {error}"
        finally:
            shutil.rmtree(folder)

    def _try(self, folder: Path, mode: str, number: int) -> str:
        result = self._command(folder, mode, number)
        if mode == "kill":
            assert result["status"] in (-9, 0), result
            repaired = self._command(folder, "count", 0, PREPARE)
            assert repaired["status"] == 0, repaired
        else:
            assert result["status"] in EXITS, result
            assert _leftovers(folder) == [], _leftovers(folder)
        state = _state(folder)
        assert state in (self.before, self.after), f"neither the old state nor the new: {result}"
        if result["status"] == NOTHING_DONE:
            assert state == self.before, f"reports that nothing was done, but it was: {result}"
        self._complete(folder)
        return "new" if state == self.after else "old"

    def _complete(self, folder: Path) -> None:
        """Run the command again: it completes. Skip folders of the same bytes as an earlier one."""
        digest = _digest(folder)
        if digest in self.completed:
            return
        result = self._command(folder, "count", 0)
        assert result["status"] == 0, f"again: {result}"
        state = _state(folder)
        assert state.files == self.after.files, "not done when run again"
        assert state.catalog == self.after.catalog, "not done when run again"
        assert _leftovers(folder) == [], f"again: {_leftovers(folder)}"
        self.completed.add(digest)

    def _copy(self) -> Path:
        folder = Path(tempfile.mkdtemp(dir=self.place, prefix="run-"))
        shutil.copytree(self.template, folder, dirs_exist_ok=True)
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        return folder

    def _command(
        self, folder: Path, mode: str, number: int, arguments: list[str] | None = None
    ) -> dict[str, Any]:
        runner = self.runners.get()
        try:
            return runner.run(folder, arguments or COMMANDS[self.name](folder), mode, number)
        finally:
            self.runners.put(runner)


def _template(prepared: PreparedSite, folder: Path, name: str) -> Path:
    """Make a folder with an instance, the file to import, and a backup of another state."""
    instance = folder / "instance"
    shutil.copytree(prepared.instance, instance)
    shutil.copy(prepared.file, folder / "changed.bib")
    (instance / "files" / "deep").mkdir(parents=True)
    (instance / "files" / "deep" / "x.pdf").write_bytes(b"old")
    (instance / "files" / "y.pdf").write_bytes(b"y")
    octavo(instance, "backup", str(folder / "b.zip"))
    if name == "restore":
        octavo(instance, "import", "--yes", str(prepared.file))
        (instance / "files" / "deep" / "x.pdf").write_bytes(b"newer")
        (instance / "files" / "y.pdf").unlink()
        (instance / "files" / "z.pdf").write_bytes(b"z")
        (instance / "site.toml").write_text('title = "Another"\n')
    return folder


def _state(folder: Path) -> _State:
    verify(folder / "b.zip")
    instance = folder / "instance"
    files = {
        path.relative_to(instance).as_posix(): path.read_bytes()
        for path in (*instance.glob("*.*"), *(instance / "files").rglob("*"))
        if path.is_file() and not path.name.startswith("octavo.db")
    }
    return _State(content(instance), files)


def _digest(folder: Path) -> bytes:
    """Return a hash of the names and bytes of all files but SQLite's shared memory."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith("-shm"):
            data = path.read_bytes()
            digest.update(f"{path.relative_to(folder)}\0{len(data)}\0".encode() + data)
    return digest.digest()


def _leftovers(folder: Path) -> list[str]:
    """Return the names of files that are neither the owner's nor part of an instance."""
    known = {"instance", "changed.bib", "b.zip"}
    inside = {"files", "index", "site.toml", "publications.bib", "octavo.db"}
    inside |= {"octavo.db-wal", "octavo.db-shm", "cache"}
    unknown = {path.name for path in folder.iterdir()} - known
    unknown |= {path.name for path in (folder / "instance").iterdir()} - inside
    unknown |= {path.name for path in (folder / "instance" / "files").rglob(".*")}
    return sorted(unknown)
