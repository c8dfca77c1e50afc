"""`python -m tests.torture.with_services ORIGIN COMMAND`: run a command that reaches the fake."""

import sys
from dataclasses import replace

from flask import Flask
from flask.cli import ScriptInfo

from webapp.application import create_app
from webapp.cli import Commands
from webapp.cli.services import EXTENSION
from webapp.services.hosts import HOSTS, Host

ADDRESS = "127.0.0.1"


def hosts_at(origin: str) -> dict[str, Host]:
    """Return the table of hosts, all of them at the fake and without pauses."""
    return {
        name: replace(host, pace=0.0, origin=origin, allowed_addresses=frozenset({ADDRESS}))
        for name, host in HOSTS.items()
    }


def main(origin: str, *arguments: str) -> None:
    def create() -> Flask:
        app = create_app()
        app.extensions[EXTENSION] = hosts_at(origin)
        return app

    info = ScriptInfo(create_app=create, set_debug_flag=False)
    Commands("octavo").main(list(arguments), prog_name="octavo", obj=info)


if __name__ == "__main__":
    main(*sys.argv[1:])
