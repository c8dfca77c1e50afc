"""Where a request comes from: a page of this site, or another one."""

from flask import request

from ..urls import site_urls


def is_from_this_site() -> bool:
    """Return whether a page of this site, or the editor directly, made the request.

    Browsers say so in Sec-Fetch-Site; older ones name the origin of the page. A request with
    neither is refused.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    return request.headers.get("Origin") == site_urls().origin
