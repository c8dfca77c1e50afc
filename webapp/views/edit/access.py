"""The guard of /edit/: every view needs a session unless it is marked `public`.

DESIGN. Before a view runs, in this order:

1. The body is limited, to what the view's `body_limit` says.
2. A request that changes something must come from a page of this site (`origins`), as a form.
3. The session is found by its cookie. Without one, a page leads to the sign-in page; what a form
   sent is shown again in a form, to be sent after signing in.
4. A request that changes something must have a token of this session.

No response is stored anywhere, and each varies by the cookie.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue

from ...accounts import sessions
from ...accounts.events import log_event
from ...accounts.tokens import is_form_token, is_secret, make_form_token
from ...errors import DatabaseError
from ...site import site
from ...store.sessions import Session
from ..http.errors import RETRY_AFTER, show_database_error
from ..http.responses import is_fragment
from ..urls import site_urls
from .cookies import forget_session, keeps_cookies, set_cookie, take_cookie
from .forwarded import forwarded_user
from .origins import is_from_this_site

View = TypeVar("View", bound=Callable[..., Any])

blueprint = Blueprint("edit", __name__, url_prefix="/edit")

TOKEN: Final = "csrf_token"  # noqa: S105  the field of a form
TOKEN_HEADER: Final = "X-CSRF-Token"  # noqa: S105  for requests without a form
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
BODY_LIMIT: Final = 65_536  # bytes of a request, unless a view says otherwise
# What a form without a session may have sent to be shown again: any but a file.
REPEATED_LIMIT: Final = 8 << 20
MAX_FIELDS: Final = 50_000  # of a form; multipart forms have at most Flask's MAX_FORM_PARTS
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


def public(view: View) -> View:
    """Decorate a view that needs no session: pages of the sign-in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def body_limit(size: int) -> Callable[[View], View]:
    """Return a decorator of a view that accepts a body of `size` bytes."""

    def decorate(view: View) -> View:
        view.body_limit = size  # type: ignore[attr-defined]
        return view

    return decorate


def editor() -> str:
    """Return the name of the signed-in editor; "" on a public page without a session."""
    found: Session | None = g.get("session")  # None if a request was refused before the guard
    return found.editor if found else ""


def form_token() -> str:
    """Return a token for a form of the current session; "" without a session.

    While the database is away, the cookie may be that of a session.
    """
    may_have_session = editor() or (site().catalog.is_away and is_secret(g.secret))
    return make_form_token(g.secret) if may_have_session else ""


@blueprint.before_request
def _guard() -> ResponseReturnValue | None:
    """Let a request reach its view, or return the response instead."""
    view = current_app.view_functions[request.endpoint or ""]
    is_public = getattr(view, "is_public", False)
    changes = request.method not in SAFE
    g.session, g.secret, g.renewed = None, take_cookie(), False
    _limit_body(getattr(view, "body_limit", BODY_LIMIT))
    if changes and not is_from_this_site():
        return _refuse("another_site")
    if changes and request.mimetype and request.mimetype not in FORMS:
        abort(415)
    g.session = _find_session()
    if site().settings.sign_in == "proxy":
        _follow_proxy()
    if is_public:
        return None
    if changes and g.session is None and _is_large_upload():
        return render_template("edit/repeat.html", is_large=True, status=401), 401
    if changes:
        _limit_fields()
    if g.session is None:
        return _ask_to_sign_in(repeats=changes)
    if changes and not _has_form_token():
        return _ask_to_repeat()
    return None


@blueprint.after_request
def _forbid_storing(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "same-origin"
    response.vary.update(("Cookie", "HX-Request"))
    if g.get("renewed") and "Set-Cookie" not in response.headers:
        set_cookie(response, "", g.secret, sessions.idle_time(site().settings))
    return response


@blueprint.errorhandler(DatabaseError)
def _show_database_error(error: DatabaseError) -> ResponseReturnValue:
    """Show a form again that could not be saved, because the database is busy, full or gone."""
    page = show_database_error(error)
    if request.method in SAFE:
        return page
    return *_repeat_form(503), {"Retry-After": str(RETRY_AFTER)}


@blueprint.context_processor
def _template_values() -> dict[str, Any]:
    return {
        "editor": editor(),
        "csrf_token": form_token,
        "site_url": site_urls().list(),
        "keeps_cookies": keeps_cookies(),
    }


def _limit_body(size: int) -> None:
    request.max_content_length = size
    request.max_form_memory_size = size


def _is_large_upload() -> bool:
    """Return whether the view accepts a body that is not read without a session."""
    return REPEATED_LIMIT < (request.content_length or 0) <= (request.max_content_length or 0)


def _limit_fields() -> None:
    """Refuse a form with so many fields that reading them would take long.

    Without a session, the whole form is smaller, too.
    """
    if g.session is None:
        _limit_body(min(request.max_content_length or 0, REPEATED_LIMIT))
    if request.mimetype == FORMS[0] and request.get_data().count(b"&") > MAX_FIELDS:
        abort(413)


def _find_session() -> Session | None:
    """Return the session of the cookie. Its cookie is set again when its last use is stored."""
    found, g.renewed = sessions.find_session(site().catalog.database, site().settings, g.secret)
    return found


def _follow_proxy() -> None:
    """Let the session be that of the user whom the proxy names, or have none."""
    user, database, settings = forwarded_user(), site().catalog.database, site().settings
    if g.session and g.session.editor == user:
        return
    g.session, g.renewed = None, False
    if user not in settings.editors:
        if user:
            log_event("sign_in_failed", user, way="proxy", client=request.remote_addr)
        return
    g.secret = sessions.start_session_now(database, user, request.user_agent.string)
    log_event("signed_in", user, way="proxy", client=request.remote_addr)
    g.session, g.renewed = sessions.find_session(database, settings, g.secret)[0], True


def _has_form_token() -> bool:
    token = request.headers.get(TOKEN_HEADER) or request.form.get(TOKEN, "")
    return is_form_token(token, g.secret)


def _refuse(reason: str) -> ResponseReturnValue:
    log_event("request_refused", reason=reason, client=request.remote_addr, path=request.path)
    return render_template("edit/refused.html"), 403


def _ask_to_sign_in(*, repeats: bool) -> ResponseReturnValue:
    """Lead to the sign-in page. What was sent is shown again, to be sent after signing in."""
    if repeats:
        return _repeat_form(401)
    if is_fragment():
        return "", 401, {"HX-Redirect": site_urls().edit_page("sign-in")}
    response = make_response(redirect(site_urls().edit_page("sign-in"), 303))
    forget_session(response)
    return response


def _ask_to_repeat() -> ResponseReturnValue:
    """Show what was sent again: the form is of a session that has ended."""
    log_event("request_refused", editor(), reason="form_token", client=request.remote_addr)
    return _repeat_form(403)


def _repeat_form(status: int) -> tuple[str, int]:
    fields = [pair for pair in request.form.items(multi=True) if pair[0] != TOKEN]
    page = render_template("edit/repeat.html", fields=fields, files=[*request.files], status=status)
    return page, status
