"""Signing in at a provider of OpenID Connect."""

from datetime import timedelta
from typing import Final

from flask import Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ...accounts import limits, sessions
from ...accounts.events import log_event
from ...accounts.oidc import Flow, Provider
from ...errors import SignInError
from ...site import site
from ..http.limits import network_of
from ..urls import site_urls
from .access import blueprint, public
from .cookies import set_cookie, take_cookie
from .sign_in import signed_in

FLOW: Final = "flow"  # the cookie with the random values of a sign-in
FLOW_LIFETIME: Final = timedelta(minutes=10)


@blueprint.get("/sign-in/provider")
@public
def begin() -> ResponseReturnValue:
    """Lead to the provider."""
    flow = Flow()
    try:
        url = _provider().authorization_url(_redirect_uri(), flow)
    except SignInError as error:
        return _failed(error)
    response = make_response(redirect(url, 303))
    set_cookie(response, FLOW, str(flow), FLOW_LIFETIME)
    return response


@blueprint.get("/sign-in/answer")
@public
def finish() -> ResponseReturnValue:
    """Take the provider's answer, and start a session for an editor."""
    settings, database = site().settings, site().catalog.database
    provider, flow = _provider(), Flow.parse(take_cookie(FLOW))
    network = network_of(request.remote_addr, settings.proxies)
    try:
        limits.check_failures(database, network)
        if flow is None:
            raise SignInError("The sign-in was not begun in this browser.")
        name = provider.finish(_redirect_uri(), flow, request.args.to_dict())
    except SignInError as error:
        limits.note_failure(database, network)
        return _failed(error)
    if name not in settings.editors:
        log_event("sign_in_failed", name, way="oidc", client=request.remote_addr)
        return render_template("edit/sign_in.html", user=name), 403
    session = sessions.start_session_now(database, name, request.user_agent.string)
    log_event("signed_in", name, way="oidc", client=request.remote_addr)
    response = signed_in(session)
    set_cookie(response, FLOW, "", timedelta(0))
    return response


def _provider() -> Provider:
    return site().provider or abort(404)


def _redirect_uri() -> str:
    """Return the address for answers, which the provider must know."""
    urls = site_urls()
    return urls.absolute(f"{urls.edit_page('sign-in')}/answer")


def _failed(error: SignInError) -> tuple[Response | str, int]:
    log_event("sign_in_failed", way="oidc", reason=str(error), client=request.remote_addr)
    return render_template("edit/sign_in.html", failed=True), 403
