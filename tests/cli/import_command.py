"""Run the command `import` with made-up entries, also on a terminal."""

import os
import pty
import sys
from pathlib import Path

from click.testing import Result
from flask.testing import FlaskCliRunner

from webapp.config import ROOT

ENTRY = "@misc{{{key}, title = {{Title of {key}}}, author = {{Doe, Jane}}, year = 2020}}\n"
SAVED = "Saved as revision {}. To undo it: octavo undo"


def entries(*keys: str) -> str:
    return "".join(ENTRY.format(key=key) for key in keys)


MANY = [f"k{number}" for number in range(10)]


def run(runner: FlaskCliRunner, *args: str | Path) -> Result:
    return runner.invoke(args=["import", *map(str, args)])


def on_a_terminal(instance: Path, answers: str, *args: str | Path) -> tuple[int, str]:
    """Run the command on a terminal with typed answers. Return its status and output."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        environment = {**os.environ, "OCTAVO_INSTANCE": str(instance)}
        command = [sys.executable, "-m", "webapp", "import", *map(str, args)]
        os.execve(sys.executable, command, environment)  # noqa: S606  the command is ours
    os.write(terminal, answers.encode())
    output = b""
    try:
        while piece := os.read(terminal, 1 << 16):
            output += piece
    except OSError:  # the command has ended
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), output.decode()
