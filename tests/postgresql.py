"""A real PostgreSQL for tests: a cluster in a temporary folder, and a standby that follows it.

DESIGN. PostgreSQL refuses to run as root, as tests do in CI; then its programs run as another user.
It listens on a Unix socket in its own folder, and on no network unless a test asks. Nothing is
written through to the disk (fsync), so that a database costs a test some 0.1 s.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg

USER = "octavo"
PORT = 5432  # names the socket's file
# Debian installs the programs beside the path.
PROGRAMS = os.pathsep.join(
    [os.environ.get("PATH", ""), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin")))]
)
# The programs run in English, and without settings of the tests' own environment.
_ENVIRONMENT = {"PATH": PROGRAMS, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_numbers = count(1)  # of databases
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "wal_level": "replica",
}


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """A cluster in a folder. `settings` are those of postgresql.conf."""

    folder: Path
    port: int = PORT
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def initialise(self) -> None:
        """Create the cluster, with databases in UTF-8 and a superuser that needs no password."""
        _hand_over(self.folder)
        options = ("--auth=trust", f"--username={USER}", "--encoding=UTF8", "--no-sync")
        _run("initdb", "--pgdata", self.data, "--locale=C.UTF-8", *options)

    def start(self) -> None:
        """Start the server, and wait until it accepts connections."""
        settings = {**_SETTINGS, "unix_socket_directories": str(self.folder), **self.settings}
        pairs = "".join(f" -c {name}='{value}'" for name, value in settings.items())
        options = f"-p {self.port}{pairs}"
        self._control("start", "--log", self.folder / "log", "--options", options)

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server: "immediate" is as good as a crash, "fast" closes connections."""
        self._control("stop", "--mode", mode)

    def restart(self) -> None:
        self.stop("fast")
        self.start()

    def promote(self) -> None:
        """Make a standby the primary, and wait until it can be written."""
        self._control("promote")

    def make_standby(self, folder: Path, **settings: str) -> "PostgreSQL":
        """Return a standby in another folder that follows this cluster; it is not started."""
        standby = PostgreSQL(folder, self.port, {**self.settings, **settings})
        _hand_over(folder)
        source = f"host={self.folder} port={self.port} user={USER}"
        options = ("--write-recovery-conf", "--checkpoint=fast", "--no-sync")
        _run("pg_basebackup", "--pgdata", standby.data, "--dbname", source, *options)
        return standby

    def url(self, database: str = "postgres", **parameters: str) -> str:
        """Return the URL of a database, as the setting `database_url` has it."""
        query = urlencode({"host": self.folder, "port": self.port, **parameters}, quote_via=quote)
        return f"postgresql://{USER}@/{database}?{query}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """Connect to a database, to change or look at it beside Octavo."""
        return psycopg.connect(self.url(database), autocommit=True)

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement of a test in a connection of its own; return its rows."""
        with self.connect(database) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Create a copy of a database; yield its name, and drop it at the end of the block."""
        name = f"test-{next(_numbers)}"
        self.create_database(name, template)
        try:
            yield name
        finally:
            self.drop_database(name)

    def create_database(self, name: str, template: str = "template0") -> None:
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def drop_database(self, name: str) -> None:
        """Drop a database, with the connections that are still open."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _control(self, action: str, *options: str | Path) -> None:
        _run("pg_ctl", action, "--silent", "--wait", "--pgdata", self.data, *options)


@contextmanager
def cluster(**settings: str) -> Iterator[PostgreSQL]:
    """Run a new cluster until the block ends, even if it was stopped or promoted by then."""
    with server_folder() as folder:
        server = PostgreSQL(folder, settings=settings)
        server.initialise()
        server.start()
        with stopping(server):
            yield server


@contextmanager
def server_folder() -> Iterator[Path]:
    """Make a folder for a cluster. Its path is short, because that of a socket must be."""
    folder = Path(tempfile.mkdtemp(prefix="octavo-pg-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def stopping(server: PostgreSQL) -> Iterator[PostgreSQL]:
    """Stop a server at the end of the block, if it still runs."""
    try:
        yield server
    finally:
        if (server.data / "postmaster.pid").exists():
            server.stop()


def _owner() -> str | None:
    """Return the user that runs PostgreSQL in place of root; None if the tests need none."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _hand_over(folder: Path) -> None:
    if owner := _owner():
        shutil.chown(folder, owner)


def _run(program: str, *arguments: str | Path) -> None:
    """Run a program to its end. What pg_ctl starts goes on, so it gets no pipe of ours."""
    path = shutil.which(program, path=PROGRAMS)
    assert path, f"{program} is not installed"
    owner = _owner()
    group = pwd.getpwnam(owner).pw_gid if owner else None
    with tempfile.TemporaryFile() as output:
        process = subprocess.run(
            [path, *map(str, arguments)],
            cwd="/",
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
            user=owner,
            group=group,
            extra_groups=[] if owner else None,
        )
        output.seek(0)
        text = output.read().decode(errors="replace")
    assert process.returncode == 0, f"{program}: {text}"
