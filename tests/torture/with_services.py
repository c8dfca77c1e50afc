"""`python -m tests.torture.with_services ORIGIN COMMAND`: run a command that reaches the fake."""

import sys
from dataclasses import replace

from flask import Flask
from flask.cli import ScriptInfo

from webapp import create_app
from webapp.cli import Commands
from webapp.cli.services import EXTENSION
from webapp.services.hosts import HOSTS

ADDRESS = "127.0.0.1"


def main(origin: str, *arguments: str) -> None:
    hosts = {
        name: replace(host, pace=0.0, origin=origin, allowed_addresses=frozenset({ADDRESS}))
        for name, host in HOSTS.items()
    }

    def create() -> Flask:
        app = create_app()
        app.extensions[EXTENSION] = hosts
        return app

    info = ScriptInfo(create_app=create, set_debug_flag=False)
    Commands("octavo").main(list(arguments), prog_name="octavo", obj=info)


if __name__ == "__main__":
    main(*sys.argv[1:])
