"""The command `octavo` as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from webapp.config import ROOT

COMMAND = (sys.executable, "-m", "webapp")


def environment(instance: Path, **variables: str) -> dict[str, str]:
    """The variables that a command gets; those of encodings only where a test names them."""
    encodings = ("LC_", "LANG", "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONCOERCECLOCALE")
    usual = {name: value for name, value in os.environ.items() if not name.startswith(encodings)}
    return {**usual, "OCTAVO_INSTANCE": str(instance), **variables}


def octavo(
    instance: Path, *arguments: str | Path, env: dict[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=ROOT,
        env=environment(instance, **(env or {})),
        check=False,
        **{**pipes, **options},
    )
