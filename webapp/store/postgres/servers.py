"""Which server a connection leads to, if the URL names several: a primary and its standbys.

DESIGN. Writers ask libpq for the primary (`target_session_attrs=read-write`). Readers use the
server that the watcher of the revision uses, so that no answer is older than the revision that it
is given out as: a standby may lag. The watcher prefers the primary, and a standby is better than
nothing. A URL with `target_session_attrs` leaves the choice to libpq.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import URL

Place = tuple[str, str]  # host and port
SESSION_KIND: Final = "target_session_attrs"


def has_choice(url: URL) -> bool:
    """Return whether a URL names several servers and leaves the choice to Octavo."""
    return SESSION_KIND not in url.query and "," in str(url.query.get("host", ""))


def of_primary(url: URL) -> URL:
    """Return the URL of the server that can be written, among those of a URL."""
    return url.update_query_dict({SESSION_KIND: "read-write"})


def places(options: Mapping[str, Any]) -> Iterator[Place]:
    """Yield host and port of each server that the options of a connection name."""
    hosts = str(options["host"]).split(",")
    ports = str(options.get("port", "")).split(",")
    for number, host in enumerate(hosts):
        yield host, ports[number] if len(ports) == len(hosts) else ports[0]


def preferring(url: URL, place: Place) -> URL:
    """Return a URL that names one of its servers first, and the others in their order."""
    others = [other for other in places(url.query) if other != place]
    hosts, ports = zip(place, *others, strict=True)
    return url.update_query_dict({"host": ",".join(hosts), "port": ",".join(ports)})


def connect_to_best(connect: Callable[..., Any], options: Mapping[str, Any]) -> Any:
    """Connect to the primary; if it is not reachable, to the first standby that is.

    Raises the last error of the driver if no server is reachable.
    """
    from psycopg import OperationalError

    standby, last = None, None
    for place in places(options):
        try:
            connection = connect(**at(options, place))
        except OperationalError as error:
            last = error
            continue
        if not is_standby(connection):
            if standby:
                standby.close()
            return connection
        if standby:
            connection.close()
        else:
            standby = connection
    if standby is None:
        assert last is not None  # noqa: S101  there is one place at least
        raise last
    return standby


def at(options: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """Return the options of a connection to one of the servers."""
    host, port = place
    return {**options, "host": host, "port": port}


def place_of(connection: Any) -> Place:
    """Return the server that a connection leads to."""
    return connection.info.host, str(connection.info.port)


def is_standby(connection: Any) -> bool:
    """Return whether a server follows another one, as it reported last."""
    return bool(connection.info.parameter_status("in_hot_standby") == "on")
