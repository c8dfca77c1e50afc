"""X-Forwarded- headers: trusted from exactly as many reverse proxies as are configured."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PREFIX = re.compile(r"(/[\w.~-]+)*", re.ASCII)


def behind(app: "WSGIApplication", proxies: int) -> "WSGIApplication":
    """Return the application as it is behind this number of proxies.

    Each proxy must set or extend all five headers: X-Forwarded-For, -Proto, -Host, -Port and
    -Prefix. Without proxies, none of them counts.
    """
    if not proxies:
        return app

    def checked(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Ignore invalid values: a proxy that omits a header passes on the visitor's."""
        if environ["wsgi.url_scheme"] not in ("http", "https"):
            environ["wsgi.url_scheme"] = "http"
        prefix = environ.get("SCRIPT_NAME", "").rstrip("/")
        environ["SCRIPT_NAME"] = prefix if _PREFIX.fullmatch(prefix) else ""
        return app(environ, start_response)

    return ProxyFix(checked, proxies, proxies, proxies, proxies, proxies)
