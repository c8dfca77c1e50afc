"""The entry point `octavo`, also `python -m webapp`."""

from flask import Flask
from flask.cli import FlaskGroup

from . import create_app
from .cli.common import Refused
from .config import ConfigurationError


def _create_app() -> Flask:
    try:
        return create_app()
    except ConfigurationError as error:
        raise Refused(str(error)) from None


def main() -> None:
    """Run the command that the arguments name."""
    FlaskGroup(
        name="octavo",
        help="Octavo: a publications page that answers as you type.",
        create_app=_create_app,
        add_default_commands=False,
        add_version_option=False,
    ).main()


if __name__ == "__main__":
    main()
