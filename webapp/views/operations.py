"""Health, readiness and metrics, for operators."""

import ipaddress
import json
from datetime import datetime
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from ..catalog import SyncState
from ..errors import DatabaseError, DatabaseUnavailableError
from ..site import site
from ..store.connections import CatalogRevision
from ..store.slugs import numbered
from ..store.source_records import ENRICHMENT
from .http.responses import catalog

blueprint = Blueprint("operations", __name__)

VERSION = version("octavo")

# Anyone can request these, so paths and reasons are only logged.
DATABASE_AWAY = "the database does not answer; only what is known is served"
UPDATE_FAILED = "the index cannot be brought up to date; the log says why"


@blueprint.after_request
def _forbid_caching(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Return that the process responds. Nothing else is checked, so nothing else restarts it."""
    return "alive\n", {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Return whether database and index respond, their revisions, and what is wrong.

    While the database is away, a machine that has read from it stays among those that a balancer
    chooses from: all machines share the database, and what they know is better than nothing.
    """
    try:
        state = catalog().state()
    except DatabaseError as error:
        can_serve = isinstance(error, DatabaseUnavailableError) and catalog().knows_something
        if can_serve:
            return _condition("degraded", [DATABASE_AWAY]), 200
        return _condition("unready", ["the database does not answer"]), 503
    follower = site().index_follower
    if not state.settled:
        follower.notice()
    problems = [UPDATE_FAILED] if follower.problem else []
    if state.indexed is None:
        problems.append("the index is missing or damaged; it is being rebuilt")
        return _condition("unready", problems, state), 503
    return _condition("ready", problems, state), 200


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Return counts of all workers, and the state of database and index, for Prometheus."""
    if not _may_read_metrics():
        abort(403)
    return site().metrics.text(_gauges()), {
        "Content-Type": "text/plain; version=0.0.4; charset=utf-8"
    }


def _condition(status: str, problems: list[str], state: SyncState | None = None) -> Any:
    sources = _last_answers() if state else []
    times = {"sources": {name: at and at.isoformat() for name, at in sources}} if sources else {}
    return jsonify(
        status=status,
        revision=state and str(state.revision),
        index_revision=state and state.indexed,
        lag=state and _lag(state),
        problems=problems,
        **times,
    )


def _last_answers() -> list[tuple[str, datetime | None]]:
    """Return when each source in the settings last answered `octavo refresh`; None for never.

    Two sources with one name are numbered. The enrichment is among them once it was asked for.
    """
    answers = catalog().source_answers()
    times: dict[str, datetime | None] = {}
    for source in site().settings.sources:
        answer = answers.get(source.id)
        name = numbered(source.public_name, times)
        times[name] = answer.at if answer else None
    if ENRICHMENT in answers:
        times[numbered(ENRICHMENT, times)] = answers[ENRICHMENT].at
    return list(times.items())


def _answer_gauges() -> dict[str, tuple[str, float]]:
    help_ = "When the source last answered, in seconds since 1970."
    return {
        f"octavo_source_answered_seconds{{source={json.dumps(name, ensure_ascii=False)}}}": (
            help_,
            at.timestamp() if at else 0.0,
        )
        for name, at in _last_answers()
    }


def _lag(state: SyncState) -> int | None:
    """Return by how many revisions the index is behind the database.

    None if the index is missing or of another database.
    """
    indexed = CatalogRevision.parse(state.indexed)
    if indexed is None or indexed.identity != state.revision.identity:
        return None
    return state.revision.counter - indexed.counter


def _gauges() -> dict[str, tuple[str, float]]:
    build = {f'octavo_build_info{{version="{VERSION}"}}': ("The version that is running.", 1.0)}
    try:
        state, publications = catalog().state(), catalog().count()
        answers = _answer_gauges()
    except DatabaseError:
        is_indexed = float(catalog().search.revision is not None)
        return build | {
            "octavo_database_up": ("Whether the database answers.", 0.0),
            "octavo_index_up": ("Whether there is a readable index.", is_indexed),
        }
    indexed, lag = CatalogRevision.parse(state.indexed), _lag(state)
    gauges = (
        build
        | answers
        | {
            "octavo_database_up": ("Whether the database answers.", 1.0),
            "octavo_publications": ("Publications in the catalog.", float(publications)),
            "octavo_catalog_revision": ("Revision of the catalog.", float(state.revision.counter)),
            "octavo_index_up": ("Whether there is a readable index.", float(indexed is not None)),
        }
    )
    if indexed and lag is not None:
        gauges["octavo_index_revision"] = ("Revision in the index.", float(indexed.counter))
        gauges["octavo_index_lag"] = ("Revisions that the index is behind.", float(lag))
    return gauges


def _may_read_metrics() -> bool:
    """Return whether a request comes from a network in the settings, or from the local socket.

    Behind a proxy that is not in the settings, every request seems to come from its address.
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
