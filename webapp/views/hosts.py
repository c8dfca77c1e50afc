"""The host that a request names: checked first, then part of every absolute URL.

Werkzeug's `url_root` decodes international names (`xn--…`). That fails for some hosts, and letters
beyond Latin-1 fit in no header. Here the host is used as it was sent.
"""

import re
from typing import TYPE_CHECKING, Final

from flask import Flask, abort, g, request

from ..site import site

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# The machine itself, always answered: for health checks.
LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")
# A name, an IPv4 or an IPv6 address, and a port. Names of containers may have underscores.
_HOST: Final = re.compile(
    r"([a-z0-9._-]{1,255}|\[[a-f0-9:.]{2,45}\])(?::([0-9]{0,5}))?", re.ASCII | re.IGNORECASE
)
_DEFAULT_PORTS: Final = {"http": "80", "https": "443"}


def init_app(app: Flask) -> None:
    """Refuse requests without a valid host."""

    @app.before_request
    def _require_host() -> None:
        """Abort with 400 unless the host is valid; health checks and metrics need none."""
        if request.blueprint != "operations" and not host():
            abort(400, "The request does not name the host that it is for.")


def host() -> str:
    """Return the host, with its port unless that is the scheme's default; "" if it is invalid."""
    if "host" not in g:
        g.host = host_in(request.environ, site().settings.hosts)
    return str(g.host)


def host_name() -> str:
    """Return the host without its port, in lower case."""
    return re.sub(r":\d+$", "", host())


def host_in(environ: "WSGIEnvironment", names: tuple[str, ...]) -> str:
    """Return the host of a request; without one (HTTP/1.0), the site's first name, or the server's.

    `names` are those in the setting `hosts`.
    """
    header = environ.get("HTTP_HOST")
    if header is None:
        own = next((name for name in names if not name.startswith(".")), "")
        header = own or f"{environ.get('SERVER_NAME', '')}:{environ.get('SERVER_PORT', '')}"
    match = _HOST.fullmatch(header)
    if not match or int(match[2] or 1) not in range(1, 65_536):
        return ""
    default = _DEFAULT_PORTS.get(environ["wsgi.url_scheme"])
    port = f":{match[2]}" if match[2] and match[2] != default else ""
    return f"{match[1].lower()}{port}"
