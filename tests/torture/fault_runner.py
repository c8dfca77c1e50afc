"""Run a command of the site while its writes fail, one after another: a process of `faults`.

It runs with io_faults.c preloaded, reads one line of JSON for each run and answers with another.
Each run is a child that has loaded the program already.
"""

import ctypes
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from webapp.__main__ import main

MODES = {"count": 1, "once": 2, "full": 3, "kill": 4}


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Run one command to its end, or to where the fault kills it."""
    folder = Path(order["folder"])
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _child(order, folder, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        count = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {"status": status, "count": int(count or 0)}


def _child(order: dict[str, Any], folder: Path, writing: int) -> None:
    status = 99
    faults = ctypes.CDLL(None)
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
    except BaseException:  # the test reads it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        count = faults.io_faults_count()
        faults.io_faults_begin(b"", 0, ctypes.c_long(0))
        os.write(writing, str(count).encode())
        os._exit(status)


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)
