"""Ctrl-C while the program starts: print one line instead of a traceback.

DESIGN. Importing everything takes a second, in which only Python's own hook can catch an exception.
The package imports this module before all others. Later interrupts are handled by `cli.command` and
by gunicorn.
"""

import os
import sys
from types import TracebackType

PROGRAMS = ("octavo", "-m")  # sys.argv[0] at that moment; "-m": python -m webapp
INTERRUPTED = 130  # the exit status that shells use for SIGINT


def _report_interrupt(
    type_: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if not issubclass(type_, KeyboardInterrupt):
        sys.__excepthook__(type_, error, traceback)
        return
    sys.stderr.write("\nInterrupted: nothing was changed.\n")
    os._exit(INTERRUPTED)


if os.path.basename(sys.argv[0]) in PROGRAMS:  # noqa: PTH119  pathlib is not imported yet
    sys.excepthook = _report_interrupt
