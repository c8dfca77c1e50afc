"""The editor that a reverse proxy has signed in."""

from typing import Final

from flask import request

from ...site import site

USER: Final = "X-Forwarded-User"
MAX_NAME: Final = 200  # characters


def forwarded_user() -> str:
    """Return the user that the proxy names; "" without one.

    The header counts only if the request came through the proxies of the settings, and only here,
    below /edit/. Each proxy must replace what visitors send in it: deploy/nginx-upstream.conf.
    """
    settings = site().settings
    if settings.sign_in != "proxy":
        return ""
    original = request.environ.get("werkzeug.proxy_fix.orig", {})
    passed = request.headers.getlist("X-Forwarded-For")
    hops = sum(len(value.split(",")) for value in passed)
    if not original or hops < settings.proxies:
        return ""
    try:
        name = request.headers.get(USER, "").encode("latin-1").decode("utf-8")
    except UnicodeError:
        return ""
    return name if len(name) <= MAX_NAME else ""
