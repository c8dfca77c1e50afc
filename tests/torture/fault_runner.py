"""Run commands of the site while their writes fail: the process that `faults` starts.

It is started with io_faults.c preloaded, reads one line of JSON for each run and answers with
another. Each run is a forked child. The modules that a child needed are imported here afterwards,
so that later children start with them.
"""

import ctypes
import importlib
import json
import os
import sys
import traceback
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]

from webapp.__main__ import main
from webapp.application import create_app

MODES = {"count": 1, "once": 2, "full": 3, "kill": 4}


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Run one command until it ends or the fault kills it; return its status and its writes."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if not child:
        os.close(read_end)
        _child(order, write_end)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        report = json.loads(pipe.read() or "{}")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    _preload(report.get("modules", ()))
    return {"status": status, "count": report.get("count", 0)}


def _preload(modules: Iterable[str]) -> None:
    for name in modules:
        if name not in sys.modules:
            with suppress(ImportError):  # a migration, which has no name to import it by
                importlib.import_module(name)


def _child(order: dict[str, Any], write_end: int) -> None:
    status = 99
    faults = ctypes.CDLL(None)
    folder = Path(order["folder"])
    try:
        with Path(order["output"]).open("wb") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        os.environ["OCTAVO_INSTANCE"] = str(folder / "instance")
        sys.argv = ["octavo", *order["arguments"]]
        faults.io_faults_begin(
            os.fsencode(folder), MODES[order["mode"]], ctypes.c_long(order["number"])
        )
        main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:  # the parent reads it from the output
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        count = faults.io_faults_count()
        faults.io_faults_begin(b"", 0, ctypes.c_long(0))
        _report(write_end, {"count": count, "modules": list(sys.modules)})
        os._exit(status)


def _report(write_end: int, report: dict[str, Any]) -> None:
    with os.fdopen(write_end, "w") as pipe:
        json.dump(report, pipe)


def _cache_compression(instance: Path) -> None:
    """Compress the static files once: each command does, which takes longer than most commands."""
    brotli.compress = cache(brotli.compress)
    create_app(instance)


if __name__ == "__main__":
    _cache_compression(Path(sys.argv[1]))
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)
