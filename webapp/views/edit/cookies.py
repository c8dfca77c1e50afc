"""The cookies below /edit/: never readable by scripts, sent only over TLS and only by this site.

Their prefix lets browsers accept them only as they are set here: https://developer.mozilla.org/
en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes. Below a path of another site, only
/edit/ gets them.
"""

from datetime import timedelta

from flask import Response, request

from ..hosts import LOCAL_NAMES, host_name
from ..urls import site_urls


def keeps_cookies() -> bool:
    """Return whether browsers store these cookies: over TLS, and on the machine itself."""
    return request.is_secure or host_name() in LOCAL_NAMES


def take_cookie(name: str = "") -> str:
    """Return the value of a cookie, by default the secret of the session; "" without one."""
    return request.cookies.get(_full_name(name), "")


def set_cookie(response: Response, name: str, value: str, lifetime: timedelta) -> None:
    """Set a cookie, "" for that of the session. A lifetime of zero deletes it."""
    response.set_cookie(
        _full_name(name),
        value,
        max_age=lifetime,
        path=site_urls().edit_list().rstrip("/") if request.script_root else "/",
        secure=True,
        httponly=True,
        samesite="Lax",
    )


def forget_session(response: Response) -> None:
    """Delete the cookie of the session, if the browser sent one."""
    if take_cookie():
        set_cookie(response, "", "", timedelta(0))


def _full_name(name: str) -> str:
    prefix = "__Secure-octavo" if request.script_root else "__Host-octavo"
    return f"{prefix}-{name}" if name else prefix
