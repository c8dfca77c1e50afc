"""The history for editors: every revision, what it changed, and undoing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from ...curation import history, undo
from ...errors import (
    CannotUndoError,
    CatalogChangedError,
    DamagedHistoryError,
    UnknownRevisionError,
)
from ...records import Record
from ...site import site
from ..http.responses import catalog
from ..urls import site_urls
from .access import blueprint, editor
from .differences import ShownDifference, shown_differences
from .lookup import saved_revision
from .write_back import is_file_behind

PAGE: Final = 50  # revisions on a page, and publications of one revision


@dataclass(frozen=True, slots=True)
class ChangedPublication:
    """A publication in a revision, and the differences of its fields."""

    slug: str
    action: str  # one of history.ACTIONS
    record: Record  # after the revision, or before its removal
    is_present: bool  # whether it exists now
    is_moved: bool
    fields: Sequence[ShownDifference]


@blueprint.get("/history")
def list_revisions() -> ResponseReturnValue:
    """Return the revisions, newest first."""
    before = max(0, request.args.get("before", 0, int))
    return _list(before, undone=request.args.get("undone", 0, int))


@blueprint.get("/history/<int:number>")
def revision(number: int) -> ResponseReturnValue:
    """Return what a revision changed, publication by publication."""
    first = max(0, request.args.get("first", 0, int))
    try:
        entry = history.entry(catalog(), number)
        differences = history.difference(catalog(), number, slice(first, first + PAGE))
    except UnknownRevisionError as error:
        return _list(problem=str(error)), 404
    except DamagedHistoryError as error:
        return _list(problem=str(error)), 500
    return render_template(
        "edit/revision.html",
        entry=entry,
        publications=[_changed(difference) for difference in differences],
        first=first,
        next=first + PAGE if first + PAGE < sum(entry.counts.values()) else 0,
    )


@blueprint.post("/history/<int:number>/undo")
def undo_revision(number: int) -> ResponseReturnValue:
    """Undo a revision by a new one, or show why that is impossible."""
    try:
        undone = undo.undo(catalog(), number, editor())
    except UnknownRevisionError as error:
        return _list(problem=str(error)), 404
    except (CannotUndoError, CatalogChangedError) as error:
        return _list(problem=str(error)), 409
    site().index_follower.notice()
    return redirect(site_urls().edit_page(f"history?undone={undone.revision.counter}"), 303)


def _list(before: int = 0, undone: int = 0, problem: str = "") -> str:
    """Return the page of revisions before one; `undone` is the revision of a new undo."""
    entries = history.entries(catalog(), PAGE + 1, before)
    return render_template(
        "edit/history.html",
        entries=entries[:PAGE],
        before=before,
        next=entries[PAGE - 1].number if len(entries) > PAGE else 0,
        undo=next((entry for entry in entries if undone and entry.number == undone), None),
        saved=saved_revision(),
        problem=problem,
        is_file_behind=is_file_behind(),
        is_settled=catalog().state().settled,
    )


def _changed(difference: history.Difference) -> ChangedPublication:
    record = difference.after or difference.before
    assert record is not None  # noqa: S101  a change has at least one of the two
    present = catalog().get(difference.slug, hidden=True)
    return ChangedPublication(
        slug=difference.slug,
        action=difference.action,
        record=record,
        is_present=present is not None,
        is_moved=difference.moved,
        fields=shown_differences(difference.before, difference.after),
    )
