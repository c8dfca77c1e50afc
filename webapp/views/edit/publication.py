"""Editing one publication: its form, its preview, and undoing what was just saved."""

from dataclasses import dataclass
from typing import Final

from flask import abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ...curation import undo
from ...curation.editing import Conflict, Outcome, save_changes
from ...curation.history import made_by
from ...errors import (
    CannotUndoError,
    CatalogChangedError,
    DatabaseError,
    UnknownRevisionError,
)
from ...site import site
from ...store.publications import Stored
from ..http.responses import catalog
from ..urls import site_urls
from .access import blueprint, body_limit, editor
from .entry_form import EntryForm
from .preview import Preview
from .submission import Submission

MAX_BODY: Final = 8 << 20  # bytes: a field of a megabyte, loaded and new, percent-encoded


@dataclass(frozen=True, slots=True)
class Notice:
    """What a form says above its fields besides problems."""

    saved: int = 0  # the revision that was just saved, to undo it
    is_undone: bool = False
    is_unchanged: bool = False  # there was nothing to save
    is_settled: bool = True  # whether the search has what was saved
    error: str = ""  # why nothing was saved: "failed", "undo" or "key"
    reason: str = ""  # what an error says
    conflicts: tuple[Conflict, ...] = ()


@blueprint.get("/<edited:slug>")
def edit_publication(slug: str) -> ResponseReturnValue:
    """Return the form of a publication."""
    stored = _stored(slug)
    if stored.record.slug != slug:
        return redirect(site_urls().edit(stored.record.slug), 302)
    return _page(stored, EntryForm.of_record(stored.record), Submission(), _arrival(stored))


@blueprint.post("/<edited:slug>")
@body_limit(MAX_BODY)
def save_publication(slug: str) -> ResponseReturnValue:
    """Save what the form changes, or return the form with what prevents it."""
    form = EntryForm.of_request(request.form)
    stored = _find(slug)
    if stored is None:
        return _removed(form)
    submission = form.submission(stored.record.slug, request.form)
    if submission.faults:
        return _page(stored, form, submission, Notice()), 422
    try:
        outcome = save_changes(
            catalog(),
            stored.id,
            submission.changes,
            f"edit {stored.record.slug} in the browser",
            editor(),
            submission.order,
        )
    except (CatalogChangedError, DatabaseError) as error:
        current_app.logger.error("An edit of %s was not saved: %s", slug, error)
        return _page(stored, form, submission, Notice(error="failed")), 503
    if outcome.record is None:
        return _removed(form)
    if refusal := _refusal(outcome):
        return _page(stored, form, submission, refusal), 409
    return _saved(stored.record.slug, outcome)


@blueprint.post("/<edited:slug>/preview")
@body_limit(MAX_BODY)
def preview_publication(slug: str) -> ResponseReturnValue:
    """Return the publication as visitors will see it; for htmx only that, else with the form."""
    stored = _stored(slug)
    form = EntryForm.of_request(request.form)
    submission = form.submission(stored.record.slug, request.form)
    if "HX-Request" not in request.headers:
        return _page(stored, form, submission, Notice())
    preview = Preview.of(stored, submission.record) if submission.record else None
    return render_template("edit/_preview.html", form=form, submission=submission, preview=preview)


@blueprint.post("/<edited:slug>/undo")
def undo_edit(slug: str) -> ResponseReturnValue:
    """Undo a revision that this editor made of this publication."""
    stored = _stored(slug)
    number = request.form.get("revision", 0, int)
    if not _can_undo(stored, number):
        abort(404)
    try:
        undo.undo(catalog(), number, editor())
    except (CannotUndoError, UnknownRevisionError, CatalogChangedError) as error:
        form = EntryForm.of_record(stored.record)
        return _page(stored, form, Submission(), Notice(error="undo", reason=str(error))), 409
    return redirect(f"{site_urls().edit(slug)}?undone={number}", 303)


def _stored(slug: str) -> Stored:
    """Return the publication with a present or former slug."""
    return _find(slug) or abort(404)


def _find(slug: str) -> Stored | None:
    return catalog().get(slug) or catalog().get(catalog().present_slug(slug) or "")


def _removed(form: EntryForm) -> ResponseReturnValue:
    """Return what the editor entered for a publication that was removed since it was opened."""
    return render_template("edit/removed.html", form=form), 409


def _arrival(stored: Stored) -> Notice:
    """Return what the form says after the redirect that follows saving or undoing."""
    saved = request.args.get("saved", 0, int)
    return Notice(
        saved=saved if _can_undo(stored, saved) else 0,
        is_undone="undone" in request.args,
        is_unchanged="unchanged" in request.args,
        is_settled=catalog().state().settled,
    )


def _can_undo(stored: Stored, number: int) -> bool:
    return bool(number) and made_by(catalog(), number, editor(), stored.id)


def _refusal(outcome: Outcome) -> Notice | None:
    """Return why nothing was saved; None if it was, or if nothing had to be."""
    if outcome.taken_key:
        return Notice(error="key", reason=outcome.taken_key)
    return Notice(conflicts=outcome.conflicts) if outcome.conflicts else None


def _saved(slug: str, outcome: Outcome) -> ResponseReturnValue:
    if outcome.revision is None:
        return redirect(f"{site_urls().edit(slug)}?unchanged=1", 303)
    site().index_follower.notice()
    return redirect(f"{site_urls().edit(slug)}?saved={outcome.revision.counter}", 303)


def _page(stored: Stored, form: EntryForm, submission: Submission, notice: Notice) -> str:
    is_unread = bool(submission.faults) and submission.record is None
    shown = None if is_unread else submission.record or stored.record
    return render_template(
        "edit/publication.html",
        stored=stored,
        form=form,
        submission=submission,
        notice=notice,
        preview=Preview.of(stored, shown) if shown else None,
    )
