"""Several publications at once: ticked in a search, shown as they would change, then saved."""

from typing import Final
from urllib.parse import parse_qs

from flask import current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ...catalog import Criteria
from ...curation.batch import MOST, Batch, BatchPlan, carry_out, plan_batch, propose_published
from ...curation.batch_report import report_lines
from ...errors import CannotChangeError, CatalogChangedError, DatabaseError
from ...site import site
from ..http.responses import catalog
from ..urls import site_urls
from .access import blueprint, body_limit, editor
from .differences import shown_differences

MAX_BODY: Final = 2 << 20  # bytes: the slugs of MOST publications
SHOWN: Final = 50  # publications whose changes are shown in full


@blueprint.post("/selection")
@body_limit(MAX_BODY)
def change_selection() -> ResponseReturnValue:
    """Return what a change of the ticked publications would do; with `save`, do it."""
    slugs, batch = _slugs(), _batch()
    if not slugs:
        return _page(None, slugs, batch), 422
    published = batch.published or (batch.action == "join" and _propose(slugs)) or ""
    batch = Batch(batch.action, batch.name, batch.value, published)
    try:
        plan = plan_batch(catalog(), slugs, batch)
        if "save" not in request.form or not plan.after:
            return _page(plan, slugs, batch)
        if str(plan.revision) != request.form.get("revision"):
            return _page(plan, slugs, batch, is_outdated=True), 409
        revision = carry_out(catalog(), plan, batch, editor())
    except CannotChangeError as error:
        return _page(None, slugs, batch, str(error)), 422
    except CatalogChangedError:
        plan = plan_batch(catalog(), slugs, batch)
        return _page(plan, slugs, batch, is_outdated=True), 409
    except DatabaseError as error:
        current_app.logger.error("A change of several publications was not saved: %s", error)
        return _page(None, slugs, batch, str(error)), 503
    site().index_follower.notice()
    return redirect(site_urls().edit_page(f"history?saved={revision.counter}"), 303)


def _slugs() -> list[str]:
    """Return the slugs of the ticked publications, or of all that a search found."""
    if "all" not in request.form:
        return [slug for text in request.form.getlist("slug") for slug in text.split()]
    criteria = Criteria.from_args(parse_qs(request.form.get("query", "").lstrip("?")))
    hits = catalog().find_hits(criteria.with_(open=(), page=1, more=0), MOST + 1)
    return [stored.record.slug for stored in catalog().load(hits.ids)]


def _batch() -> Batch:
    form = request.form
    return Batch(
        action=form.get("action", ""),
        name=form.get("name", "").strip().lower(),
        value=" ".join(form.get("value", "").split()),
        published=form.get("published", ""),
    )


def _propose(slugs: list[str]) -> str:
    stored = (catalog().get(slug, hidden=True) for slug in slugs[:SHOWN])
    return propose_published(publication.record for publication in stored if publication)


def _page(
    plan: BatchPlan | None,
    slugs: list[str],
    batch: Batch,
    problem: str = "",
    *,
    is_outdated: bool = False,
) -> str:
    changed = list(plan.changes()) if plan else []
    return render_template(
        "edit/selection.html",
        plan=plan,
        slugs=slugs,
        batch=batch,
        problem=problem,
        is_outdated=is_outdated,
        report=list(report_lines(catalog(), plan)) if plan else [],
        changes=[(old, shown_differences(old, new)) for old, new in changed[:SHOWN] if new],
        removed=[old for old, new in changed if new is None],
        changed=len(changed),
    )
