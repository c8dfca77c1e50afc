"""Editing in the browser, below /edit/: everything that needs a signed-in editor.

Imported by `views`, which registers the blueprint only if the settings name editors. A new module
decorates its views with the `blueprint` of `access` and is imported here. `access` denies every
request without a session; visitors' pages never import from this package.
"""

from . import (
    adding,
    bar,
    files,
    history,
    home,
    inbox,
    oidc,
    order,
    overview,
    publication,
    removal,
    selection,
    sign_in,
    visibility,
    write_back,
)
from .access import blueprint

__all__ = [
    "adding",
    "bar",
    "blueprint",
    "files",
    "history",
    "home",
    "inbox",
    "oidc",
    "order",
    "overview",
    "publication",
    "removal",
    "selection",
    "sign_in",
    "visibility",
    "write_back",
]
