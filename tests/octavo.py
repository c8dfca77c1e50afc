"""Run the command `octavo` in another process."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from webapp.config import ROOT

NOBODY = 65534
COMMAND = (sys.executable, "-m", "webapp")
# Root can read and write everything. Another user may not be able to read Python's files, so import
# everything before the user changes.
_AS_NOBODY = f"""
import encodings.cp437, encodings.unicode_escape, encodings.utf_8_sig, os, sqlite3, tty
from webapp.__main__ import main
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
main()
"""
AS_NOBODY = (sys.executable, "-c", _AS_NOBODY)


def environment(instance: Path, **variables: str) -> dict[str, str]:
    """Return the variables of a command; those of encodings only if a test names them."""
    encodings = ("LC_", "LANG", "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONCOERCECLOCALE")
    others = {name: value for name, value in os.environ.items() if not name.startswith(encodings)}
    return {**others, "OCTAVO_INSTANCE": str(instance), **variables}


def octavo(
    instance: Path,
    *arguments: str | Path,
    env: dict[str, str] | None = None,
    command: tuple[str, ...] = COMMAND,
    **options: Any,
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.run(
        [*command, *map(str, arguments)],
        cwd=ROOT,
        env=environment(instance, **(env or {})),
        check=False,
        **{**pipes, **options},
    )


@contextmanager
def read_only(seed: Path) -> Iterator[Path]:
    """Copy an instance to a folder that AS_NOBODY can read but not write."""
    with tempfile.TemporaryDirectory(prefix="octavo-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        instance = Path(shutil.copytree(seed, folder / "instance?"))
        for path in (instance, *instance.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield instance
        for path in (instance, *instance.rglob("*")):
            path.chmod(0o755)
