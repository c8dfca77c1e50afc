"""Signing in and out, and the browsers in which an editor is signed in."""

from typing import Final

from flask import Response, abort, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ...accounts import limits, links, sessions
from ...accounts.events import log_event
from ...errors import SignInError, SignInLimitError
from ...site import site
from ..http.limits import network_of
from ..urls import site_urls
from .access import blueprint, editor, public
from .cookies import forget_session, set_cookie
from .forwarded import forwarded_user

LINK: Final = "link"  # the parameter and the field with the secret
SESSION: Final = "session"  # the field with the hash of a session to end


@blueprint.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Return the sign-in page. With a link it has a button: opening the address uses nothing."""
    return render_template(
        "edit/sign_in.html", link=request.args.get(LINK, ""), user=forwarded_user()
    )


@blueprint.post("/sign-in")
@public
def sign_in_by_link() -> ResponseReturnValue:
    """Use a link and start a session, or show why that is impossible."""
    settings, database = site().settings, site().catalog.database
    if settings.sign_in != "link":
        abort(404)
    network = network_of(request.remote_addr, settings.proxies)
    secret, agent = request.form.get(LINK, ""), request.user_agent.string
    try:
        limits.check_failures(database, network)
        name, session = links.sign_in_by_link(database, settings, secret, agent)
    except SignInLimitError:
        log_event("sign_in_limited", way="link", client=request.remote_addr)
        page = render_template("edit/sign_in.html", link="", limited=True)
        return page, 429, {"Retry-After": f"{limits.PERIOD.total_seconds():.0f}"}
    except SignInError:
        limits.note_failure(database, network)
        log_event("sign_in_failed", way="link", client=request.remote_addr)
        return render_template("edit/sign_in.html", link="", failed=True), 403
    log_event("signed_in", name, way="link", client=request.remote_addr)
    return signed_in(session)


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


@blueprint.post("/sessions")
def end_session() -> ResponseReturnValue:
    """End one of the editor's sessions, which the form names by its hash."""
    found = sessions.list_sessions(site().catalog.database, site().settings, editor())
    for session in found:
        if session.hash == request.form.get(SESSION):
            sessions.end_session(site().catalog.database, session.hash)
            log_event("sessions_ended", editor(), count=1, client=request.remote_addr)
    return redirect(site_urls().edit_page("sessions"), 303)


@blueprint.get("/sessions")
def list_sessions() -> ResponseReturnValue:
    """Return the browsers in which the editor is signed in."""
    found = sessions.list_sessions(site().catalog.database, site().settings, editor())
    return render_template("edit/sessions.html", sessions=found, current=g.session.hash)


def signed_in(secret: str) -> Response:
    """Return the way to the home page, with the cookie of a new session, and end the former one."""
    if g.session:
        sessions.end_session(site().catalog.database, g.session.hash)
    response = make_response(redirect(site_urls().edit_list(), 303))
    set_cookie(response, "", secret, sessions.idle_time(site().settings))
    return response


def _signed_out() -> Response:
    """Return the way to the sign-in page; behind a signing proxy that would sign in again."""
    urls = site_urls()
    is_proxy = site().settings.sign_in == "proxy"
    response = make_response(redirect(urls.list() if is_proxy else urls.edit_page("sign-in"), 303))
    forget_session(response)
    return response
