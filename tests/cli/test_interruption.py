"""Ctrl-C at certain moments: what is saved, what is reported, and exit status 130."""

import os
import pty
import select
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from tests.octavo import COMMAND, environment, octavo
from webapp.catalog.catalog import Catalog
from webapp.config import ROOT

MANY = 2000  # entries: enough that a progress bar stays for a while
PATIENCE = 3.0  # seconds without output before Ctrl-C is pressed again
NOTHING = "Interrupted: nothing was changed."


def _hear_interrupts() -> None:
    """Handle SIGINT, which processes in the background of a shell inherit as ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A command that runs on its own terminal."""

    def __init__(self, instance: Path, *arguments: str) -> None:
        self._screen, terminal = pty.openpty()
        self.text = ""
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=ROOT,
            env=environment(instance),
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            preexec_fn=_hear_interrupts,
        )
        os.close(terminal)

    def read_until(self, words: str) -> None:
        """Read output until certain words appear."""
        while words not in self.text:
            assert self._read(), f"the command ended without {words!r}: {self.text}"

    def _read(self) -> str:
        try:
            output = os.read(self._screen, 4096).decode()
        except OSError:  # the command has ended
            output = ""
        self.text += output
        return output

    def interrupt(self) -> int:
        """Send SIGINT, read the rest, and return the exit status.

        Where nothing happens it is sent again, as people press Ctrl-C again: Python's readline
        misses a signal that comes between its prompt and its wait for a key.
        """
        self.process.send_signal(signal.SIGINT)
        while True:
            if not select.select([self._screen], [], [], PATIENCE)[0]:
                self.process.send_signal(signal.SIGINT)
            elif not self._read():
                return self.process.wait()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._screen)


@contextmanager
def terminal(instance: Path, *arguments: str | Path) -> Iterator[Terminal]:
    with closing(Terminal(instance, *map(str, arguments))) as terminal:
        yield terminal


@pytest.fixture
def many(tmp_path: Path) -> Path:
    path = tmp_path / "many.bib"
    title = "The title of publication number {0}, long enough that a bar is shown"
    entry = (
        f"@misc{{{{key{{0}}, title = {{{{{title}}}}}, author = {{{{Doe, Jane}}}}, year = 2020}}}}\n"
    )
    path.write_text("".join(entry.format(number) for number in range(MANY)))
    return path


def test_ctrl_c_at_the_question_changes_nothing(
    instance: Path, many: Path, catalog: Catalog
) -> None:
    before = catalog.state()
    with terminal(instance, "import", many) as screen:
        screen.read_until("[Y/n]")
        assert screen.interrupt() == 130
        assert screen.text.splitlines()[-1] == NOTHING
    assert catalog.state() == before


def test_ctrl_c_while_reading_changes_nothing(instance: Path, many: Path, catalog: Catalog) -> None:
    before = catalog.state()
    with terminal(instance, "import", "--yes", many) as screen:
        screen.read_until("Reading")
        assert screen.interrupt() == 130
        assert screen.text.splitlines()[-1] == NOTHING
    assert catalog.state() == before


def test_ctrl_c_while_indexing_keeps_the_saved_revision(
    instance: Path, many: Path, catalog: Catalog
) -> None:
    (instance / "index" / "current").unlink()  # so that the index is rebuilt, with a progress bar
    with terminal(instance, "import", "--yes", many) as screen:
        screen.read_until("Indexing")
        assert screen.interrupt() == 130
        last = screen.text.splitlines()[-1]
    assert last.startswith("Interrupted: saved as revision 2, but the search index is not up")
    assert catalog.count() == MANY + 7
    assert octavo(instance, "prepare").returncode == 0
    assert catalog.state().settled


def test_ctrl_c_during_a_rebuild_keeps_the_present_index(
    instance: Path, many: Path, runner: FlaskCliRunner, catalog: Catalog
) -> None:
    runner.invoke(args=["import", "--yes", str(many)])
    before, files = catalog.state(), sorted((instance / "index").rglob("*"))
    with terminal(instance, "reindex") as screen:
        screen.read_until("Indexing")
        assert screen.interrupt() == 130
        assert screen.text.splitlines()[-1] == NOTHING
    assert catalog.state() == before
    assert sorted((instance / "index").rglob("*")) == files


def test_ctrl_c_while_waiting_for_a_lock_ends_at_once(instance: Path, many: Path) -> None:
    with closing(sqlite3.connect(instance / "octavo.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with terminal(instance, "import", "--yes", "--wait", "600", many) as screen:
            screen.read_until("Another process is writing the database; waiting up to 600 s.")
            assert screen.interrupt() == 130
            assert screen.text.splitlines()[-1] == NOTHING


def test_ctrl_c_after_the_first_save_reports_revision_1(tmp_path: Path, many: Path) -> None:
    instance = tmp_path / "new"
    instance.mkdir()
    many.rename(instance / "publications.bib")
    with terminal(instance, "prepare") as screen:
        screen.read_until("Indexing")
        assert screen.interrupt() == 130
        assert "Interrupted: saved as revision 1, but the search index" in screen.text


def test_ctrl_c_while_starting_prints_no_traceback(instance: Path) -> None:
    # A command that waits for standard input cannot end before the signal arrives.
    command = [sys.executable, "-X", "importtime", "-m", "webapp", "import", "-"]
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(instance), text=True, **pipes
    ) as process:
        assert process.stderr
        assert any("webapp.startup" in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert rest.endswith(f"\n{NOTHING}\n")
    assert "Traceback" not in rest


def test_an_interrupted_export_leaves_nothing(
    instance: Path, many: Path, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    runner.invoke(args=["import", "--yes", str(many)])
    folder = tmp_path / "out"
    folder.mkdir()
    with terminal(instance, "export", "-o", folder / "out.bib") as screen:
        while not list(folder.iterdir()):
            assert screen.process.poll() is None
        assert not (folder / "out.bib").exists()
        assert screen.interrupt() == 130
        assert screen.text.splitlines()[-1] == NOTHING
    assert list(folder.iterdir()) == []
