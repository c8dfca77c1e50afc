"""Search while application machines and databases fail: two of each, in a network of the test.

nginx, as the guide sets it up for two machines, sends visitors to either. While people type, an
import runs, a worker is killed, a machine stops, the databases are cut off, and the primary dies,
whose standby is promoted. No answer is wrong or torn; 503 is only sent while there is no database.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final

from bench.processes import children
from bench.site import ROOT, gunicorn, nginx
from tests.postgresql import PORT as DATABASE_PORT
from tests.postgresql import USER, PostgreSQL, server_folder, stopping

from .load import Crowd, typing
from .networks import NETWORK, Machine, network
from .site import PreparedSite, command, octavo

PORT: Final = 8000  # of the sites
PATIENCE: Final = 120.0  # seconds until the machines agree, on the slowest machine
CUT: Final = 5.0  # seconds
MAX_LAG: Final = 5.0  # seconds from a commit until the index of each machine has it
RECOVERY: Final = 2.0  # seconds until a database that is back is used
POLLING: Final = 0.05  # seconds

GUIDE: Final = ROOT / "deploy" / "two-machines.md"
GUIDE_SITES: Final = ("10.0.0.11", "10.0.0.12")  # the addresses of the site machines there


@dataclass
class Visitors(Crowd):
    """People who also accept 503, if there was no database at the time."""

    refused: list[float] = field(default_factory=list)  # when there was a 503

    def accepts(self, status: int) -> bool:
        if status == 503:
            self.refused.append(time.monotonic())
        return status in (200, 503)


@dataclass
class SiteMachine:
    """An application machine: gunicorn at a port of its own address."""

    machine: Machine
    instance: Path
    environment: Mapping[str, str]
    master: int = 0
    _running: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Prepare the instance and serve it, as the unit does."""
        place = (self.machine.address, PORT)
        with self.machine.entered():
            octavo(self.instance, "prepare", **self.environment)
            with socket.create_server(place, backlog=2048) as listener:
                site = gunicorn(self.instance, listener, self.environment)
                self.master = self._running.enter_context(site).pid

    def kill_worker(self) -> None:
        os.kill(children(self.master)[0], signal.SIGKILL)

    def shut_down(self) -> None:
        """Stop the site and take the machine from the network; nginx does not know of it.

        If the power failed instead, a response that is being sent would end before its length.
        """
        self.stop()
        self.machine.unplug()

    def stop(self) -> None:
        self._running.close()

    def state(self) -> dict[str, Any]:
        """Return what the site says of database and index; {} without an answer."""
        connection = HTTPConnection(self.machine.address, PORT, timeout=5)
        try:
            connection.request("GET", "/readyz", headers={"Host": "localhost"})
            state: dict[str, Any] = json.loads(connection.getresponse().read())
        except (OSError, HTTPException, ValueError):
            return {}
        finally:
            connection.close()
        return state


@dataclass
class Cluster:
    """The machines, and when there was no database."""

    sites: list[SiteMachine]
    databases: list[tuple[Machine, PostgreSQL]]  # the primary and its standby
    outages: list[tuple[float, float]] = field(default_factory=list)
    report: dict[str, float] = field(default_factory=dict)  # seconds

    def follow(self, what: str, process: "subprocess.Popen[bytes]", old: str) -> None:
        """Wait until a command has ended and every site has its revision in its index."""
        seen: dict[str, float] = {}  # when a site first had each revision
        followed: dict[str, float] = {}  # when all had it in their indexes
        end = time.monotonic() + PATIENCE
        with process:
            while process.poll() is None or not followed.keys() - {old}:
                revisions, common = self._revisions()
                for revision in revisions:
                    seen.setdefault(revision, time.monotonic())
                if common:
                    followed.setdefault(common, time.monotonic())
                assert time.monotonic() < end, f"{what}: {self._states()}"
                time.sleep(POLLING)
            output = process.communicate()[0].decode()
        assert process.returncode == 0, output[-500:]
        new = self.agreed()
        self.report[what] = followed[new] - seen[new]

    def agreed(self) -> str:
        """Wait until all sites are ready with one revision, and return it."""
        end = time.monotonic() + PATIENCE
        while not (common := self._revisions()[1]):
            assert time.monotonic() < end, f"the machines do not agree: {self._states()}"
            time.sleep(POLLING)
        return common

    def _states(self) -> list[dict[str, Any]]:
        return [site.state() for site in self.sites]

    def _revisions(self) -> tuple[set[str], str]:
        """Return the revisions that sites know, and the one that all are ready with, or ""."""
        states = self._states()
        revisions = {str(state["revision"]) for state in states if state.get("revision")}
        indexed = {str(state.get("index_revision")) for state in states}
        are_ready = all(state.get("status") == "ready" for state in states)
        agree = are_ready and revisions == indexed and len(revisions) == 1
        return revisions, min(revisions) if agree else ""

    @contextmanager
    def outage(self, what: str) -> Iterator[None]:
        """Note that there is no database from the start of the block until all sites are ready."""
        start = time.monotonic()
        yield
        returned = time.monotonic()
        self.agreed()
        end = time.monotonic()
        self.report[what] = end - returned
        self.outages.append((start, end + RECOVERY))  # workers recover one by one

    def is_outage(self, moment: float) -> bool:
        return any(start <= moment <= end for start, end in self.outages)

    def cut_databases(self) -> None:
        for machine, _ in self.databases:
            machine.unplug()
        time.sleep(CUT)
        for machine, _ in self.databases:
            machine.plug()

    def promote(self) -> None:
        """Let the primary die with its machine, and make its standby the primary."""
        (machine, primary), (_, standby) = self.databases
        end = time.monotonic() + PATIENCE
        (written,) = primary.execute("SELECT pg_current_wal_flush_lsn()")[0]
        arrived = f"SELECT pg_last_wal_replay_lsn() >= '{written}'"
        while standby.execute(arrived) != [(True,)]:
            assert time.monotonic() < end, "the standby does not follow the primary"
            time.sleep(POLLING)
        primary.stop()
        machine.unplug()
        standby.promote()


def run(prepared: PreparedSite, folder: Path, seconds: float, people: int, *, strict: bool) -> str:
    """Let people type for at least `seconds` while everything fails once.

    `strict` also limits the seconds until an index has a commit, and until a database that is back
    is used.
    """
    end = time.monotonic() + seconds
    with (
        network(("front", "site1", "site2", "primary", "standby")) as (front, *machines),
        front.entered(),
        _cluster(prepared, folder, machines) as cluster,
    ):
        with (
            nginx(folder, folder / "unused", commands=_upstream(cluster.sites)) as site,
            typing(Visitors(site, prepared), people) as crowd,
        ):
            _disturb(cluster, prepared, pause=seconds / 12)
            time.sleep(max(0.0, end - time.monotonic()))
        cluster.agreed()
    assert isinstance(crowd, Visitors)
    return _judge(crowd, cluster, people, strict)


def _judge(crowd: Visitors, cluster: Cluster, people: int, strict: bool) -> str:
    answers = sum(crowd.statuses.values())
    assert answers > people, "too few requests were answered"
    assert not crowd.faults, f"{len(crowd.faults)} faults: {crowd.faults[:5]}"
    wrong = [moment for moment in crowd.refused if not cluster.is_outage(moment)]
    assert not wrong, f"{len(wrong)} × 503 with a database: {wrong[:5]}, not in {cluster.outages}"
    seconds = {what: round(taken, 1) for what, taken in cluster.report.items()}
    for what, limit in (("index", MAX_LAG), ("recovery", RECOVERY)):
        late = {name: taken for name, taken in seconds.items() if what in name and taken > limit}
        assert not (strict and late), late
    reached = ", ".join(f"{what} {taken} s" for what, taken in seconds.items())
    answered = f"{answers} answers, {len(crowd.refused)} of them 503, none wrong"
    return f"{answered}; the slowest {crowd.slowest:.1f} s; {reached}"


def _disturb(cluster: Cluster, prepared: PreparedSite, pause: float) -> None:
    """Let everything fail, one after another; `pause` is how long a machine is off."""
    first, second = cluster.sites
    old = cluster.agreed()
    importing = _import(first, prepared.file)
    first.kill_worker()
    cluster.follow("index after an import", importing, old)
    second.shut_down()
    time.sleep(pause)
    second.machine.plug()
    second.start()
    old = cluster.agreed()
    with cluster.outage("recovery from the cut"):
        cluster.cut_databases()
    with cluster.outage("recovery after the promotion"):
        cluster.promote()
    importing = _import(second, prepared.instance / "publications.bib")
    cluster.follow("index after an import into the new primary", importing, old)


def _import(site: SiteMachine, file: Path) -> "subprocess.Popen[bytes]":
    with site.machine.entered():
        return command(site.instance, "import", "--yes", str(file), **site.environment)


def _upstream(sites: list[SiteMachine]) -> str:
    """Return the guide's commands that make nginx use these sites."""
    commands = "\n".join(re.findall(r"^sed -i .*", GUIDE.read_text(), re.MULTILINE))
    for address, site in zip(GUIDE_SITES, sites, strict=True):
        commands = commands.replace(address, site.machine.address)
    return commands.replace("/etc/nginx/octavo/", "")


@contextmanager
def _cluster(prepared: PreparedSite, folder: Path, machines: list[Machine]) -> Iterator[Cluster]:
    """Run two databases, and two sites with the publications of an instance."""
    with ExitStack() as stack:
        databases = _databases(stack, machines[2:])
        hosts = ",".join(f"{machine.address}:{DATABASE_PORT}" for machine, _ in databases)
        environment = {
            "OCTAVO_DATABASE_URL": f"postgresql://{USER}@{hosts}/postgres",
            "OCTAVO_PROXIES": "1",
        }
        sites = []
        for number, machine in enumerate(machines[:2]):
            instance = folder / f"site {number}" / "instance"
            instance.mkdir(parents=True)
            for name in ("site.toml", "publications.bib"):
                shutil.copy(prepared.instance / name, instance)
            sites.append(SiteMachine(machine, instance, environment))
            stack.callback(sites[-1].stop)
            sites[-1].start()
        yield Cluster(sites, databases)


def _databases(stack: ExitStack, machines: list[Machine]) -> list[tuple[Machine, PostgreSQL]]:
    """Start a primary and a standby that follows it over the network."""
    here, there = machines
    primary = PostgreSQL(
        stack.enter_context(server_folder()), settings={"listen_addresses": here.address}
    )
    primary.initialise()
    with (primary.data / "pg_hba.conf").open("a") as rules:
        rules.write(f"host all,replication all {NETWORK}.0/24 trust\n")
    with here.entered():
        primary.start()
    stack.enter_context(stopping(primary))
    standby = primary.make_standby(
        stack.enter_context(server_folder()),
        listen_addresses=there.address,
        primary_conninfo=f"host={here.address} port={DATABASE_PORT} user={USER}",
    )
    with there.entered():
        standby.start()
    stack.enter_context(stopping(standby))
    return [(here, primary), (there, standby)]
