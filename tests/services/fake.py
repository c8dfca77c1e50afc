"""One server that speaks for all services: what they answer is in `answers/`.

The client reaches it under the names of the services, by a table of hosts that leads to 127.0.0.1.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.services.faults import Fault
from tests.services.speakers import SPEAKERS
from webapp.services.hosts import HOSTS, Host

ADDRESS: Final = "127.0.0.1"
OWN_SITE: Final = "pubs.example.org"  # for the source `bibtex`


@dataclass
class Fake:
    """The services. `faults` are by host and a part of the path: ("dblp.org", "/pid/")."""

    requests: list[str] = field(default_factory=list)  # "pub.orcid.org/v3.0/..." in order
    headers: list[dict[str, str]] = field(default_factory=list)  # of each request
    faults: dict[tuple[str, str], list[Fault] | Fault] = field(default_factory=dict)
    hosts: dict[str, Host] = field(default_factory=dict)

    @Request.application
    def application(self, request: Request) -> Response:
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        address = f"{request.host}{request.path}{query}"
        self.requests.append(address)
        self.headers.append(dict(request.headers))
        if fault := self._fault(request.host, address):
            return fault()
        response = SPEAKERS[request.host](request)
        if response.status_code == 200 and "Last-Modified-Version" not in response.headers:
            response.add_etag()
            response.make_conditional(request)
        return response

    def _fault(self, host: str, address: str) -> Fault | None:
        for (name, part), fault in self.faults.items():
            if name == host and part in address:
                if not isinstance(fault, list):
                    return fault
                return fault.pop(0) if fault else None
        return None

    def count(self, part: str) -> int:
        """Return the number of requests with this in their address."""
        return sum(part in address for address in self.requests)


@contextmanager
def serve_fake() -> Iterator[Fake]:
    """Serve until the end of the block."""
    fake = Fake()
    server = make_server(ADDRESS, 0, fake.application, threaded=True)
    origin = f"http://{ADDRESS}:{server.server_port}"
    allowed = frozenset({ADDRESS})
    fake.hosts = {
        name: replace(host, origin=origin, allowed_addresses=allowed)
        for name, host in {**HOSTS, OWN_SITE: Host(OWN_SITE)}.items()
    }
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
