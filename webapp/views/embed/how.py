"""The page that shows what to paste into another site, with a preview."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from ..http.responses import SECURITY_HEADERS, cached_by_revision
from ..results.listing import is_searched, state_parts
from ..scopes import scope_heading
from ..urls import EMBED_SCOPES, absolute_urls, scoped_urls, site_urls
from .access import blueprint
from .lists import requested_list
from .options import OPTIONS, read_options, with_options

HEIGHT = 480  # pixels of a frame whose page has not sent its own height


@blueprint.get("/embed/how")
@cached_by_revision
def how() -> ResponseReturnValue:
    """Return the lines to paste for a list with the chosen options. This page is in no frame."""
    criteria, options = requested_list(), read_options(request.args)
    query = with_options(criteria.query_string(), options)
    heading = scope_heading(criteria.scope)
    words = ", ".join(state_parts(criteria)) if is_searched(criteria) else ""
    named = [(name, request.args[name]) for name in EMBED_SCOPES.values() if name in request.args]
    page = render_template(
        "embed/how.html",
        heading=heading,
        words=words,
        hidden=[*named, *criteria.pairs()],
        options=options,
        rows=OPTIONS.values(),
        query=query,
        list_query=criteria.query_string(),
        urls=scoped_urls(criteria.scope, site_urls()),
        absolute=scoped_urls(criteria.scope, absolute_urls()),
        site_address=absolute_urls(),
        height=HEIGHT,
    )
    response = Response(page)
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = f"{policy}; frame-src 'self'"
    return response
