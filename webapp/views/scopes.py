"""The addresses of lists: each exists for all publications and within every kind of scope."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn
from urllib.parse import parse_qs

from flask import Blueprint, Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ..catalog import WAYS, Criteria, Scope
from .http.responses import catalog
from .language import gettext
from .markup import EMPTY, from_markdown
from .people import PersonHeading, person_heading
from .templating import shortened
from .urls import site_urls

View = Callable[..., ResponseReturnValue]

# The start of the addresses within each kind of scope.
_STARTS: Final = {
    "people": "/people/<slug:slug>",
    "lists": "/lists/<slug:slug>",
    "selection": "/selection",
}


def list_route(blueprint: Blueprint, rule: str, within: str) -> Callable[[View], View]:
    """Register a view of lists at `rule`, and within scopes at their start and `within`.

    The view gets no parameters of the scope: `requested_criteria` has it.
    """

    def register(view: View) -> View:
        blueprint.add_url_rule(rule, view_func=view)
        for kind, start in _STARTS.items():
            blueprint.add_url_rule(
                f"{start}{within}", view_func=view, defaults={"scope_kind": kind}
            )
        return view

    return register


def requested_criteria() -> Criteria:
    """Return the criteria of the requested list. Raise NotFound for an unknown scope."""
    args = request.args.to_dict(flat=False)
    criteria = Criteria.from_args(args, _requested_scope(args))
    if criteria.scope is None and "of" in args:
        return replace(criteria, carried=_requested_selection(args).address)
    return criteria


def list_that_keeps(selection: Criteria) -> Criteria | None:
    """Return the list that `add=?q=…` names, which keeps the selection; None without `add`."""
    if not (selection.scope and selection.scope.kind == "selection" and "add" in request.args):
        return None
    criteria = Criteria.from_args(parse_qs(request.args["add"].removeprefix("?")))
    return replace(criteria, carried=selection.scope.address)


def _requested_scope(args: dict[str, list[str]]) -> Scope | None:
    kind = g.get("scope_kind")
    if kind is None:
        return None
    if kind == "selection":
        return _requested_selection(args)
    scope = Scope(kind, g.scope_slug)
    if not catalog().scopes.has(scope):
        _abort_unknown(scope)
    return scope


def _abort_unknown(scope: Scope) -> NoReturn:
    """Redirect the page of someone who is no member to the filter of the author; else 404."""
    is_page = request.path.endswith(f"/{scope.slug}")
    author = catalog().scopes.people.author(scope.slug) if scope.kind == "people" else None
    if is_page and author:
        abort(redirect(site_urls().filtered(author=author.name), 301))
    abort(404)


def _requested_selection(args: dict[str, list[str]]) -> Scope:
    """Return the selection of an address, as a button of its page rearranges it: `up=slug`."""
    scopes, database = catalog().scopes, catalog().database
    scope = scopes.selection(args.get("of", ()), database)
    for way in WAYS:
        for slug in args.get(way, ())[:1]:
            scope = scopes.rearranged(scope, slug, way, database)
    return scope


@dataclass(frozen=True, slots=True)
class ScopeHeading:
    """The title and the text above the list of a scope."""

    title: str
    text: Markup

    @property
    def description(self) -> str:
        """The beginning of the text, for search engines."""
        return shortened(" ".join(self.text.striptags().split()))


def scope_heading(scope: Scope | None) -> ScopeHeading | PersonHeading | None:
    """Return the heading of a scope; None for the list of all publications."""
    if scope is None:
        return None
    if scope.kind == "people":
        return person_heading(catalog().scopes.people, scope.slug)
    named = catalog().scopes.named_list(scope.slug)
    if named is None:
        return ScopeHeading(gettext("Selection"), EMPTY)
    return ScopeHeading(named.title, from_markdown(named.text))


def init_app(app: Flask) -> None:
    """Take the scope out of the parameters of views."""

    @app.url_value_preprocessor
    def _take_scope(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values and "scope_kind" in values:
            g.scope_kind = values.pop("scope_kind")
            g.scope_slug = values.pop("slug", "")
