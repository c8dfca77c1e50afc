"""The command `octavo`, also `python -m webapp`."""

import gc
import signal

from flask import Flask
from flask.cli import ScriptInfo

from .application import create_app
from .cli import Commands
from .cli.exits import Refused
from .errors import ConfigurationError

# Objects between two searches for reference cycles, 700 by default. An import makes millions of
# objects and hardly any cycle, and would spend a twentieth of its time on searching.
_OBJECTS = 100_000


def _create_app() -> Flask:
    try:
        return create_app()
    except ConfigurationError as error:
        raise Refused(str(error)) from None


def main() -> None:
    """Run the command that the arguments name."""
    gc.set_threshold(_OBJECTS)
    info = ScriptInfo(create_app=_create_app, set_debug_flag=False)
    try:
        Commands("octavo").main(prog_name="octavo", obj=info)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C now would only print a traceback


if __name__ == "__main__":
    main()
