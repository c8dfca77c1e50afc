"""oEmbed 1.0: the frame of a list or a publication, for sites that ask by its address."""

import json
import re
from typing import Any, Final, Literal, cast
from urllib.parse import parse_qs

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from ...catalog import Criteria, Kind
from ...formats.inline import to_plain
from ...site import site
from ..http.responses import catalog
from ..scopes import scope_heading
from ..urls import absolute_urls, scoped_urls
from .access import FRESH, blueprint, embeddable
from .how import HEIGHT
from .lists import find_scope

WIDTH: Final = 640  # pixels
MAX_ADDRESS: Final = 8_192  # characters
_ADDRESS: Final = re.compile(r"/(?:(people|lists|publications|selection)/?([A-Za-z0-9_-]*))?")


@blueprint.get("/embed.json")
@embeddable
def oembed() -> ResponseReturnValue:
    """Return the frame of the address in `url`, at most as wide and high as is asked for."""
    if request.args.get("format", "json") != "json":
        abort(501, "This site answers in JSON only: format=json.")
    criteria = _criteria(request.args.get("url", ""))
    urls = scoped_urls(criteria.scope, absolute_urls())
    title = _title(criteria)
    width, height = (_limited(name, size) for name, size in (("width", WIDTH), ("height", HEIGHT)))
    frame = render_template(
        "embed/_frame.html",
        address=urls.embed("", criteria.query_string()),
        title=title,
        width=width,
        height=height,
    )
    answer: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": site().settings.title,
        "provider_url": absolute_urls().home(),
        "cache_age": FRESH,
        "html": frame.strip(),
        "width": width,
        "height": height,
    }
    return Response(json.dumps(answer), mimetype="application/json")


def _criteria(address: str) -> Criteria:
    """Return the list at an address of this site. Abort with 404 for any other."""
    start = absolute_urls().home().removesuffix("/")
    path, _, query = address[:MAX_ADDRESS].partition("#")[0].partition("?")
    match = _ADDRESS.fullmatch(path.removeprefix(start) or "/") if path.startswith(start) else None
    if match is None:
        abort(404, "This is not the address of a list or a publication of this site.")
    kind, slug = cast("tuple[Kind | Literal['publications'] | None, str]", match.groups())
    args = parse_qs(query)
    if kind == "publications":
        if catalog().get(slug) is None:
            abort(404, "There is no such publication.")
        return Criteria(scope=find_scope("selection", "", [slug]))
    scope = find_scope(kind, slug, args.get("of", ())) if kind else None
    return Criteria.from_args(args, scope).with_(page=1, more=0, open=())


def _title(criteria: Criteria) -> str:
    scope = criteria.scope
    if scope and len(scope.publications) == 1 and (stored := catalog().get(scope.publications[0])):
        return to_plain(stored.record.title)
    heading = scope_heading(scope)
    return heading.title if heading else site().settings.title


def _limited(name: str, size: int) -> int:
    """Return a size in pixels, or the smaller one that is asked for."""
    most = request.args.get(f"max{name}", "")
    return min(size, int(most)) if re.fullmatch("[1-9][0-9]{0,4}", most) else size
