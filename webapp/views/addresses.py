"""The site's own absolute addresses, made of the host that a request names.

Not by Werkzeug's `url_root`: that decodes international names (`xn--…`), which fails for some
hosts, and letters beyond Latin-1 fit in no header. Here a host stays as it was sent.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from flask import Flask, abort, g, request
from werkzeug.routing import BaseConverter

from ..site import site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A name, an IPv4 or an IPv6 address, and a port. Names of containers may have underscores.
_HOST: Final = re.compile(
    r"([a-z0-9._-]{1,255}|\[[a-f0-9:.]{2,45}\])(?::([0-9]{0,5}))?", re.ASCII | re.IGNORECASE
)
_DEFAULT_PORTS: Final = {"http": "80", "https": "443"}
_ASCII: Final = bytes(range(128)).decode()


class SlugConverter(BaseConverter):
    """The slug of a publication, as `slugs.py` makes it; any other address does not exist."""

    regex = "[A-Za-z0-9_-]+"


def init_app(app: Flask) -> None:
    """Refuse requests for no host or an impossible one, and let routes have a `<slug:…>`."""
    app.wsgi_app = _encode_query(app.wsgi_app)  # type: ignore[method-assign]
    app.url_map.converters["slug"] = SlugConverter

    @app.before_request
    def _require_host() -> None:
        """Health and metrics name no address, so whoever asks for them needs no host."""
        if request.blueprint != "operations" and not _host():
            abort(400, "The request does not name the host that it is for.")


def _encode_query(app: "WSGIApplication") -> Any:  # mypy takes no method for another one
    """Wrap an application so that it gets queries percent-encoded.

    Werkzeug raises UnicodeDecodeError for raw bytes that are not UTF-8, but reads encoded ones.
    """

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")
        if not query.isascii():
            environ["QUERY_STRING"] = quote(query.encode("latin-1"), safe=_ASCII)
        return app(environ, start_response)

    return application


def site_root() -> str:
    """The address of the list, with a slash at its end, in ASCII: "https://example.org/pubs/"."""
    return f"{request.scheme}://{_host()}{quote(request.script_root)}/"


def host_name() -> str:
    """The host without its port, in lower case."""
    return re.sub(r":\d+$", "", _host())


def _host() -> str:
    """The host and its port, unless that is the scheme's; "" where no address can be made."""
    if "host" not in g:
        settings = site().settings
        g.host = _of_environ(request.environ, settings.hosts)
    return str(g.host)


def _of_environ(environ: "WSGIEnvironment", names: tuple[str, ...]) -> str:
    """The host that is sent; without any (HTTP/1.0) the site's first name, or the server's."""
    sent = environ.get("HTTP_HOST")
    if sent is None:
        own = next((name for name in names if not name.startswith(".")), "")
        sent = own or f"{environ.get('SERVER_NAME', '')}:{environ.get('SERVER_PORT', '')}"
    found = _HOST.fullmatch(sent)
    if not found or int(found[2] or 1) not in range(1, 65_536):
        return ""
    default = _DEFAULT_PORTS.get(environ["wsgi.url_scheme"])
    port = f":{found[2]}" if found[2] and found[2] != default else ""
    return f"{found[1].lower()}{port}"
