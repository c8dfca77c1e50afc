"""A site to measure: an instance folder, and gunicorn on a free port."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .client import Connection

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# An instance folder with seven publications, for tests and measurements.
SEED = ROOT / "tests" / "data" / "seed"


@contextmanager
def temporary_instance(seed: bool = True) -> Iterator[Path]:
    """Yield an instance folder that is ready to serve. Without the seed it has no publications."""
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name:
        prepare(Path(name), seed)
        yield Path(name)


def prepare(folder: Path, seed: bool = True, settings: str = "") -> None:
    """Prepare a folder as an instance, with more lines in site.toml before those of the seed."""
    for file in ("site.toml", "publications.bib") if seed else ("site.toml",):
        shutil.copy(SEED / file, folder)
    toml = folder / "site.toml"
    toml.write_text(settings + toml.read_text())
    if octavo(folder, "prepare").wait():
        raise SystemExit("octavo prepare failed")


def octavo(instance: Path, *arguments: str | Path) -> "subprocess.Popen[bytes]":
    """Start a command without input and output."""
    return subprocess.Popen(
        [BIN / "octavo", *arguments],
        env=environment(instance),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def environment(instance: Path) -> dict[str, str]:
    return {**os.environ, "OCTAVO_INSTANCE": str(instance)}


@dataclass(frozen=True, slots=True)
class Server:
    """A running gunicorn."""

    port: int
    pid: int  # of the master


@contextmanager
def serving(
    instance: Path,
    config: str = "gunicorn.conf.py",
    options: tuple[str, ...] = (),
    settings: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run gunicorn, as `make serve` starts it, until the block ends."""
    port = _free_port()
    command = [str(BIN / "gunicorn"), "--config", config, "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*command, "--log-level", "warning", *options],
        cwd=ROOT,
        env={**environment(instance), **(settings or {})},
    )
    try:
        _wait_for(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            with Connection(port) as connection:
                connection.ask(connection.request("/"))
                return
        except ConnectionError:
            continue
    raise SystemExit(f"gunicorn ended with status {process.returncode}")
