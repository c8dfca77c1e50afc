"""The bar that visitors' pages show in the browser of an editor."""

import re
from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue

from .access import blueprint, editor, public

_SLUG: Final = re.compile(r"[A-Za-z0-9_-]+")


@blueprint.get("/bar")
@public
def bar() -> ResponseReturnValue:
    """Return a link to edit the publication `for`, or the list; nothing without a session.

    It is a fragment of its own, so that no page of visitors depends on a session.
    """
    if not editor():
        return "", 204
    slug = request.args.get("for", "")
    return render_template("edit/_editor_bar.html", slug=slug if _SLUG.fullmatch(slug) else "")
