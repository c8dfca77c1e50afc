"""A network of machines within this one: a namespace each, joined by a bridge in the first.

A thread enters a namespace, and the threads and processes that it starts there stay in it. So
everything of a test that runs inside the network reaches nothing else, and nothing reaches it.
"""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NETWORK: Final = "10.77.0"
_CLONE_NEWNET: Final = 0x40000000
_OWN: Final = Path("/proc/thread-self/ns/net")
_BRIDGE: Final = "bridge"


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of the network."""

    name: str  # of its namespace
    address: str
    _hub: str  # the namespace with the bridge
    _port: str  # of the bridge

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Run the block, and the threads and processes that it starts, on this machine."""
        before = os.open(_OWN, os.O_RDONLY)
        try:
            _enter(Path("/run/netns") / self.name)
            yield
        finally:
            _set_namespace(before)
            os.close(before)

    def unplug(self) -> None:
        """Take the machine from the network: what is sent to it is lost."""
        self._set_port("down")

    def plug(self) -> None:
        self._set_port("up")

    def _set_port(self, state: str) -> None:
        _ip("-n", self._hub, "link", "set", self._port, state)


def can_make() -> bool:
    """Return whether namespaces can be made here: as root, with iproute2, outside a container."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return False
    name = f"octavo-probe-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode:
        return False
    bridge = ["ip", "-n", name, "link", "add", _BRIDGE, "type", "bridge"]
    made = subprocess.run(bridge, capture_output=True, check=False).returncode == 0
    _ip("netns", "delete", name)
    return made


@contextmanager
def network(names: Sequence[str]) -> Iterator[list[Machine]]:
    """Make a machine for each name; the first has the bridge."""
    hub = f"octavo-{os.getpid()}-{names[0]}"
    with ExitStack() as stack:
        machines = []
        for number, name in enumerate(names, 1):
            machine = Machine(
                f"octavo-{os.getpid()}-{name}", f"{NETWORK}.{number}", hub, f"port{number}"
            )
            _ip("netns", "add", machine.name)
            stack.callback(_ip, "netns", "delete", machine.name)
            _ip("-n", machine.name, "link", "set", "lo", "up")
            if number == 1:
                _make_bridge(machine)
            else:
                _join(machine, hub, f"port{number}")
            machines.append(machine)
        yield machines


def _make_bridge(machine: Machine) -> None:
    _ip("-n", machine.name, "link", "add", _BRIDGE, "type", "bridge", "forward_delay", "0")
    _ip("-n", machine.name, "address", "add", f"{machine.address}/24", "dev", _BRIDGE)
    _ip("-n", machine.name, "link", "set", _BRIDGE, "up")


def _join(machine: Machine, hub: str, port: str) -> None:
    """Connect a machine with the bridge."""
    there = ("peer", "name", "eth0", "netns", machine.name)
    _ip("-n", hub, "link", "add", port, "type", "veth", *there)
    _ip("-n", hub, "link", "set", port, "master", _BRIDGE, "up")
    _ip("-n", machine.name, "address", "add", f"{machine.address}/24", "dev", "eth0")
    _ip("-n", machine.name, "link", "set", "eth0", "up")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


def _enter(namespace: Path) -> None:
    descriptor = os.open(namespace, os.O_RDONLY)
    try:
        _set_namespace(descriptor)
    finally:
        os.close(descriptor)


def _set_namespace(descriptor: int) -> None:
    """Move this thread to a network namespace; Python has `os.setns` only from 3.12 on."""
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
