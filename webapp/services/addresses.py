"""The network addresses of a host: public ones only, looked up once in a run.

A name that leads to a private network, by mistake or by intent, would let a record or a redirect
reach machines that only the server can reach.
"""

import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

_TRANSLATED: Final = IPv6Network("64:ff9b::/96")  # NAT64: the last 32 bits are an address of IPv4


class UnsafeAddressError(Exception):
    """A host has an address that is not public."""


def resolve(host: str, port: int, allowed: Collection[str]) -> list[str]:
    """Return the addresses of a host.

    Raises UnsafeAddressError if one of them is neither public nor among `allowed`, and OSError if
    the host is not known.
    """
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    for address in addresses:
        if address not in allowed and not is_public(address):
            raise UnsafeAddressError(address)
    return addresses


def is_public(address: str) -> bool:
    """Return whether an address is one of the public internet, also behind IPv6's mappings."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        embedded = _embedded(ip)
        if embedded is not None:
            return is_public(str(embedded))
    return ip.is_global and not ip.is_multicast


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    """Return the address of IPv4 that one of IPv6 leads to."""
    if ip in _TRANSLATED:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
