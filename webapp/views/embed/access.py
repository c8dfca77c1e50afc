"""Which sites may embed lists, and how long what they get is stored."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from ...site import site
from ..http import validation
from ..http.responses import SECURITY_HEADERS, STORE_AND_VALIDATE

P = ParamSpec("P")

blueprint = Blueprint("embed", __name__)

FRESH: Final = 300  # seconds for which a list is not asked for again
_POLICY: Final = "Content-Security-Policy"


def embeddable(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Decorate a view whose response other sites may show. It depends on the revision alone.

    A conditional request is answered here and not by `ConditionalRequests`, because a 304 without
    these headers would take them from the stored response.
    """

    @wraps(view)
    def respond(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        key = validation.key_of(request.environ)
        if key and request.if_none_match.contains_weak(key):
            response = Response(status=304)
        else:
            response = make_response(view(*args, **kwargs))
        if key and not site().catalog.is_away:
            response.set_etag(key, weak=True)
            response.headers["Cache-Control"] = f"public, max-age={FRESH}"
            if site().settings.proxies and response.status_code == 200:
                response.headers["X-Accel-Expires"] = STORE_AND_VALIDATE
        else:
            site().index_follower.notice()
            response.headers["Cache-Control"] = "no-store"
        return share(response)

    return respond


def share(response: Response) -> Response:
    """Let the sites in the settings show a response in a frame, and their scripts read it."""
    embedders = site().settings.embed
    ancestors = "*" if "*" in embedders else " ".join(("'self'", *embedders))
    policy = SECURITY_HEADERS[_POLICY]
    response.headers[_POLICY] = policy.replace("ancestors 'none'", f"ancestors {ancestors}")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    if "*" in embedders:
        response.headers["Access-Control-Allow-Origin"] = "*"
    else:
        response.vary.add("Origin")
        if (origin := request.headers.get("Origin", "")) in embedders:
            response.headers["Access-Control-Allow-Origin"] = origin
    return response


@blueprint.errorhandler(HTTPException)
def _show_error(error: HTTPException) -> ResponseReturnValue:
    """Show one line, where a page of the site would be too much."""
    code = error.code or 500
    if request.path.endswith(".json"):
        problem = {"status": code, "title": error.name, "detail": error.description}
        response = Response(json.dumps(problem), code, mimetype="application/problem+json")
    else:
        response = Response(render_template("embed/error.html", error=error), code)
    response.headers["Cache-Control"] = "no-store"
    return share(response)
