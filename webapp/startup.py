"""Ctrl-C while the program starts: a line instead of a traceback.

DESIGN: to import everything takes a second, in which nothing can catch an exception but Python's
own hook. The package imports this module before all others. What is interrupted later than that is
the business of `cli.command`, and of gunicorn.
"""

import os
import sys
from types import TracebackType

PROGRAMS = ("octavo", "-m")  # sys.argv[0] at that moment; "-m": python -m webapp
INTERRUPTED = 130


def _interrupted(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    sys.stderr.write("\nInterrupted: nothing was changed.\n")
    os._exit(INTERRUPTED)


if os.path.basename(sys.argv[0]) in PROGRAMS:  # noqa: PTH119  pathlib is not imported yet
    sys.excepthook = _interrupted
