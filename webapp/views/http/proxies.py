"""What reverse proxies say of a visitor: believed of exactly the number that is configured."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PREFIX = re.compile(r"(/[\w.~-]+)*", re.ASCII)


def behind(app: "WSGIApplication", proxies: int) -> "WSGIApplication":
    """The application behind so many proxies, each of which sets or extends all five headers:
    X-Forwarded-For, -Proto, -Host, -Port and -Prefix. Without proxies none of them counts.
    """
    if not proxies:
        return app

    def checked(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """A proxy that forgets a header passes on the visitor's: no address is made of nonsense."""
        if environ["wsgi.url_scheme"] not in ("http", "https"):
            environ["wsgi.url_scheme"] = "http"
        prefix = environ.get("SCRIPT_NAME", "").rstrip("/")
        environ["SCRIPT_NAME"] = prefix if _PREFIX.fullmatch(prefix) else ""
        return app(environ, start_response)

    return ProxyFix(checked, proxies, proxies, proxies, proxies, proxies)
