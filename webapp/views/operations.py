"""What operators ask: is it alive, is it ready, how is it doing."""

import ipaddress
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from ..catalog import CatalogState
from ..site import site
from ..store.connections import CatalogRevision, DatabaseError
from .http.responses import catalog

blueprint = Blueprint("operations", __name__)

VERSION = version("octavo")

# Anyone may ask, so places and reasons are for the log alone.
NOT_MENDED = "the index cannot be brought up to date; the log says why"


@blueprint.after_request
def _never_keep(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process answers. Nothing else is asked, so nothing else can make it restart."""
    return "alive\n", {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Whether database and index answer, what they hold, and what could not be mended."""
    try:
        state = catalog().state()
    except DatabaseError:
        return _condition("unready", problems=["the database does not answer"]), 503
    follower = site().index_follower
    if not state.settled:
        follower.notice()
    problems = [NOT_MENDED] if follower.problem else []
    if state.indexed is None:
        problems.append("the index is missing or damaged, and is being made anew")
    return _condition("unready" if state.indexed is None else "ready", state, problems), (
        503 if state.indexed is None else 200
    )


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Counts of all workers and the state of the index, for Prometheus."""
    if not _may_read_metrics():
        abort(403)
    return site().metrics.text(_gauges()), {
        "Content-Type": "text/plain; version=0.0.4; charset=utf-8"
    }


def _condition(
    status: str, state: CatalogState | None = None, problems: list[str] | None = None
) -> Any:
    return jsonify(
        status=status,
        revision=state and str(state.revision),
        index_revision=state and state.indexed,
        lag=state and _lag(state),
        problems=problems or [],
    )


def _lag(state: CatalogState) -> int | None:
    """Revisions that the index is behind; None when it is of another database, or missing."""
    held = CatalogRevision.parse(state.indexed)
    same = held is not None and held.identity == state.revision.identity
    return state.revision.counter - held.counter if held and same else None


def _gauges() -> dict[str, tuple[str, float]]:
    build = {f'octavo_build_info{{version="{VERSION}"}}': ("The version that is running.", 1.0)}
    try:
        state, publications = catalog().state(), catalog().count()
    except DatabaseError:
        return build | {"octavo_database_up": ("Whether the database answers.", 0.0)}
    held, lag = CatalogRevision.parse(state.indexed), _lag(state)
    gauges = build | {
        "octavo_database_up": ("Whether the database answers.", 1.0),
        "octavo_publications": ("Publications in the catalog.", float(publications)),
        "octavo_catalog_revision": ("Revision of the catalog.", float(state.revision.counter)),
        "octavo_index_up": ("Whether there is a readable index.", float(held is not None)),
    }
    if held and lag is not None:
        gauges["octavo_index_revision"] = ("Revision that the index holds.", float(held.counter))
        gauges["octavo_index_lag"] = ("Revisions that the index is behind.", float(lag))
    return gauges


def _may_read_metrics() -> bool:
    """Whether the one who asks is in a network of the setting, or at the site's own socket.

    Behind a proxy that the settings do not know of, everyone seems to come from nearby.
    """
    settings = site().settings
    if not settings.proxies and "X-Forwarded-For" in request.headers:
        return False
    if not request.remote_addr:
        return True
    try:
        address = ipaddress.ip_address(request.remote_addr)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network) for network in settings.metrics_from)
