"""Editing one publication: its form, its preview, and undoing what was just saved."""

from dataclasses import dataclass
from typing import Final

from flask import abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ...curation import undo
from ...curation.editing import Conflict, Outcome, save_changes
from ...curation.history import count_changes
from ...errors import (
    CannotUndoError,
    CatalogChangedError,
    DatabaseError,
    UnknownRevisionError,
)
from ...records import TYPE_LABELS, Record
from ...site import site
from ...store.publications import Stored
from ..http.responses import catalog
from ..urls import site_urls
from .access import blueprint, body_limit, editor
from .entry_form import EntryForm
from .field_form import MOST_ROWS, MOVE, FieldForm
from .field_groups import label_of
from .lookup import find_publication
from .preview import Preview
from .submission import Submission

MAX_BODY: Final = 8 << 20  # bytes: a field of a megabyte, loaded and new, percent-encoded


@dataclass(frozen=True, slots=True)
class Notice:
    """What a form says above its fields besides problems."""

    saved: int = 0  # the revision that was just saved
    can_undo: bool = False  # whether it changed nothing else
    is_undone: bool = False
    is_unchanged: bool = False  # there was nothing to save
    is_settled: bool = True  # whether the search has what was saved
    error: str = ""  # why nothing was saved: "failed", "undo" or "key"
    reason: str = ""  # what an error says
    conflicts: tuple[Conflict, ...] = ()


@blueprint.get("/<edited:slug>")
def edit_publication(slug: str) -> ResponseReturnValue:
    """Return the form of a publication, with a field for each of its fields."""
    stored = _stored(slug)
    if stored.record.slug != slug:
        return redirect(site_urls().edit(stored.record.slug), 302)
    return _page(stored, FieldForm.of_record(stored.record), Submission(), _arrival(stored))


@blueprint.get("/<edited:slug>/bibtex")
def edit_entry(slug: str) -> ResponseReturnValue:
    """Return the form of a publication with its BibTeX entry."""
    stored = _stored(slug)
    if stored.record.slug != slug:
        return redirect(f"{site_urls().edit(stored.record.slug)}/bibtex", 302)
    return _page(stored, EntryForm.of_record(stored.record), Submission(), _arrival(stored))


@blueprint.post("/<edited:slug>")
@body_limit(MAX_BODY)
def save_publication(slug: str) -> ResponseReturnValue:
    """Save what the form changes, or return the form with what prevents it."""
    stored = find_publication(slug)
    form = _sent_form(stored.record if stored else Record("", ""))
    if stored is None:
        return _removed(form)
    if isinstance(form, FieldForm) and MOVE in request.form:
        form = form.moved(request.form[MOVE])
        return _page(stored, form, form.submission(stored.record, request.form), Notice())
    submission = form.submission(stored.record, request.form)
    if submission.faults:
        return _page(stored, form, submission, Notice()), 422
    command = f"edit {stored.record.slug} in the browser"
    order = submission.order
    try:
        outcome = save_changes(catalog(), stored.id, submission.changes, command, editor(), order)
    except (CatalogChangedError, DatabaseError) as error:
        current_app.logger.error("An edit of %s was not saved: %s", slug, error)
        return _page(stored, form, submission, Notice(error="failed")), 503
    if outcome.record is None:
        return _removed(form)
    if refusal := _refusal(outcome):
        return _page(stored, form, submission, refusal), 409
    return _saved(_address(stored, form), outcome)


@blueprint.post("/<edited:slug>/preview")
@body_limit(MAX_BODY)
def preview_publication(slug: str) -> ResponseReturnValue:
    """Return the publication as visitors will see it; for htmx only that, else with the form."""
    stored = _stored(slug)
    form = _sent_form(stored.record)
    submission = form.submission(stored.record, request.form)
    if "HX-Request" not in request.headers:
        return _page(stored, form, submission, Notice())
    preview = Preview.of(stored, submission.record) if submission.record else None
    return render_template("edit/_preview.html", form=form, submission=submission, preview=preview)


@blueprint.post("/<edited:slug>/undo")
def undo_edit(slug: str) -> ResponseReturnValue:
    """Undo a revision that this editor made of this publication."""
    stored = _stored(slug)
    number = request.form.get("revision", 0, int)
    if count_changes(catalog(), number, editor(), stored.id) != 1:
        abort(404)
    try:
        undo.undo(catalog(), number, editor())
    except (CannotUndoError, UnknownRevisionError, CatalogChangedError) as error:
        form = EntryForm.of_record(stored.record)
        return _page(stored, form, Submission(), Notice(error="undo", reason=str(error))), 409
    return redirect(f"{site_urls().edit(slug)}?undone={number}", 303)


def _stored(slug: str) -> Stored:
    """Return the publication with a present or former slug."""
    return find_publication(slug) or abort(404)


def _sent_form(present: Record) -> EntryForm | FieldForm:
    """Return the form that was sent: the one with the entry, or the one with fields."""
    if "entry" in request.form:
        return EntryForm.of_request(request.form)
    return FieldForm.of_request(request.form, present)


def _address(stored: Stored, form: EntryForm | FieldForm) -> str:
    url = site_urls().edit(stored.record.slug)
    return f"{url}/bibtex" if isinstance(form, EntryForm) else url


def _removed(form: EntryForm | FieldForm) -> ResponseReturnValue:
    """Return what the editor entered for a publication that was removed since it was opened."""
    return render_template("edit/removed.html", form=form), 409


def _arrival(stored: Stored) -> Notice:
    """Return what the form says after the redirect that follows saving or undoing."""
    saved = request.args.get("saved", 0, int)
    count = count_changes(catalog(), saved, editor(), stored.id)
    return Notice(
        saved=saved if count else 0,
        can_undo=count == 1,
        is_undone="undone" in request.args,
        is_unchanged="unchanged" in request.args,
        is_settled=catalog().state().settled,
    )


def _refusal(outcome: Outcome) -> Notice | None:
    """Return why nothing was saved; None if it was, or if nothing had to be."""
    if outcome.taken_key:
        return Notice(error="key", reason=outcome.taken_key)
    return Notice(conflicts=outcome.conflicts) if outcome.conflicts else None


def _saved(address: str, outcome: Outcome) -> ResponseReturnValue:
    if outcome.revision is None:
        return redirect(f"{address}?unchanged=1", 303)
    site().index_follower.notice()
    return redirect(f"{address}?saved={outcome.revision.counter}", 303)


def _page(
    stored: Stored, form: EntryForm | FieldForm, submission: Submission, notice: Notice
) -> str:
    shown = None if submission.faults and not submission.record else submission.record
    if not submission.faults and not shown:
        shown = stored.record
    return render_template(
        "edit/bibtex.html" if isinstance(form, EntryForm) else "edit/fields.html",
        stored=stored,
        form=form,
        submission=submission,
        notice=notice,
        preview=Preview.of(stored, shown) if shown else None,
        label_of=label_of,
        most_rows=MOST_ROWS,
        type_names=TYPE_LABELS,
    )
