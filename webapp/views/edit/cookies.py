"""The cookie of a session: never readable by scripts, sent only over TLS and only by this site."""

from datetime import timedelta
from typing import Final

from flask import Response, request

NAME: Final = "octavo"


def cookie_name() -> str:
    """Return the name of the cookie.

    Its prefix lets browsers accept it only as `set_session` sets it: https://developer.mozilla.org/
    en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
    """
    return f"__Secure-{NAME}" if request.script_root else f"__Host-{NAME}"


def session_secret() -> str:
    """Return the secret in the cookie; "" without one."""
    return request.cookies.get(cookie_name(), "")


def set_session(response: Response, secret: str, lifetime: timedelta) -> None:
    """Set the cookie. Below a path of another site, only /edit/ gets it."""
    response.set_cookie(
        cookie_name(),
        secret,
        max_age=lifetime,
        path=_path(),
        secure=True,
        httponly=True,
        samesite="Lax",
    )


def forget_session(response: Response) -> None:
    """Delete the cookie, if the browser sent one."""
    if session_secret():
        response.delete_cookie(
            cookie_name(), path=_path(), secure=True, httponly=True, samesite="Lax"
        )


def _path() -> str:
    return f"{request.script_root}/edit" if request.script_root else "/"
