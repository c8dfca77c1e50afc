"""Signing in and out, and the browsers in which an editor is signed in."""

from typing import Final

from flask import Response, abort, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ...accounts import links, sessions
from ...accounts.events import log_event
from ...errors import SignInError
from ...site import site
from ..urls import site_urls
from .access import blueprint, editor, public
from .cookies import forget_session, set_session

LINK: Final = "link"  # the parameter and the field with the secret


@blueprint.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Return the sign-in page. With a link it has a button: opening the address uses nothing."""
    return render_template("edit/sign_in.html", link=request.args.get(LINK, ""))


@blueprint.post("/sign-in")
@public
def sign_in_by_link() -> ResponseReturnValue:
    """Use a link and start a session, or show why that is impossible."""
    if site().settings.sign_in != "link":
        abort(404)
    try:
        name, secret = links.sign_in_by_link(
            site().catalog.database,
            site().settings,
            request.form.get(LINK, ""),
            request.user_agent.string,
        )
    except SignInError:
        log_event("sign_in_failed", way="link", client=request.remote_addr)
        return render_template("edit/sign_in.html", link="", failed=True), 403
    log_event("signed_in", name, way="link", client=request.remote_addr)
    return _signed_in(secret)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this session."""
    sessions.end_session(site().catalog.database, g.session.hash)
    log_event("signed_out", editor(), client=request.remote_addr)
    return _signed_out()


@blueprint.post("/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    """End all sessions of the editor."""
    count = sessions.end_sessions_of(site().catalog.database, editor())
    log_event("sessions_ended", editor(), count=count, client=request.remote_addr)
    return _signed_out()


@blueprint.get("/sessions")
def list_sessions() -> ResponseReturnValue:
    """Return the browsers in which the editor is signed in."""
    found = sessions.list_sessions(site().catalog.database, site().settings, editor())
    return render_template("edit/sessions.html", sessions=found, current=g.session.hash)


def _signed_in(secret: str) -> Response:
    """Return the way to the home page, with the cookie of a new session, and end the former one."""
    if g.session:
        sessions.end_session(site().catalog.database, g.session.hash)
    response = make_response(redirect(site_urls().edit_list(), 303))
    set_session(response, secret, sessions.idle_time(site().settings))
    return response


def _signed_out() -> Response:
    response = make_response(redirect(site_urls().edit_page("sign-in"), 303))
    forget_session(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
